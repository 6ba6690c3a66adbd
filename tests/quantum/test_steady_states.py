"""Steady states against long times, dense null spaces and closed forms."""

from __future__ import annotations

import dense_reference
import numpy as np
import pytest
from dense_reference import BIOMES, dense_biome
from hypothesis import given
from hypothesis import strategies as st

from spacewheat_sim import BathOperators, QuantumBath, SpacewheatError, load_biome


def bath_of(n: int, h: np.ndarray, jumps: list[tuple[int, int, float]]) -> QuantumBath:
    emojis = "abcdefgh"[:n]
    terms = [(emojis[s], emojis[t], rate) for s, t, rate in jumps]
    return QuantumBath(BathOperators.from_terms(emojis, h, terms), "master")


def null_space(h: np.ndarray, jumps: list[tuple[int, int, float]]) -> np.ndarray:
    """All steady states: the null space of the dense Liouvillian, (N², D)."""
    _, singular, right = np.linalg.svd(dense_reference.liouvillian(h, jumps))
    return right[singular < 1e-11 * singular[0]].conj().T


@pytest.mark.parametrize("name", BIOMES)
def test_the_steady_state_of_a_biome_is_where_it_ends_or_is_refused(name: str) -> None:
    dense = dense_biome(name)
    bath = load_biome(name).bath(seed=0, method="master")
    if not dense.is_static:
        with pytest.raises(SpacewheatError, match="driven"):
            bath.steady_state()
        return
    if null_space(dense.hamiltonian, list(dense.jumps)).shape[1] > 1:
        with pytest.raises(SpacewheatError, match="no unique steady state"):
            bath.steady_state()
        return
    steady = bath.steady_state()
    bath.evolve(1e4)
    assert np.abs(bath.density_matrix() - steady).max() < 1e-9


@given(seed=st.integers(0, 10**6), n=st.integers(2, 5), count=st.integers(1, 8))
def test_the_steady_state_is_the_null_vector_of_the_liouvillian(
    seed: int, n: int, count: int
) -> None:
    rng = np.random.default_rng(seed)
    h = dense_reference.random_hamiltonian(rng, n)
    if seed % 2:  # sparse ones have dark states and several parts
        h = h * (rng.random((n, n)) < 0.3)
        h = (h + h.conj().T) / 2
    jumps = dense_reference.random_jumps(rng, n, count)
    bath = bath_of(n, h, jumps)
    null = null_space(h, jumps)
    if null.shape[1] > 1:
        with pytest.raises(SpacewheatError, match="no unique steady state"):
            bath.steady_state()
        return
    rho = null[:, 0].reshape(n, n, order="F")
    rho = rho / rho.trace()
    assert np.abs(bath.steady_state() - rho).max() < 1e-8


def test_an_absorbing_state_takes_everything() -> None:
    bath = bath_of(3, np.zeros((3, 3)), [(0, 1, 0.5), (1, 2, 0.2)])
    assert np.abs(bath.steady_state() - np.diag([0, 0, 1])).max() < 1e-12


def test_two_absorbing_states_have_no_unique_end() -> None:
    bath = bath_of(3, np.zeros((3, 3)), [(0, 1, 0.5), (0, 2, 0.2)])
    with pytest.raises(SpacewheatError, match="no unique steady state"):
        bath.steady_state()


def test_a_closed_system_has_no_unique_steady_state() -> None:
    with pytest.raises(SpacewheatError, match="no unique steady state"):
        bath_of(2, np.array([[0, 1.0], [1.0, 0]]), []).steady_state()


def test_a_lambda_system_ends_in_its_dark_state() -> None:
    # |e⟩ = 0 is coupled to 1 and 2 alike and decays into both: (|1⟩ − |2⟩)/√2 is dark.
    h = np.zeros((3, 3))
    h[0, 1] = h[1, 0] = h[0, 2] = h[2, 0] = 0.7
    steady = bath_of(3, h, [(0, 1, 0.4), (0, 2, 0.4)]).steady_state()
    dark = np.array([0, 1, -1]) / np.sqrt(2)
    assert np.abs(steady - np.outer(dark, dark)).max() < 1e-10


def test_resonance_fluorescence_settles_at_its_closed_form() -> None:
    drive, rate = 1.1, 0.6
    h = np.array([[0, drive / 2], [drive / 2, 0]])
    steady = bath_of(2, h, [(1, 0, rate)]).steady_state()
    excited = drive**2 / (2 * drive**2 + rate**2)
    coherence = 1j * rate * excited / drive
    expected = np.array([[1 - excited, coherence], [np.conj(coherence), excited]])
    assert np.abs(steady - expected).max() < 1e-12


def test_jumps_alone_settle_at_the_chains_stationary_distribution() -> None:
    steady = bath_of(
        3, np.zeros((3, 3)), [(0, 1, 1.0), (1, 2, 2.0), (2, 0, 4.0)]
    ).steady_state()
    assert steady.diagonal().real == pytest.approx([4 / 7, 2 / 7, 1 / 7], abs=1e-12)


def test_a_single_state_is_steady() -> None:
    assert bath_of(1, np.eye(1), []).steady_state() == pytest.approx(np.eye(1))


@pytest.mark.parametrize(
    "driver",
    [
        ("a", 0.0, "cosine", 1.0, 0.0),
        ("a", 0.0, "sine", 1.0, 0.0),
        ("a", 2.0, "cosine", 0.0, 0.3),
        ("a", 2.0, "sine", 0.0, 0.3),
        ("a", 2.0, "pulse", 0.0, 0.3),
        ("a", 2.0, "pulse", 0.0, 4.0),
    ],
)
def test_a_driver_that_never_changes_is_a_constant_energy(
    driver: tuple[str, float, str, float, float],
) -> None:
    _, value, shape, frequency, phase = driver
    if frequency == 0.0:
        wave = {"cosine": np.cos(phase), "sine": np.sin(phase)}
        value *= wave.get(shape, float(phase < np.pi))
    h, jumps = np.array([[0.2, 0.5], [0.5, 0]]), [("b", "a", 0.3)]
    driven = BathOperators.from_terms("ab", h, jumps, [driver])
    static = BathOperators.from_terms("ab", h + np.diag([value, 0]), jumps)
    found = QuantumBath(driven, "master").steady_state()
    assert np.abs(found - QuantumBath(static, "master").steady_state()).max() < 1e-15


def test_drivers_that_change_have_no_steady_state_and_are_named() -> None:
    drivers = [
        ("a", 1.0, "cosine", 0.5, 0.0),
        ("b", 1.0, "cosine", 0.0, 0.0),
        ("c", lambda _: 1.0),
    ]
    bath = QuantumBath(
        BathOperators.from_terms("abc", np.zeros((3, 3)), [("a", "b", 1.0)], drivers)
    )
    with pytest.raises(SpacewheatError, match="energies or rates of a, c depend"):
        bath.steady_state()
