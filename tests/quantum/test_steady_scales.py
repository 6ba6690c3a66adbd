"""Steady states keep their digits, however far apart rates and energies lie."""

from __future__ import annotations

import re

import numpy as np
import pytest
from rational_steady import stationary
from steady_baths import (
    bath_of,
    couplings,
    interfering_bath,
    populations_of,
    random_bath,
    ring,
)

from spacewheat_sim import SpacewheatError

NOTHING = np.zeros((3, 3))


def exact(h: object, jumps: list[tuple[int, int, float]]) -> np.ndarray:
    count, rho = stationary(h, jumps)
    assert count == 1
    assert rho is not None
    return rho


@pytest.mark.parametrize("slow", [1e-4, 1e-6, 1e-12, 1e-60])
@pytest.mark.parametrize("fast", [1.0, 1e6, 1e60])
def test_slow_exchange_beside_fast_decay_is_no_dark_state(
    slow: float, fast: float
) -> None:
    jumps = [(0, 1, 2 * slow), (1, 0, slow), (2, 0, fast)]
    expected = pytest.approx([1 / 3, 2 / 3, 0], rel=1e-14)
    assert populations_of(NOTHING, jumps) == expected


@pytest.mark.parametrize("energy", [1.0, 1e9, 1e300])
def test_slow_exchange_beside_large_energies_is_no_dark_state(energy: float) -> None:
    h = np.diag([energy, 0, 0])
    jumps = [(0, 1, 2e-12), (1, 0, 1e-12), (2, 0, 1.0)]
    assert populations_of(h, jumps) == pytest.approx([1 / 3, 2 / 3, 0], rel=1e-14)


@pytest.mark.parametrize("constant", [0.0, 1.0, -1e6, 2.0**40, 2.0**50])
def test_a_constant_added_to_all_energies_changes_nothing(constant: float) -> None:
    h = couplings(4, (0, 1, 0.5), (1, 2, 0.25j)) + np.diag([0, 0.5, 0.25, 8])
    jumps = [(0, 1, 0.3), (1, 0, 0.1), (2, 3, 1e-5), (3, 0, 2.0)]
    moved = bath_of(h + constant * np.eye(4), jumps).steady_state()
    assert np.abs(moved - bath_of(h, jumps).steady_state()).max() < 1e-14


@pytest.mark.parametrize("constant", [1.0, 2.0**40, 1e300])
def test_a_constant_added_to_one_uncoupled_part_changes_nothing(
    constant: float,
) -> None:
    h = couplings(4, (0, 1, 0.5), (2, 3, 0.25))
    jumps = [(1, 2, 0.3), (3, 0, 0.1)]
    moved = bath_of(h + constant * np.diag([1, 1, 0, 0]), jumps).steady_state()
    assert np.abs(moved - bath_of(h, jumps).steady_state()).max() < 1e-14


@pytest.mark.parametrize("gap", [0.0, 1e-9, 1.0, 1e9])
@pytest.mark.parametrize("coupling", [1e-9, 1e-3, 1.0, 1e9])
@pytest.mark.parametrize("rate", [1e-9, 1.0, 1e9])
def test_two_coupled_levels_settle_at_their_closed_form(
    gap: float, coupling: float, rate: float
) -> None:
    # Populations obey rate equations with K = 2|H₀₁|² G/(G² + gap²), G = (Γ₀ + Γ₁)/2.
    mean = 2 * rate
    k = 2 * coupling**2 * mean / (mean**2 + gap**2)
    expected = np.array([rate + k, 3 * rate + k]) / (4 * rate + 2 * k)
    h = [[gap, coupling], [coupling, 0]]
    found = populations_of(h, [(0, 1, 3 * rate), (1, 0, rate)])
    assert found == pytest.approx(expected, rel=1e-12)


def test_strong_decay_that_freezes_couplings_still_lets_through_what_it_must() -> None:
    # Through each leg a flow of 4 |H|²/Γ: 0.8 and 0.2, and Γ p = flow at its far end.
    h = couplings(4, (0, 1, 1e-3), (2, 3, 2e-3))
    found = populations_of(h, [(1, 2, 1e3), (3, 0, 1e3)])
    assert found == pytest.approx([0.8, 3.2e-12, 0.2, 3.2e-12], rel=1e-10)


@pytest.mark.parametrize("detuning", [1e-3, 1e-6, 1e-9])
def test_a_lambda_system_off_resonance_has_no_dark_state(detuning: float) -> None:
    h = couplings(3, (0, 2, 0.5), (1, 2, 0.5)) + np.diag([0, detuning, 0])
    jumps = [(2, 0, 1.0), (2, 1, 1.0)]
    assert np.abs(bath_of(h, jumps).steady_state() - exact(h, jumps)).max() < 1e-13
    assert populations_of(h, jumps)[2] == pytest.approx(detuning**2, rel=1e-5)


def test_a_far_detuned_way_out_is_found_beside_near_ones() -> None:
    h = couplings(3, (0, 1, 0.5)) + np.diag([0, 1e3, 0])
    found = populations_of(h, [(1, 2, 0.3), (2, 0, 1e-3)])
    expected = [0.999924756, 2.49981e-07, 7.49943e-05]
    assert found == pytest.approx(expected, rel=1e-5)


def test_exponentially_rare_states_keep_their_digits() -> None:
    up, down = 1e-9, 1e9
    jumps = [(i, i + 1, up) for i in range(15)] + [(i + 1, i, down) for i in range(15)]
    expected = [1e-18**i for i in range(16)]
    assert populations_of(np.zeros((16, 16)), jumps) == pytest.approx(
        expected, rel=1e-9
    )


def test_modes_that_meet_at_an_exceptional_point_are_no_trouble() -> None:
    # At |H₀₁| = Γ/4 the no-jump evolution has one mode only.
    h, jumps = [[0, 0.25], [0.25, 0]], [(1, 0, 1.0)]
    assert np.abs(bath_of(h, jumps).steady_state() - exact(h, jumps)).max() < 1e-14


@pytest.mark.parametrize("seed", range(200))
def test_random_baths_settle_where_rational_arithmetic_says(seed: int) -> None:
    compare(*random_bath(seed, most=4))


@pytest.mark.parametrize("seed", range(150))
def test_paths_that_cancel_are_told_from_those_that_nearly_do(seed: int) -> None:
    compare(*interfering_bath(seed))


@pytest.mark.slow
@pytest.mark.parametrize("block", range(20))
def test_thousands_of_random_baths_settle_where_rational_arithmetic_says(
    block: int,
) -> None:
    for seed in range(1000 + 100 * block, 1100 + 100 * block):
        compare(*random_bath(seed, most=5))
        compare(*interfering_bath(seed))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_baths_of_up_to_seven_states_settle_where_rational_arithmetic_says(
    seed: int,
) -> None:
    compare(*random_bath(seed, most=7))


def compare(h: np.ndarray, jumps: list[tuple[int, int, float]]) -> None:
    """Hold each population to 1e-9 of itself, or the number of steady states."""
    bath = bath_of(h, jumps)
    count, rho = stationary(bath.operators.hamiltonian.toarray(), jumps)
    if rho is None:
        with pytest.raises(SpacewheatError, match=f" {count} independent"):
            bath.steady_state()
        return
    found = bath.steady_state()
    right = rho.diagonal().real
    assert found.diagonal().real == pytest.approx(right, rel=1e-9, abs=1e-290)
    sizes = np.sqrt(np.outer(right, right)) + 1e-290
    assert (np.abs(found - rho) <= 1e-9 * sizes).all()
    assert np.linalg.eigvalsh(found)[0] > -1e-14


def slope(bath: object, rho: np.ndarray) -> np.ndarray:
    """dρ/dt from its definition."""
    operators = bath.operators  # type: ignore[attr-defined]
    h = operators.hamiltonian.toarray()
    out = -1j * (h @ rho - rho @ h)
    for jump in operators.jumps:
        s, t, rate = jump.source, jump.target, jump.rate
        out[t, t] += rate * rho[s, s]
        out[s] -= rate / 2 * rho[s]
        out[:, s] -= rate / 2 * rho[:, s]
    return out


def test_a_ring_of_300_settles_at_its_uniform_state() -> None:
    found = ring(300, 0.5, 0.3).steady_state().diagonal().real
    assert found == pytest.approx(np.full(300, 1 / 300), rel=1e-13)


def test_a_disordered_ring_of_300_is_left_unchanged() -> None:
    rng = np.random.default_rng(0)
    bath = ring(300, rng.uniform(0.2, 1, 300), 10.0 ** rng.uniform(-2, 2, 300))
    rho = bath.steady_state()
    assert np.abs(slope(bath, rho)).max() < 1e-15
    assert rho.trace().real == pytest.approx(1, abs=1e-12)


def test_many_connected_states_that_doubles_cannot_tell_are_refused() -> None:
    rng = np.random.default_rng(3)
    bath = ring(60, 10.0 ** rng.uniform(-9, 9, 60), 10.0 ** rng.uniform(-9, 9, 60))
    with pytest.raises(SpacewheatError, match=re.escape("not known to 1e-9")):
        bath.steady_state()


def test_an_answer_that_a_rounding_decides_is_refused() -> None:
    # |0⟩ and |1⟩ make a state of energy 0.3, which |2⟩ meets exactly, or nearly.
    jumps = [(1, 2, 3e-17), (2, 0, 2e-17)]

    def detuned(energy: float) -> np.ndarray:
        return couplings(3, (0, 1, 0.3), (0, 2, 1e-17)) + np.diag([0, 0, energy])

    for energy in (0.3, 0.31):
        rho = bath_of(detuned(energy), jumps).steady_state()
        assert np.abs(rho - exact(detuned(energy), jumps)).max() < 1e-13
    with pytest.raises(SpacewheatError, match="not decided by its numbers"):
        bath_of(detuned(0.1 + 0.2), jumps).steady_state()


def test_a_population_that_modes_lose_is_found_by_more_digits() -> None:
    """Modes put all but one population of these at 0; they are about 10⁻²⁹."""
    h = np.zeros((5, 5))
    for i, j, size in (
        (0, 1, 3.9e-30),
        (0, 4, 5.8e-20),
        (1, 2, 7.5e-22),
        (1, 3, 3.9e-3),
        (2, 3, 9.2e-23),
        (2, 4, 2e-3),
        (3, 4, 7.1e-30),
    ):
        h[i, j] = h[j, i] = size
    h[2, 2], h[4, 4] = 0.026, 4.2e-26
    jumps = [
        (0, 0, 6.9e-11),
        (1, 3, 3.8e-5),
        (1, 2, 1.2e-6),
        (2, 1, 1.5e-3),
        (3, 2, 7.3e-26),
        (4, 0, 6.5e-4),
    ]
    expected = np.array([float(p.real) for p in exact(h, jumps).diagonal()])
    assert 0 < expected[1] < 1e-28
    assert populations_of(h, jumps) == pytest.approx(expected, rel=1e-9)
