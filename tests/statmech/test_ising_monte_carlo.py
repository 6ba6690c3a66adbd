"""Cluster and single-spin updates against exact answers, with their error bars."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest
from small_tori import (
    blocked_correlation,
    bond_moments,
    bonds_of,
    check_coverage,
    states,
    weights_of,
)

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.statmech.ising import monte_carlo
from spacewheat_sim.statmech.ising.kaufman import CRITICAL_COUPLING, torus
from spacewheat_sim.statmech.ising.kernels import (
    cluster_moments,
    majority,
    metropolis,
    random_words,
    sums,
    swendsen_wang,
    wolff,
)
from spacewheat_sim.statmech.ising.monte_carlo import IsingLattice, generator_words
from spacewheat_sim.statmech.ising.statistics import (
    BINS,
    integrated_time,
    mean_estimate,
)


def lattice(K: float, width: int, height: int, seed: int = 0) -> IsingLattice:
    return IsingLattice(K, width, height, np.random.default_rng(seed))


def series_of(
    move: Callable[[], object], measure: Callable[[], float], count: int
) -> np.ndarray:
    out = np.empty(count)
    for i in range(count):
        move()
        out[i] = measure()
    return out


def test_generator_is_xoshiro256_plus_plus() -> None:
    # The first outputs of the authors' reference code from the state 1, 2, 3, 4.
    state = np.array([1, 2, 3, 4], dtype=np.uint64)
    words = [int(random_words.next_word(state)) for _ in range(6)]
    assert words == [
        41943041,
        58720359,
        3588806011781223,
        3591011842654386,
        9228616714210784205,
        9973669472204895162,
    ]


def test_uniform_numbers_are_uniform() -> None:
    state = generator_words(np.random.default_rng(1))
    numbers = np.array([random_words.next_uniform(state) for _ in range(20_000)])
    assert numbers.min() >= 0.0
    assert numbers.max() < 1.0
    # Five standard errors: false alarm 6e-7.
    assert abs(numbers.mean() - 0.5) < 5 * np.sqrt(1 / 12 / numbers.size)


def test_equal_streams_give_equal_histories() -> None:
    first, second = (lattice(0.4, 12, 10, seed=3) for _ in range(2))
    np.testing.assert_array_equal(first.sample_bonds(50), second.sample_bonds(50))
    first.metropolis(0.2)
    second.metropolis(0.2)
    assert first.wolff() == second.wolff()
    np.testing.assert_array_equal(first.spins, second.spins)
    other = lattice(0.4, 12, 10, seed=4)
    other.swendsen_wang(53)
    assert (other.spins != first.spins).any()


@pytest.mark.parametrize(("width", "height"), [(2, 2), (3, 2), (3, 4), (4, 4)])
@pytest.mark.parametrize("K", [0.15, 0.45, -0.3])
def test_swendsen_wang_samples_the_boltzmann_distribution(
    width: int, height: int, K: float
) -> None:
    each = lattice(K, width, height)
    each.sample_bonds(100)
    found = mean_estimate(each.sample_bonds(40_000))
    _, first, _ = bond_moments(K, width, height)
    # Five standard errors of 31 degrees: false alarm 2e-5 for each of 12 cases.
    assert abs(found.value - first / (2 * width * height)) < 5 * found.error


@pytest.mark.parametrize(
    ("K", "width", "height"), [(0.15, 3, 4), (0.45, 3, 3), (-0.3, 4, 4), (-0.6, 2, 4)]
)
def test_wolff_samples_the_boltzmann_distribution(
    K: float, width: int, height: int
) -> None:
    each = lattice(K, width, height)
    series = series_of(each.wolff, each.bond_sum, 30_000)
    found = mean_estimate(series)
    assert abs(found.value - bond_moments(K, width, height)[1]) < 5 * found.error


def test_wolff_refuses_what_it_cannot_do() -> None:
    with pytest.raises(ArgumentError, match="even sides"):
        lattice(-0.3, 3, 4).wolff()


@pytest.mark.parametrize(("K", "h"), [(0.3, 0.0), (0.4, 0.2), (-0.2, 0.5), (0.0, -0.7)])
def test_metropolis_samples_the_boltzmann_distribution_in_a_field(
    K: float, h: float
) -> None:
    spins = states(3, 4)
    energy, total = bonds_of(spins), spins.sum(axis=(1, 2))
    weights = weights_of(K * energy + h * total)
    each = lattice(K, 4, 3)
    pairs = np.array(
        [
            (each.metropolis(h) >= 0, each.bond_sum(), each.spins.sum())
            for _ in range(30_000)
        ],
        dtype=float,
    )
    for column, exact in ((1, weights @ energy), (2, weights @ total)):
        found = mean_estimate(pairs[:, column])
        assert abs(found.value - exact) < 5 * found.error


def test_coupling_may_change_between_updates() -> None:
    each = lattice(0.0, 16, 16)
    each.swendsen_wang(10)
    disordered = abs(each.spins.sum())
    each.K = 2.0
    each.swendsen_wang(200)
    assert disordered < 128
    assert abs(each.spins.sum()) == 256


def test_clusters_decorrelate_faster_than_single_spins_at_criticality() -> None:
    clusters, single = (lattice(CRITICAL_COUPLING, 32, 32) for _ in range(2))
    by_clusters = integrated_time(clusters.sample_bonds(8000))
    by_spins = integrated_time(series_of(single.metropolis, single.bond_sum, 8000))
    assert by_clusters < 10
    assert by_spins > 2 * by_clusters


def pulls_of_energy(K: float, L: int, updates: int, seeds: int) -> np.ndarray:
    """Pulls of ⟨σσ⟩ against the exact torus, (seeds,)."""
    exact = torus(K, L, L).correlation
    pulls = []
    for seed in range(seeds):
        each = lattice(K, L, L, seed)
        each.sample_bonds(200)
        found = mean_estimate(each.sample_bonds(updates))
        pulls.append((found.value - exact) / found.error)
    return np.array(pulls)


@pytest.mark.parametrize(
    "K",
    [
        CRITICAL_COUPLING,
        pytest.param(0.3, marks=pytest.mark.slow),
        pytest.param(0.5, marks=pytest.mark.slow),
    ],
)
def test_energy_is_covered_by_its_error_bars(K: float) -> None:
    check_coverage(pulls_of_energy(K, 16, 2400, 160), BINS)


@pytest.mark.slow
@pytest.mark.parametrize("K", [0.3, CRITICAL_COUPLING, 0.5])
def test_energy_of_a_larger_lattice_is_covered_by_its_error_bars(K: float) -> None:
    check_coverage(pulls_of_energy(K, 32, 3200, 120), BINS)


@pytest.mark.parametrize("b", [2, 3])
def test_blocks_take_the_majority(b: int) -> None:
    state = generator_words(np.random.default_rng(5))
    spins = (
        np.random.default_rng(6).choice([-1, 1], size=(6 * b, 4 * b)).astype(np.int8)
    )
    blocks = np.empty((6, 4), dtype=np.int8)
    majority.block_spins(spins, b, blocks, state)
    totals = spins.reshape(6, b, 4, b).sum(axis=(1, 3))
    assert (blocks[totals != 0] == np.sign(totals[totals != 0])).all()
    assert set(np.unique(blocks)) <= {-1, 1}


def test_ties_are_settled_by_a_fair_coin() -> None:
    state = generator_words(np.random.default_rng(7))
    spins = np.tile(np.array([[1, -1], [1, -1]], dtype=np.int8), (50, 50))
    blocks = np.empty((50, 50), dtype=np.int8)
    majority.block_spins(spins, 2, blocks, state)
    assert abs(int(blocks.sum())) < 5 * 50


@pytest.mark.parametrize("K", [0.1, CRITICAL_COUPLING, 0.6])
def test_blocked_correlation_equals_the_sum_over_states(K: float) -> None:
    each = lattice(K, 4, 4)
    each.sample_bonds(100)
    found = mean_estimate(each.sample_block_bonds(2, 60_000))
    assert abs(found.value - blocked_correlation(K)) < 5 * found.error


def test_blocks_without_a_common_cluster_add_no_noise() -> None:
    assert not lattice(0.0, 8, 8).sample_block_bonds(2, 100).any()


def test_even_couplings_are_sums_over_the_lattice() -> None:
    spins = np.random.default_rng(8).choice([-1, 1], size=(6, 6)).astype(np.int8)
    found = np.empty(majority.EVEN_COUPLINGS)
    majority.even_couplings(spins, found)

    def pairs(dy: int, dx: int) -> int:
        return int((spins * np.roll(spins, (-dy, -dx), (0, 1))).sum())

    right, down = np.roll(spins, -1, 1), np.roll(spins, -1, 0)
    knights = [(1, 2), (2, 1), (-1, 2), (-2, 1)]
    assert found.tolist() == [
        pairs(0, 1) + pairs(1, 0),
        pairs(1, 1) + pairs(-1, 1),
        pairs(0, 2) + pairs(2, 0),
        sum(pairs(*move) for move in knights),
        int((spins * right * down * np.roll(right, -1, 0)).sum()),
    ]


def test_impossible_lattices_are_refused() -> None:
    with pytest.raises(ArgumentError, match="sides of at least 1"):
        lattice(0.3, 0, 4)
    with pytest.raises(ArgumentError, match="finite"):
        lattice(np.nan, 4, 4)
    with pytest.raises(ArgumentError, match="must divide the sides"):
        lattice(0.3, 9, 9).sample_block_bonds(2, 10)
    with pytest.raises(ArgumentError, match="cannot be blocked 3 times"):
        lattice(0.3, 8, 8).sample_tower(2, 3, 10)


@pytest.mark.parametrize("probability", [1e-18, 1e-12, 3e-10, 0.25, 0.999])
def test_turns_are_as_rare_as_their_probability(probability: float) -> None:
    found = int(random_words.whole_threshold(probability)) / 2**64
    assert found == pytest.approx(probability, rel=1e-9, abs=2**-64)
    assert int(random_words.whole_threshold(1.0)) == 2**64 - 1


def test_a_cold_lattice_excites_spins_at_their_exact_rate() -> None:
    K = 1.9  # e^{−8K} = 2.5e−7
    each = lattice(K, 128, 128)
    turned = sum(each.metropolis() for _ in range(2000))
    expected = 128 * 128 * 2000 * math.exp(-8 * K)
    # An excited spin turns back at once: two turns each. Poisson, five deviations.
    assert abs(turned - 2 * expected) < 5 * math.sqrt(4 * expected) + 4


def test_parts_of_updates_make_the_same_history(monkeypatch) -> None:
    def history() -> list[np.ndarray]:
        each = lattice(0.44, 14, 9, seed=4)
        each.swendsen_wang(3)
        each.swendsen_wang(3, 0.1)
        each.metropolis(-0.2)
        found = [
            each.measure_swendsen_wang(20),
            each.measure_swendsen_wang(20, 0.05),
            each.measure_metropolis(20),
            each.measure_metropolis(20, 0.05),
            each.measure_wolff(20, 3),
            np.array([each.wolff(), each.bond_sum(), each.spin_sum()], dtype=float),
        ]
        return [*found, each.spins.astype(float)]

    whole = history()
    monkeypatch.setattr(monte_carlo, "SITES_AT_ONCE", 20)
    for one, other in zip(whole, history(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_no_call_of_compiled_code_does_more_than_its_part(monkeypatch) -> None:
    """What a call can take: Ctrl-C is answered between two of them."""
    most = 64
    monkeypatch.setattr(monte_carlo, "SITES_AT_ONCE", most)
    sizes = []

    def spy(module: ModuleType, name: str, work: Callable[..., int]) -> None:
        kernel = getattr(module, name)

        def called(*arguments: object) -> object:
            sizes.append(work(*arguments))
            return kernel(*arguments)

        monkeypatch.setattr(module, name, called)

    spy(swendsen_wang, "freeze_rows", lambda *a: (a[-1] - a[-2]) * a[1])
    spy(swendsen_wang, "hold_clusters", lambda *a: a[-1] - a[-2])
    spy(swendsen_wang, "turn_clusters", lambda *a: a[-2] - a[-3])
    spy(wolff, "grow_cluster", lambda *a: a[-1])
    spy(metropolis, "metropolis", lambda *a: a[-1])
    spy(sums, "bond_sum", lambda *a: (a[-1] - a[-2]) * a[0].shape[1])
    spy(sums, "spin_sum", lambda *a: a[0].size)
    spy(cluster_moments, "add_moments", lambda *a: a[-1] - a[-2])
    spy(cluster_moments, "sum_moments", lambda *a: a[5] - a[4])
    for name in ("swendsen_wang", "swendsen_wang_in_field"):
        spy(swendsen_wang, name, lambda *a: a[0].size)
    spy(wolff, "wolff", lambda *a: a[0].size)
    each = lattice(0.44, 16, 32)
    each.swendsen_wang(2)
    each.measure_swendsen_wang(2, 0.1)
    each.measure_metropolis(2, 0.1)
    each.measure_wolff(2, 2)
    assert len(sizes) > 100
    assert max(sizes) <= most
