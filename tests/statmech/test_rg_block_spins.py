"""Block spins by Monte Carlo against sums over states and the known critical point."""

from __future__ import annotations

import math

import numpy as np
import pytest
from small_tori import (
    blocked_correlation,
    bonds_of,
    check_coverage,
    four_by_four,
    weights_of,
)

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.statmech.ising.kaufman import (
    CRITICAL_COUPLING,
    coupling_of_correlation,
    torus,
)
from spacewheat_sim.statmech.ising.statistics import BINS
from spacewheat_sim.statmech.rg.block_spin import block_step, crossing, fixed_points
from spacewheat_sim.statmech.rg.linearized import (
    NEAREST,
    linearized_matrix,
    thermal_exponent,
)
from spacewheat_sim.statmech.rg.low_temperature import (
    log_turned_probability,
    low_temperature_step,
)
from spacewheat_sim.statmech.rg.tower import (
    Tower,
    blockings,
    sample_tower,
    trusted_level,
)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def towers(L: int, updates: int, seed: int) -> tuple[Tower, Tower, int]:
    """Towers of sides L and L/2 at K_c, and the level to trust."""
    level = trusted_level(L, 2)
    large = sample_tower(CRITICAL_COUPLING, L, 2, level, updates, rng(seed))
    small = sample_tower(
        CRITICAL_COUPLING, L // 2, 2, level - 1, updates, rng(seed + 1000)
    )
    return large, small, level


@pytest.mark.parametrize("K", [0.1, CRITICAL_COUPLING, 0.6])
def test_new_coupling_is_covered_by_its_error_bar(K: float) -> None:
    exact = coupling_of_correlation(blocked_correlation(K), 2, 2)
    pulls = []
    for seed in range(300):
        found = block_step(K, 4, 2, 3200, rng(seed))
        assert found.route == "monte_carlo"
        pulls.append((found.K.value - exact) / found.K.error)
    check_coverage(np.array(pulls), BINS)


def test_new_coupling_has_the_measured_correlation() -> None:
    found = block_step(0.4, 12, 3, 2000, rng())
    assert found.correlation is not None
    exact = torus(found.K.value, 4, 4).correlation
    assert exact == pytest.approx(found.correlation.value, abs=1e-13)


def test_coupling_falls_below_the_critical_one_and_rises_above() -> None:
    for K in (0.02, 0.1, 0.3, 0.42):
        step = block_step(K, 16, 2, 4000, rng()).K
        assert step.value < K - 3 * step.error
    for K in (0.46, 0.6, 0.9, 1.5, 4.0):
        step = block_step(K, 16, 2, 4000, rng()).K
        assert step.value > K + 3 * step.error


def test_free_spins_stay_free() -> None:
    step = block_step(0.0, 8, 2, 1000, rng()).K
    assert abs(step.value) < 1e-15
    assert step.error == 0.0


def test_noise_around_zero_may_be_negative_and_flows_on() -> None:
    step = block_step(-0.01, 8, 2, 1000, rng()).K
    assert abs(step.value) < 0.02


@pytest.mark.parametrize("K", [0.9, 1.2, 1.6])
def test_low_temperature_term_approaches_the_sum_over_states(K: float) -> None:
    found = low_temperature_step(K, 4, 2)
    exact = coupling_of_correlation(blocked_correlation(K), 2, 2)
    assert abs(found.value - exact) < found.error


def test_low_temperature_term_is_the_known_line() -> None:
    for K in (3.0, 10.0):
        found = low_temperature_step(K, 64, 2)
        assert found.value == pytest.approx(1.5 * K - math.log(2) / 8, abs=2e-5)
    # Of 4 neighboring pairs in a block, each costs 6 bonds and wins half of the coins.
    assert log_turned_probability(8.0, 2) == pytest.approx(math.log(2) - 96, abs=1e-8)
    assert low_temperature_step(1e6, 64, 2).value == pytest.approx(1.5e6)


@pytest.mark.parametrize(("b", "L"), [(2, 16), (3, 12), (4, 16)])
def test_both_routes_agree_where_they_meet(b: int, L: int) -> None:
    K = 0.65
    sampled = block_step(K, L, b, 100_000, rng(1))
    term = low_temperature_step(K, L, b)
    assert sampled.route == "monte_carlo"
    distance = abs(sampled.K.value - term.value)
    assert distance < 2 * math.hypot(term.error, sampled.K.error)
    assert block_step(1.5, L, b, 10_000, rng(1)).route == "low_temperature"


def test_lattice_that_cannot_be_blocked_is_refused() -> None:
    with pytest.raises(ArgumentError, match="must divide"):
        block_step(0.4, 16, 3, 1000, rng())


def test_levels_to_trust() -> None:
    assert [trusted_level(L, 2) for L in (4, 8, 16, 32, 64, 128)] == [1, 1, 2, 2, 3, 3]
    assert [blockings(L, 3) for L in (9, 12, 36, 108)] == [0, 1, 2, 3]


def blocked_products(K: float) -> np.ndarray:
    """⟨XY⟩ of (1, Σss of the blocks, Σσσ) of a 4 × 4 lattice, exactly."""
    energy, blocks = four_by_four()
    weights = weights_of(K * energy)
    coarse = bonds_of(blocks)
    # Each of the 4 pairs counts twice on a 2 × 2 torus; s² is 1 whatever a coin says.
    s = blocks.reshape(-1, 4)
    near = [(0, 1), (2, 3), (0, 2), (1, 3)]
    square = np.zeros(energy.size)
    for i, j in near:
        for k, m in near:
            if {i, j} == {k, m}:
                square += 4.0
            else:
                shared = {i, j} & {k, m}
                rest = [p for p in (i, j, k, m) if p not in shared]
                square += 4.0 * np.prod(s[:, rest], axis=1)
    table = np.zeros((3, 3))
    table[0] = [1.0, weights @ coarse, weights @ energy]
    table[:, 0] = table[0]
    table[1, 1] = weights @ square
    table[1, 2] = table[2, 1] = weights @ (coarse * energy)
    table[2, 2] = weights @ energy**2
    return table


def test_exponent_is_covered_by_its_jackknife_error() -> None:
    # One coupling on a 4 × 4 lattice: the whole matrix is known by summing states.
    matrix = linearized_matrix(blocked_products(CRITICAL_COUPLING), 1)
    exact = math.log2(float(matrix[0, 0]))
    pulls = []
    for seed in range(300):
        tower = sample_tower(CRITICAL_COUPLING, 4, 2, 1, 3200, rng(seed))
        found = thermal_exponent(tower, 1, (NEAREST,))
        pulls.append((found.value - exact) / found.error)
    check_coverage(np.array(pulls), BINS)


def test_exponent_needs_a_level_that_was_sampled() -> None:
    tower = sample_tower(0.4, 8, 2, 1, 100, rng())
    with pytest.raises(ArgumentError, match="`level` must be from 1 to 1"):
        thermal_exponent(tower, 2)


def test_crossing_does_not_depend_on_where_it_is_expanded() -> None:
    near = CRITICAL_COUPLING - 0.002
    large = sample_tower(near, 16, 2, 2, 40_000, rng(1))
    small = sample_tower(near, 8, 2, 1, 40_000, rng(2))
    found = crossing(large, small, 2, near)
    # Truncation at this size and level is 0.0003; four standard errors more.
    assert abs(found.value - CRITICAL_COUPLING) < 0.0003 + 4 * found.error


def test_second_level_has_the_thermal_exponent_and_the_critical_point() -> None:
    large, small, level = towers(32, 20_000, 1)
    y_t = thermal_exponent(large, level)
    assert level == 2
    assert y_t.error < 0.015
    # 3 % of the exact 1 and four standard errors.
    assert abs(y_t.value - 1.0) < 0.03 + 4 * y_t.error
    first, best = fixed_points(large, small, level)
    assert abs(best.K.value - CRITICAL_COUPLING) < 4 * best.error
    assert abs(first.K.value - CRITICAL_COUPLING) < 4 * first.error
    # One step alone crosses beside K_c by more than its statistical error.
    assert first.K.value - CRITICAL_COUPLING > 3 * first.K.error


@pytest.mark.slow
def test_flow_crosses_at_the_critical_point_on_64_by_64() -> None:
    large, small, level = towers(64, 60_000, 5)
    found = fixed_points(large, small, level)
    assert level == 3
    assert found[-1].error < 6e-4
    # Three errors: false alarm 0.3 % for Gaussian ones, at a fixed seed.
    for each in found:
        assert abs(each.K.value - CRITICAL_COUPLING) < 3 * each.error
    y_t = thermal_exponent(large, level)
    assert y_t.error < 0.01
    assert abs(y_t.value - 1.0) < 0.03


@pytest.mark.slow
def test_matched_fixed_point_is_covered_by_its_error() -> None:
    pulls = []
    for seed in range(40):
        large, small, level = towers(32, 6400, seed)
        best = fixed_points(large, small, level)[-1]
        pulls.append((best.K.value - CRITICAL_COUPLING) / best.error)
    # The error holds an allowance for truncation, so it may cover more than Gaussian:
    # at most 8 of 40 beyond two errors has a false alarm of 1e-4.
    assert np.sum(np.abs(pulls) > 2) <= 8
    assert np.abs(np.mean(pulls)) < 4 / math.sqrt(len(pulls))
