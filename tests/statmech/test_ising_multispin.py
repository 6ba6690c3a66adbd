"""Multi-spin-coded Metropolis: exact probabilities, and independent decisions."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy.stats import chi2

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.statmech.ising.monte_carlo import IsingLattice
from spacewheat_sim.statmech.ising.statistics import mean_estimate
from spacewheat_sim.statmech.ising.thermodynamics import MethodLimitError
from spacewheat_sim.statmech.multispin import kernels, lattice
from spacewheat_sim.statmech.multispin.lattice import MultispinLattice

ALARM = 1e-5
SIGMAS = 5.0  # false alarm 6e-7


def made(K: float, width: int, height: int, seed: int = 0, h: float = 0.0):
    return MultispinLattice(K, width, height, np.random.default_rng(seed), h=h)


def update_one_color(each: MultispinLattice) -> None:
    cells, side, *rest = each._arrays()
    kernels.update_color(cells[0], cells[1], 0, side, *rest)


def first_color(spins: np.ndarray) -> np.ndarray:
    y, x = np.indices(spins.shape)
    return (x + y) % 2 == 0


def neighbors_up(spins: np.ndarray) -> np.ndarray:
    return sum(
        (np.roll(spins, shift, axis) == 1).astype(int)
        for shift, axis in itertools.product((1, -1), (0, 1))
    )


def column_distribution(K: float, h: float, columns: int, what: str) -> np.ndarray:
    """Exact distribution of Σσσ or Σσ on a torus of height 2, index + 4 · columns.

    Column by column, the weight of all states with a given start, end and sum so far.
    """
    pairs = list(itertools.product((1, -1), repeat=2))
    size = 8 * columns + 1
    weights = np.zeros((4, 4, size))
    for start in range(4):
        weights[start, start, 4 * columns] = 1.0
    for _ in range(columns):
        new = np.zeros_like(weights)
        for (i, a), (j, b) in itertools.product(enumerate(pairs), repeat=2):
            bonds = 2 * b[0] * b[1] + a[0] * b[0] + a[1] * b[1]
            total = b[0] + b[1]
            weight = math.exp(K * bonds + h * total)
            shift = bonds if what == "bonds" else total
            new[:, j] += weight * np.roll(weights[:, i], shift, axis=1)
        weights = new / new.sum()
    closed = sum(weights[start, start] for start in range(4))
    return np.asarray(closed / closed.sum())


@pytest.mark.parametrize(
    ("K", "h"), [(0.25, 0.0), (-0.3, 0.0), (0.15, 0.2), (-0.2, -0.4)]
)
@pytest.mark.parametrize("what", ["bonds", "spins"])
def test_stationary_distribution_is_that_of_boltzmann(K, h, what) -> None:
    columns, thin, count = 128, 16, 6000
    each = made(K, columns, 2, seed=1, h=h)
    each.sample(200)
    series = each.sample(thin * count)[::thin, 0 if what == "bonds" else 1]
    exact = column_distribution(K, h, columns, what)
    seen = np.bincount(series.astype(int) + 4 * columns, minlength=exact.size)
    # Levels in ascending order, grouped until some 20 visits are expected.
    groups = np.floor(np.cumsum(exact) * count / 20).astype(int)
    groups = np.minimum(groups, groups.max() - 1)
    expected = np.bincount(groups, exact * count)
    found = np.bincount(groups, seen)
    used = expected > 5
    assert used.sum() > 10
    assert seen.sum() == count
    statistic = ((found - expected)[used] ** 2 / expected[used]).sum()
    assert chi2.sf(statistic, used.sum() - 1) > ALARM


@pytest.mark.parametrize(
    ("K", "h"), [(0.3, 0.0), (-0.2, 0.0), (0.3, 0.1), (-0.1, -0.5), (0.0, 0.3)]
)
def test_each_class_of_sites_turns_with_its_probability(K, h) -> None:
    rng = np.random.default_rng(2)
    tried, turned = np.zeros((2, 5)), np.zeros((2, 5))
    each = made(K, 1024, 64, seed=3, h=h)
    for _ in range(20):
        before = rng.choice(np.array([-1, 1], dtype=np.int8), size=(64, 1024))
        each.spins = before
        update_one_color(each)
        after = each.spins
        here = first_color(before)
        np.testing.assert_array_equal(after[~here], before[~here])
        up, near = (before[here] + 1) // 2, neighbors_up(before)[here]
        np.add.at(tried, (up, near), 1)
        np.add.at(turned, (up, near), (after != before)[here])
    for up, near in itertools.product(range(2), range(5)):
        cost = 2 * (2 * up - 1) * (K * (2 * near - 4) + h)
        chance = min(1.0, math.exp(-cost))
        spread = math.sqrt(tried[up, near] * chance * (1 - chance))
        assert abs(turned[up, near] - tried[up, near] * chance) <= SIGMAS * spread


def test_rare_turns_are_as_rare_as_they_should_be() -> None:
    K, count, sites = 1.1, 60, 2**18
    each = made(K, 512, 1024, seed=4)
    ordered = np.ones((1024, 512), dtype=np.int8)
    turned = 0
    for _ in range(count):
        each.spins = ordered
        update_one_color(each)
        turned += (ordered.size - each.bonds_and_spins()[1]) // 2
    expected = count * sites * math.exp(-8 * K)
    assert expected > 2000
    assert abs(turned - expected) < SIGMAS * math.sqrt(expected)


def test_probabilities_are_kept_to_the_last_digit() -> None:
    chances = [math.exp(-4 * 0.44), math.exp(-8 * 0.44), 0.5, 1 - 2**-53, 1e-5]
    planes, rest = lattice._digits(chances)
    for k, chance in enumerate(chances):
        digits = [int(digit != 0) for digit in planes[:, k]]
        leading = sum(d * 2.0 ** -(n + 1) for n, d in enumerate(digits))
        value = leading + math.ldexp(int(rest[k]), -64 - kernels.PLANES)
        assert value == pytest.approx(chance, abs=2**-53, rel=0)


@pytest.mark.parametrize(
    ("dy", "dx"), [(0, 2), (0, 4), (0, 16), (0, 18), (1, 1), (2, 0), (8, 0), (16, 0)]
)
def test_decisions_of_different_sites_are_independent(dy, dx) -> None:
    # Without coupling, up spins turn with probability e^{−2h}, each by itself. In words
    # of 64 at 8 a row, the same lane decides the same word again 8 rows on.
    chance = 0.4
    each = made(0.0, 1024, 512, seed=5, h=-0.5 * math.log(chance))
    update_one_color(each)
    here = first_color(each.spins)
    turned = np.where(here, (each.spins == -1) - chance, 0.0)
    products = turned * np.roll(turned, (dy, dx), (0, 1))
    spread = chance * (1 - chance) * math.sqrt(here.sum())
    assert abs(products.sum()) < SIGMAS * spread


def test_successive_decisions_are_independent() -> None:
    chance = 0.4
    each = made(0.0, 1024, 512, seed=6, h=-0.5 * math.log(chance))
    found = []
    for _ in range(2):
        each.spins = np.ones((512, 1024), dtype=np.int8)
        update_one_color(each)
        found.append((each.spins == -1)[first_color(each.spins)] - chance)
    spread = chance * (1 - chance) * math.sqrt(found[0].size)
    assert abs((found[0] * found[1]).sum()) < SIGMAS * spread


def test_spins_survive_coding_and_sums_are_right() -> None:
    rng = np.random.default_rng(7)
    for width, height in ((128, 2), (128, 6), (384, 4), (1024, 10)):
        spins = rng.choice(np.array([-1, 1], dtype=np.int8), size=(height, width))
        each = made(0.2, width, height)
        each.spins = spins
        np.testing.assert_array_equal(each.spins, spins)
        wide = spins.astype(int)
        bonds = wide * (np.roll(wide, 1, 0) + np.roll(wide, 1, 1))
        assert each.bonds_and_spins() == (bonds.sum(), wide.sum())


def test_number_of_turned_spins_is_counted() -> None:
    each = made(0.3, 256, 8, seed=8)
    before = each.spins
    update_one_color(each)
    between = each.spins
    other = made(0.3, 256, 8, seed=8)
    count = other.metropolis()
    turned = (between != before).sum() + (other.spins != between).sum()
    assert count == turned


def test_agrees_with_one_spin_at_a_time() -> None:
    K, h = 0.4, 0.02
    each = made(K, 128, 16, seed=9, h=h)
    each.sample(500)
    words = each.sample(12_000)
    single = IsingLattice(K, 128, 16, np.random.default_rng(10))
    single.measure_metropolis(500, h)
    plain = single.measure_metropolis(12_000, h)
    for column in range(2):
        a, b = mean_estimate(words[:, column]), mean_estimate(plain[:, column])
        assert abs(a.value - b.value) < SIGMAS * math.hypot(a.error, b.error)


def test_equal_generators_give_equal_histories() -> None:
    first, second, other = (made(0.44, 256, 34, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.sample(30), second.sample(30))
    np.testing.assert_array_equal(first.spins, second.spins)
    other.sample(30)
    assert (other.spins != first.spins).any()


def test_weights_may_change_between_sweeps() -> None:
    each = made(0.01, 128, 128, seed=3)
    each.sample(100)
    assert abs(each.bonds_and_spins()[1]) < 2000
    each.set_weights(1.0, h=0.5)
    each.sample(200)
    assert each.bonds_and_spins()[1] > 16_000


@pytest.mark.parametrize("size", [(64, 2), (130, 2), (128, 3), (0, 2), (128, 0)])
def test_sides_that_do_not_fit_are_refused_with_what_can(size) -> None:
    with pytest.raises(MethodLimitError, match=r"IsingLattice\.metropolis"):
        made(0.3, *size)


def test_bad_weights_and_spins_are_refused() -> None:
    with pytest.raises(ArgumentError, match="`K` must be finite"):
        made(math.nan, 128, 2)
    with pytest.raises(ArgumentError, match="`h` must be finite"):
        made(0.1, 128, 2, h=math.inf)
    with pytest.raises(ArgumentError, match="shape"):
        made(0.1, 128, 2).spins = np.ones((2, 64), dtype=np.int8)


@pytest.mark.parametrize("h", [0.0, 0.02])
def test_parts_of_a_sweep_make_the_same_history(h: float, monkeypatch) -> None:
    def history() -> tuple[np.ndarray, np.ndarray]:
        words = MultispinLattice(0.42, 256, 6, np.random.default_rng(2), h=h)
        return words.sample(300), words.spins

    whole, spins = history()
    monkeypatch.setattr(lattice, "SPINS_AT_ONCE", 100)
    in_parts, after = history()
    np.testing.assert_array_equal(in_parts, whole)
    np.testing.assert_array_equal(after, spins)


def test_colors_are_set_at_once_and_rows_are_read_alone() -> None:
    words = MultispinLattice(0.42, 128, 6, np.random.default_rng(2))
    words.order(1, -1)
    y, x = np.indices((6, 128))
    np.testing.assert_array_equal(words.spins, 1 - 2 * ((x + y) % 2))
    words.sample(5)
    np.testing.assert_array_equal(words.first_rows(4), words.spins[:4])
