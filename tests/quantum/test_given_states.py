"""States from outside: of any scale, and such as physics knows them."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacewheat_sim import BathBatch, BathOperators, QuantumBath, SpacewheatError

STILL = BathOperators.from_terms("ab", np.zeros((2, 2)))
TINY, HUGE = 5e-324, 1.7976931348623157e308
# Whatever a double can be, each with a partner of its own size.
SCALES = [TINY, 3e-320, 2.3e-308, 1e-200, 1e-154, 1.0, 1e154, 1e200, 8e307, HUGE]


def exact(amplitudes: list[complex]) -> list[float]:
    with mpmath.workdps(60):
        parts = [(mpmath.mpf(a.real), mpmath.mpf(a.imag)) for a in amplitudes]
        squares = [re**2 + im**2 for re, im in parts]
        return [float(square / sum(squares)) for square in squares]


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize(
    "shape", [(1, 0), (1, 1), (1, -1j), (1 + 1j, 1 - 1j), (0.5, 1), (0, 1j)]
)
def test_a_ket_of_any_scale_is_normalized(
    scale: float, shape: tuple[complex, complex]
) -> None:
    parts = [(scale * a.real, scale * a.imag) for a in map(complex, shape)]
    given_ket = [complex(*part) for part in parts]
    wanted = exact(given_ket)
    bath, batch = QuantumBath(STILL, seed=0), BathBatch(STILL, 2, seed=0)
    mixed = QuantumBath(STILL, "master", seed=0)
    for each in (bath, mixed, batch):
        each.initialize_ket(given_ket)
        found = each.populations()
        assert np.abs(found - wanted).max() < 1e-15
    assert bath.observables()["norm"] == pytest.approx(1, abs=1e-15)
    bath.evolve(1.0)
    assert np.abs(bath.populations() - wanted).max() < 1e-15


@given(
    st.lists(
        st.floats(allow_nan=False, allow_infinity=False), min_size=4, max_size=4
    ).filter(any)
)
def test_populations_of_any_ket_are_those_of_extended_precision(
    numbers: list[float],
) -> None:
    ket = [complex(*numbers[:2]), complex(*numbers[2:])]
    bath = QuantumBath(STILL, seed=0)
    bath.initialize_ket(ket)
    assert np.abs(bath.populations() - exact(ket)).max() < 1e-15


@pytest.mark.parametrize("scale", SCALES)
def test_weights_of_any_scale_are_shares(scale: float) -> None:
    for bath in (QuantumBath(STILL, seed=0), BathBatch(STILL, 2, seed=0)):
        bath.initialize_weighted({"a": scale, "b": scale})
        assert np.abs(bath.populations() - 0.5).max() < 1e-15


@pytest.mark.parametrize("scale", SCALES)
def test_a_density_matrix_of_any_scale_is_brought_to_trace_one(scale: float) -> None:
    bath = QuantumBath(STILL, "master", seed=0)
    bath.initialize_density_matrix([[scale, scale * 1j], [scale * -1j, scale]])
    assert np.abs(bath.density_matrix() - [[0.5, 0.5j], [-0.5j, 0.5]]).max() < 1e-15
    bath.initialize_density_matrix(np.diag([scale, 0.0]))
    assert bath.populations().tolist() == [1.0, 0.0]


# --- what rounding has made unphysical ----------------------------------------------


def rotated(weights: list[float], seed: int) -> np.ndarray:
    """ρ with these eigenvalues in a random basis."""
    n = len(weights)
    rng = np.random.default_rng(seed)
    q, _ = np.linalg.qr(rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n)))
    rho = (q * weights) @ q.conj().T
    return (rho + rho.conj().T) / 2


@pytest.mark.parametrize("lowest", [-9e-11, -1e-12, -1e-16])
@pytest.mark.parametrize("seed", range(5))
def test_slightly_negative_eigenvalues_become_zero(lowest: float, seed: int) -> None:
    operators = BathOperators.from_terms("abc", np.zeros((3, 3)))
    bath = QuantumBath(operators, "master", seed=0)
    given_rho = rotated([1 - lowest, lowest, 0.0], seed)
    bath.initialize_density_matrix(given_rho)
    rho = bath.density_matrix()
    assert np.linalg.eigvalsh(rho)[0] > -1e-15
    assert (bath.populations() >= 0.0).all()
    assert bath.observables()["norm"] == pytest.approx(1.0, abs=1e-15)
    assert bath.observables()["purity"] <= 1.0 + 1e-14
    assert np.abs(rho - given_rho).max() < 2e-10


def test_no_population_of_a_start_is_negative() -> None:
    bath = QuantumBath(STILL, "master", seed=0)
    bath.initialize_density_matrix([[1 + 9e-11, 0], [0, -9e-11]])
    assert bath.populations().tolist() == [1.0, 0.0]
    bath.initialize_density_matrix([[1, 0], [0, -1e-18]])
    assert bath.populations().tolist() == [1.0, 0.0]


def test_a_density_matrix_that_is_one_stays_as_it_is() -> None:
    rng = np.random.default_rng(1)
    operators = BathOperators.from_terms("abcd", np.zeros((4, 4)))
    bath = QuantumBath(operators, "master", seed=0)
    for rank in (1, 2, 4):
        kets = rng.normal(size=(rank, 4)) + 1j * rng.normal(size=(rank, 4))
        rho = np.einsum("ki,kj->ij", kets, kets.conj())
        rho = (rho + rho.conj().T) / 2
        bath.initialize_density_matrix(rho)
        assert np.abs(bath.density_matrix() - rho / np.trace(rho)).max() < 3e-16


BAD: dict[str, tuple[Any, str]] = {
    "a small coherence on one side": ([[1, 1e-12], [0, 1e-6]], "Hermitian.*1e-12"),
    "small ones that differ": ([[0.5, 1e-9], [1.001e-9, 0.5]], "Hermitian.*e-12"),
    "a small imaginary population": ([[1, 0], [0, 1e-6 + 1e-12j]], "Hermitian"),
    "an entry beyond the trace": ([[1e-300, 1], [1, 1e-300]], "beyond its trace"),
    "a coherence beyond its populations": (
        [[1 - 1e-8, 1e-3], [1e-3, 1e-8]],
        "negative eigenvalue",
    ),
    "a negative trace": ([[-1, 0], [0, 0.5]], "positive trace"),
    "texts": ([["1", "0"], ["0", "0"]], "numbers"),
    "truth values": ([[True, False], [False, False]], "numbers"),
    "an endless integer": ([[10**400, 0], [0, 0]], "doubles"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_matrix_that_is_no_density_matrix_is_refused(case: str) -> None:
    matrix, words = BAD[case]
    bath = QuantumBath(STILL, "master", seed=0)
    before = bath.density_matrix()
    with pytest.raises(SpacewheatError, match=words):
        bath.initialize_density_matrix(matrix)
    assert np.array_equal(bath.density_matrix(), before)


@pytest.mark.parametrize(
    ("ket", "words"),
    [
        (["1", "0"], "array of numbers"),
        ([True, False], "array of numbers"),
        ([None, 1], "array of numbers"),
        ([10**400, 1], "doubles"),
        ({"a": 1}, "array of numbers"),
        ([0.0, -0.0], "zero vector"),
        ([math.inf, 1], "finite"),
    ],
)
def test_a_ket_that_is_none_is_refused(ket: Any, words: str) -> None:
    for bath in (QuantumBath(STILL, seed=0), BathBatch(STILL, 2, seed=0)):
        with pytest.raises(SpacewheatError, match=words):
            bath.initialize_ket(ket)


def test_integers_beyond_64_bits_are_numbers_too() -> None:
    bath = QuantumBath(STILL, seed=0)
    bath.initialize_ket([10**30, 10**30])
    assert bath.populations() == pytest.approx([0.5, 0.5], abs=1e-15)


# --- Hamiltonians -------------------------------------------------------------------

LOPSIDED = {
    "beside an energy of 1e9": [[1e9, 1e-4], [0, 1e9]],
    "beside an energy of 1e12": [[1e12, 0.5], [0, 1e12]],
    "beside an energy of 1e15": [[1e15, 100.0], [0, 1e15]],
    "beside one huge energy": [[1e12, 0.5], [0, 0]],
    "beside nothing": [[0, 1e-300], [0, 0]],
    "beside a huge coupling": [
        [0, 1e15, 1e-3],
        [1e15, 0, 0],
        [1.001e-3, 0, 0],
    ],
    "of opposite phase": [[1e12, 1e-3j], [1e-3j, 1e12]],
    "an imaginary energy": [[1e12 + 10j, 0], [0, 1e12]],
    "of the smallest doubles": [[0, TINY], [0, 0]],
    "of the largest doubles": [[0, HUGE], [-HUGE, 0]],
}


@pytest.mark.parametrize("case", LOPSIDED)
def test_an_entry_must_be_hermitian_whatever_is_beside_it(case: str) -> None:
    matrix = LOPSIDED[case]
    with pytest.raises(SpacewheatError, match="Hermitian"):
        BathOperators.from_terms("abc"[: len(matrix)], matrix)


def test_the_pair_that_is_farthest_off_is_named() -> None:
    matrix = np.diag([1e15, 1e15, 1e15])
    matrix[0, 1], matrix[1, 0] = 1e14, 1e14 * (1 + 1e-11)
    matrix[1, 2] = 1e-3
    with pytest.raises(SpacewheatError, match=r"0\.001 at i = 1, j = 2.*H†"):
        BathOperators.from_terms("abc", matrix)


@pytest.mark.parametrize("scale", [1e-300, 1e-9, 1.0, 1e12, 8e307])
def test_rounding_of_the_entry_itself_is_taken(scale: float) -> None:
    rounded = scale * (1 + 4e-16)
    kept = BathOperators.from_terms("ab", [[0, scale], [rounded, 0]]).hamiltonian
    assert kept[0, 1] == kept[1, 0]
    assert abs(kept[0, 1] - scale) <= 1e-15 * scale
