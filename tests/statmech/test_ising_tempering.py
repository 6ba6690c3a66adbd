"""Replicas that exchange their temperatures, against sums over states."""

from __future__ import annotations

import numpy as np
import pytest
from small_tori import bonds_of, states, weights_of

from spacewheat_sim.statmech.ising.statistics import mean_estimate
from spacewheat_sim.statmech.ising.thermodynamics import MethodLimitError
from spacewheat_sim.statmech.tempering import lattice as tempering
from spacewheat_sim.statmech.tempering.lattice import TemperedLattice


def ladder(K: float, width: int, height: int, h: float = 0.0) -> TemperedLattice:
    return TemperedLattice(K, width, height, np.random.default_rng(5), h=h)


@pytest.mark.parametrize(
    ("K", "h", "width", "height"),
    [(-1.5, 0.0, 3, 3), (-1.2, 0.9, 3, 4), (-2.0, 4.0, 4, 2), (0.8, -0.1, 4, 3)],
)
def test_the_first_rung_has_the_boltzmann_distribution(
    K: float, h: float, width: int, height: int
) -> None:
    spins = states(height, width)
    bonds, total = bonds_of(spins), spins.sum(axis=(1, 2))
    p = weights_of(K * bonds + h * total)
    each = ladder(K, width, height, h)
    each.measure(500)
    series = each.measure(30_000)
    found = [(series[:, 0], bonds), (np.abs(series[:, 1]), np.abs(total))]
    for values, exact in [*found, (series[:, 1] ** 2, total**2)]:
        measured = mean_estimate(values)
        # Five standard errors of 31 degrees: false alarm 2e−5 for each of 12 cases.
        assert abs(measured.value - p @ exact) < 5 * measured.error


def test_rungs_reach_from_hot_to_the_target_and_exchange_replicas() -> None:
    each = ladder(-3.0, 5, 5, 1.0)
    assert each.scales[0] == 1.0
    assert (np.diff(each.scales) < 0.0).all()
    assert each.scales[-1] * 3.0 == pytest.approx(tempering.HOTTEST)
    each.measure(4000)
    assert each.acceptance().min() > 0.2
    assert each.arrivals > 100


def test_a_hot_lattice_needs_one_rung() -> None:
    for K in (0.0, 0.2, -0.3):
        assert ladder(K, 4, 4, 0.1).scales.tolist() == [1.0]


def test_arrivals_count_replicas_that_were_at_the_last_rung() -> None:
    each = ladder(-2.0, 4, 3)
    assert each.arrivals == 0
    # A replica comes down by one rung in an exchange of its pair, every second time.
    each.measure(each.scales.size - 2)
    assert each.arrivals == 0
    each.measure(400)
    assert 10 < each.arrivals < 400


def test_equal_generators_give_equal_ladders_and_histories() -> None:
    one, two = (ladder(-1.4, 5, 3, 0.2) for _ in range(2))
    np.testing.assert_array_equal(one.scales, two.scales)
    np.testing.assert_array_equal(one.measure(200), two.measure(200))
    np.testing.assert_array_equal(one.spins, two.spins)


def test_too_many_spins_or_temperatures_are_refused(monkeypatch) -> None:
    with pytest.raises(MethodLimitError, match="at most 4096 spins"):
        ladder(-1.0, 65, 64)
    monkeypatch.setattr(tempering, "MOST_RUNGS", 3)
    with pytest.raises(MethodLimitError, match="at most 3 temperatures"):
        ladder(-3.0, 8, 8)


@pytest.mark.parametrize("K", [-1e300, -1e6, 1e6])
def test_frozen_ladders_end(K: float) -> None:
    each = ladder(K, 4, 4)
    assert np.isfinite(each.measure(50)).all()
    assert each.scales.size < 60
