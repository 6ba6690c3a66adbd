"""The decoherence factor by every method, and against the whole system."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.linalg import expm

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.spin_bath import dense, product, state_vector
from spacewheat_sim.quantum.spin_bath.model import (
    SpinBath,
    gaussian_time,
    random_spinors,
    spin_bath,
)

X = np.array([[0, 1], [1, 0]], dtype=complex)
Z = np.diag([1.0, -1.0]).astype(complex)


def random_bath(seed: int, n: int, *, plus: bool = False, **terms: float) -> SpinBath:
    rng = np.random.default_rng(seed)
    spinors = None if plus else random_spinors(n, rng)
    return spin_bath(rng.uniform(-1, 1, n), spinors=spinors, **terms)


def on_sites(operators: dict[int, NDArray[np.complex128]], n: int) -> NDArray:
    matrix = np.eye(1, dtype=complex)
    for k in range(n):
        matrix = np.kron(matrix, operators.get(k, np.eye(2)))
    return matrix


def whole_system(bath: SpinBath, time: float) -> NDArray[np.complex128]:
    """Return ρ_S(t) from e^{−iHt} of the central spin, first, and its environment."""
    n = bath.size
    h = np.zeros((2 ** (n + 1),) * 2, dtype=complex)
    for k, g in enumerate(bath.couplings, start=1):
        h += g * on_sites({0: Z, k: Z}, n + 1) + bath.field * on_sites({k: X}, n + 1)
        if k < n:
            h += bath.chain * on_sites({k: Z, k + 1: Z}, n + 1)
    psi = np.full(2, np.sqrt(0.5), dtype=complex)
    for spinor in bath.spinors:
        psi = np.kron(psi, spinor)
    out = (expm(-1j * time * h) @ psi).reshape(2, -1)
    return out @ out.conj().T


@settings(max_examples=25)
@given(
    seed=st.integers(0, 10**6),
    n=st.integers(1, 6),
    field=st.floats(-2, 2),
    chain=st.floats(-2, 2),
    time=st.floats(0.01, 6),
    plus=st.booleans(),
)
def test_the_state_vector_is_the_reduced_state_of_the_whole_system(
    seed: int, n: int, field: float, chain: float, time: float, plus: bool
) -> None:
    bath = random_bath(seed, n, plus=plus, field=field, chain=chain)
    rho = whole_system(bath, time)
    r = state_vector.decoherence_factor(bath, time, 1)[1]
    assert abs(rho[0, 1] - r / 2) < 1e-10
    assert rho[0, 0].real == pytest.approx(0.5, abs=1e-12)
    assert abs(dense.decoherence_factor(bath, [time])[0] - r) < 1e-10


@given(
    seed=st.integers(0, 10**6),
    n=st.integers(1, 9),
    field=st.sampled_from([0.0, 1e-9, 0.3, -1.7]),
    plus=st.booleans(),
)
def test_the_product_is_the_state_vector_without_a_chain(
    seed: int, n: int, field: float, plus: bool
) -> None:
    bath = random_bath(seed, n, plus=plus, field=field)
    found = product.decoherence_factor(bath, np.linspace(0, 10, 41)).value
    assert np.abs(found - state_vector.decoherence_factor(bath, 0.25, 40)).max() < 1e-10


@pytest.mark.parametrize("chain", [0.0, 0.7])
@pytest.mark.parametrize("n", [1, 7, 12])
def test_without_a_field_both_routes_are_a_product_of_cosines(
    n: int, chain: float
) -> None:
    bath = random_bath(n, n, plus=True, chain=chain)
    times = np.linspace(0, 10, 101)
    exact = np.prod([np.cos(2 * g * times) for g in bath.couplings], axis=0)
    assert np.abs(product.decoherence_factor(bath, times).value - exact).max() < 1e-12
    assert np.abs(product.cosine_product(bath.couplings, times) - exact).max() < 1e-14
    found = state_vector.decoherence_factor(bath, 0.1, 100)
    assert np.abs(found - exact).max() < 1e-10


@pytest.mark.parametrize("plus", [True, False])
def test_many_outputs_and_few_agree(plus: bool) -> None:
    bath = random_bath(3, 10, plus=plus, field=0.8, chain=0.4)
    fine = state_vector.decoherence_factor(bath, 0.02, 1000)
    coarse = state_vector.decoherence_factor(bath, 20.0, 1)  # one step, many series
    assert abs(fine[-1] - coarse[-1]) < 1e-11
    middle = state_vector.decoherence_factor(bath, 2.5, 8)
    assert np.abs(fine[::125] - middle).max() < 1e-11


def test_both_branches_keep_their_norm() -> None:
    bath = random_bath(5, 9, field=1.1, chain=-0.6)
    for branches in state_vector.evolve_branches(bath, 3.0, 10):
        assert np.linalg.norm(branches.kets(), axis=1) == pytest.approx([1, 1])


def test_the_decay_runs_alike_for_opposite_couplings() -> None:
    bath = random_bath(6, 6, field=0.5, chain=0.3)
    opposite = spin_bath(-bath.couplings, field=0.5, chain=0.3, spinors=bath.spinors)
    r = state_vector.decoherence_factor(bath, 0.3, 20)
    # The branches have changed places.
    assert np.allclose(
        state_vector.decoherence_factor(opposite, 0.3, 20), r.conj(), atol=1e-12
    )


def test_reflecting_the_chain_changes_nothing() -> None:
    bath = random_bath(7, 6, field=0.5, chain=0.3)
    mirror = spin_bath(
        bath.couplings[::-1], field=0.5, chain=0.3, spinors=bath.spinors[::-1]
    )
    r = state_vector.decoherence_factor(bath, 0.3, 20)
    assert np.abs(state_vector.decoherence_factor(mirror, 0.3, 20) - r).max() < 1e-12


def test_thousands_of_spins_keep_magnitude_and_phase() -> None:
    g = np.random.default_rng(1).uniform(0.1, 0.5, 3000)
    times = np.linspace(0, 10, 101)
    r = product.decoherence_factor(spin_bath(g), times)
    cosines = np.cos(2 * np.outer(g, times))
    exact = np.log(np.abs(cosines)).sum(axis=0)
    assert exact.min() < -1500  # far below the smallest float
    assert np.allclose(r.log_magnitude, exact, rtol=1e-12, atol=1e-10)
    assert np.array_equal(np.sign(r.mantissa.real), np.prod(np.sign(cosines), axis=0))
    assert not r.mantissa.imag.any()
    assert np.isfinite(r.value).all()


def test_an_exact_zero_is_minus_infinity() -> None:
    r = product.ScaledComplex(np.array([0j, 1 + 0j]), np.array([0.0, -5000.0]))
    assert r.log_magnitude.tolist() == [-np.inf, pytest.approx(-5000 * np.log(2))]
    assert r.value.tolist() == [0, 0]


@given(seed=st.integers(0, 10**6), n=st.integers(1, 50), field=st.floats(-2, 2))
def test_short_times_are_gaussian(seed: int, n: int, field: float) -> None:
    bath = random_bath(seed, n, field=field)
    t = 1e-3
    log = product.decoherence_factor(bath, [t]).log_magnitude[0]
    rate = 2 * n * np.max(bath.couplings**2)
    assert abs(log + (t / gaussian_time(bath)) ** 2) < 20 * rate * t**3 + 1e-14 * n


def test_a_spin_in_a_pointer_state_does_not_decohere() -> None:
    bath = spin_bath([0.5], spinors=[[1, 0]])
    assert gaussian_time(bath) == np.inf
    r = product.decoherence_factor(bath, [0.0, 1.0, 7.0])
    assert np.allclose(r.value, np.exp([0, -1j, -7j]), atol=1e-14)


@pytest.mark.parametrize(
    "arguments",
    [
        {"couplings": []},
        {"couplings": [np.nan]},
        {"couplings": [[1.0]]},
        {"couplings": [1.0], "field": np.inf},
        {"couplings": [1.0], "spinors": [[1.0, 0.0], [1.0, 0.0]]},
        {"couplings": [1.0], "spinors": [[1.0, 1.0]]},
        {"couplings": [1.0], "spinors": [[np.nan, 1.0]]},
    ],
)
def test_a_bath_without_meaning_is_refused(arguments: dict) -> None:
    with pytest.raises(ArgumentError):
        spin_bath(**arguments)


def test_each_route_refuses_what_it_cannot_do() -> None:
    with pytest.raises(ArgumentError, match="chain"):
        product.decoherence_factor(spin_bath([1, 1], field=0.1, chain=0.1), [1.0])
    with pytest.raises(ArgumentError, match=r"at most 20 spins.*GiB"):
        state_vector.decoherence_factor(spin_bath(np.ones(21), field=0.1), 0.1, 1)
    with pytest.raises(ArgumentError, match="at most 8"):
        dense.decoherence_factor(spin_bath(np.ones(9)), [0.1])
