"""Block spins by Monte Carlo against sums over states and the known critical point."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from scipy.stats import binom
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
from spacewheat_sim.statmech.rg.block_spin import (
    FixedPoint,
    block_step,
    crossing,
    fixed_points,
)
from spacewheat_sim.statmech.rg.linearized import (
    NEAREST,
    Exponent,
    exponent,
    linearized_matrix,
    thermal_exponent,
)
from spacewheat_sim.statmech.rg.low_temperature import (
    log_turned_probability,
    low_temperature_step,
)
from spacewheat_sim.statmech.rg.tower import (
    Pair,
    blockings,
    companion_side,
    sample_tower,
    trusted_level,
)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def sampled_pair(L: int, b: int, levels: int, updates: int, seed: int) -> Pair:
    """Towers of sides L and L/b at K_c."""
    large, small = (
        sample_tower(CRITICAL_COUPLING, side, b, n, updates, rng(seed + 1000 * side))
        for side, n in ((L, levels), (L // b, levels - 1))
    )
    return Pair(large, small)


def critical_numbers(
    L: int, b: int, updates: int, seed: int
) -> tuple[Exponent, list[FixedPoint]]:
    """y_t and the fixed points at the level to trust."""
    level = trusted_level(L, b)
    pair = sampled_pair(L, b, level, updates, seed)
    companions = None
    if level == 1:
        side = b * companion_side(L, b)
        companions = sampled_pair(side, b, 2, updates, seed + 1)
    return exponent(pair, level, companions), fixed_points(pair, level, companions)


@pytest.mark.parametrize("K", [0.1, CRITICAL_COUPLING])
def test_new_coupling_is_covered_by_its_error_bar(K: float) -> None:
    exact = coupling_of_correlation(blocked_correlation(K), 2, 2)
    pulls = []
    for seed in range(300):
        found = block_step(K, 4, 2, 3200, rng(seed))
        assert found.method == "monte_carlo"
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
    assert sampled.method == "monte_carlo"
    distance = abs(sampled.K.value - term.value)
    assert distance < 2 * math.hypot(term.error, sampled.K.error)
    assert block_step(1.5, L, b, 10_000, rng(1)).method == "low_temperature"


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


def neighbor_and_diagonal_sums(spins: np.ndarray) -> np.ndarray:
    """Σ σσ over nearest and over diagonal neighbors of tori (n, L, L), (n, 2)."""
    below = np.roll(spins, -1, 1)
    near = spins * (np.roll(spins, -1, 2) + below)
    diagonal = spins * (np.roll(below, -1, 2) + np.roll(below, 1, 2))
    return np.stack([near.sum((1, 2)), diagonal.sum((1, 2))], 1).astype(float)


def test_exponent_of_two_couplings_is_covered_by_its_jackknife_error() -> None:
    spins = 1 - 2 * (np.arange(2**16)[:, None] >> np.arange(16) & 1).reshape(-1, 4, 4)
    fine = neighbor_and_diagonal_sums(spins)
    weights = weights_of(CRITICAL_COUPLING * fine[:, 0])
    lean = np.sign(spins.reshape(-1, 2, 2, 2, 2).sum((2, 4)))
    moments = np.zeros((5, 5))
    for signs in product((1, -1), repeat=4):
        # A coin decides for a block without majority.
        blocks = np.reshape(signs, (1, 2, 2))
        chance = weights * np.prod(0.5 * (1.0 + lean * blocks), axis=(1, 2))
        coarse = np.repeat(neighbor_and_diagonal_sums(blocks), fine.shape[0], 0)
        rows = np.hstack([np.ones((fine.shape[0], 1)), coarse, fine])
        moments += np.einsum("n,ni,nj->ij", chance, rows, rows)
    eigenvalues = np.linalg.eigvals(linearized_matrix(moments, 2))
    exact = math.log2(float(np.abs(eigenvalues).max()))
    pulls = []
    for seed in range(300):
        tower = sample_tower(CRITICAL_COUPLING, 4, 2, 1, 2000, rng(seed))
        found = thermal_exponent(tower, 1)
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
    found = crossing(large, small, 2)
    # Truncation at this size and level is 0.0003; four standard errors more.
    assert abs(found.value - CRITICAL_COUPLING) < 0.0003 + 4 * found.error


def test_second_level_has_the_thermal_exponent_and_the_critical_point() -> None:
    y_t, (first, best) = critical_numbers(32, 2, 20_000, 1)
    assert y_t.found.error < 0.015
    assert y_t.error < 0.04
    assert abs(y_t.found.value - 1.0) < 3 * y_t.error
    assert abs(best.K.value - CRITICAL_COUPLING) < 3 * best.error
    assert abs(first.K.value - CRITICAL_COUPLING) < 3 * first.error
    # One step alone crosses beside K_c by more than its statistical error.
    assert first.K.value - CRITICAL_COUPLING > 3 * first.K.error


def test_the_first_level_has_to_be_compared_with_companions() -> None:
    pair = sampled_pair(8, 2, 1, 1000, 0)
    with pytest.raises(ArgumentError, match="companions"):
        fixed_points(pair, 1)
    with pytest.raises(ArgumentError, match="companions"):
        exponent(pair, 1)
    assert [companion_side(L, 2) for L in (4, 8, 16, 1022)] == [4, 8, 8, 8]


def test_truncation_is_measured_and_not_the_distance_from_the_answer() -> None:
    """At another coupling than K_c the errors stay what they are."""
    here, there = [], []
    for K, found in ((CRITICAL_COUPLING, here), (CRITICAL_COUPLING - 0.01, there)):
        for seed in range(4):
            small, large, larger = (
                sample_tower(K, side, 2, n, 8000, rng(seed + 50 * side))
                for side, n in ((4, 0), (8, 1), (16, 2))
            )
            pair = Pair(large, small)
            best = fixed_points(pair, 1, Pair(larger, large))[-1]
            assert abs(best.K.value - CRITICAL_COUPLING) < 3 * best.error
            found.append(best.truncation)
    assert np.mean(there) == pytest.approx(np.mean(here), rel=0.6)
    assert min(here + there) > 0.0


@pytest.mark.slow
def test_flow_crosses_at_the_critical_point_on_64_by_64() -> None:
    y_t, found = critical_numbers(64, 2, 60_000, 5)
    assert [each.level for each in found] == [1, 2, 3]
    assert found[-1].error < 6e-4
    # Three errors: false alarm 0.3 % for Gaussian ones, at a fixed seed.
    for each in found:
        assert abs(each.K.value - CRITICAL_COUPLING) < 3 * each.error
    assert y_t.error < 0.02
    assert abs(y_t.found.value - 1.0) < 3 * y_t.error


def pulls_of(L: int, b: int, updates: int, seeds: int) -> dict[str, np.ndarray]:
    """Deviations of y_t and of the fixed points from the exact values, in errors."""
    pulls: dict[str, list[float]] = {"y_t": [], "K": [], "flow": []}
    for seed in range(seeds):
        y_t, found = critical_numbers(L, b, updates, seed)
        pulls["y_t"].append((y_t.found.value - 1.0) / y_t.error)
        for name, each in (("K", found[-1]), ("flow", found[0])):
            pulls[name].append((each.K.value - CRITICAL_COUPLING) / each.error)
    return {name: np.array(each) for name, each in pulls.items()}


def check_covered(pulls: np.ndarray) -> None:
    """Fail if more lie beyond 2 and 3 errors than of Gaussian numbers with a bias.

    Truncation is no noise: it shifts all seeds alike, by about one error at most, so
    16 % and 2.3 % may lie beyond 2 and 3 on one side. The false alarm of each is 1e-4.
    """
    for sigmas, share in ((2.0, 0.16), (3.0, 0.023)):
        beyond = int(np.sum(np.abs(pulls) > sigmas))
        assert beyond <= binom.isf(1e-4, pulls.size, share), (sigmas, beyond)
    assert abs(pulls.mean()) < 1.25 + 4 / math.sqrt(pulls.size)


@pytest.mark.slow
@pytest.mark.parametrize(("L", "b"), [(4, 2), (8, 2), (6, 3), (9, 3)])
def test_first_level_is_covered_by_its_errors(L: int, b: int) -> None:
    for pulls in pulls_of(L, b, 2500, 200).values():
        check_covered(pulls)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("L", "b", "updates"), [(16, 2, 4000), (36, 3, 1600), (64, 4, 960), (8, 4, 1600)]
)
def test_deeper_levels_and_larger_blocks_are_covered(
    L: int, b: int, updates: int
) -> None:
    for pulls in pulls_of(L, b, updates, 200).values():
        check_covered(pulls)


@pytest.mark.slow
@pytest.mark.parametrize("K", [1e-8, 1e-5, 1e-3, 0.5, 0.6, 0.7, 0.8])
def test_new_coupling_is_covered_where_what_tells_it_is_rare(K: float) -> None:
    # At high temperature bonds between blocks, at low temperature turned blocks.
    exact = coupling_of_correlation(blocked_correlation(K), 2, 2)
    pulls = []
    for seed in range(200):
        step = block_step(K, 4, 2, 1000, rng(seed)).K
        assert step.error > 0.0
        pulls.append((step.value - exact) / step.error)
    # No more beyond 3 errors than of Student's 31 degrees: false alarm 1e-4.
    assert np.sum(np.abs(pulls) > 3) <= binom.isf(1e-4, 200, 0.0053)
