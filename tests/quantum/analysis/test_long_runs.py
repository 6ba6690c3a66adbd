"""Correlations and first passages beside rates that are far faster than the times."""

from __future__ import annotations

import numpy as np
import pytest
from liouvillian import exact_populations

from spacewheat_sim import BathOperators, analysis

H = [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
TIMES = [0.0, 1e-7, 1.0, 300.0, 1e3]


def jumps(fast: float) -> list[tuple[int, int, float]]:
    return [(0, 1, fast), (1, 0, 1.0), (1, 2, 1e-3), (2, 0, 1e-2)]


def bath(fast: float) -> BathOperators:
    named = [("🌾💀🍄"[s], "🌾💀🍄"[t], rate) for s, t, rate in jumps(fast)]
    return BathOperators.from_terms("🌾💀🍄", H, named)


@pytest.mark.parametrize("fast", [1e3, 1e6, 1e9])
def test_a_first_passage_is_the_population_of_a_state_that_catches_it(fast):
    """It took minutes at 1e3 /s, and an hour at 1e6 /s."""
    padded = np.pad(np.array(H), (0, 1))
    caught = [(s, 3 if t == 2 else t, rate) for s, t, rate in jumps(fast)]
    start = np.diag([1.0, 0.0, 0.0, 0.0])
    wanted = [exact_populations(padded, caught, start, t)[3] for t in TIMES]

    found = analysis.first_passage(bath(fast), "🍄", start="🌾").cdf(TIMES)

    assert found == pytest.approx(wanted, rel=1e-6, abs=1e-15)


@pytest.mark.parametrize("fast", [1e3, 1e6, 1e9])
def test_a_correlation_is_that_of_the_master_equation(fast):
    operators = bath(fast)
    landed = np.diag([1.0, 0.0, 0.0])
    later = [exact_populations(H, jumps(fast), landed, t)[1] for t in TIMES]
    settled = exact_populations(H, jumps(fast), landed, 1e5)[1]

    pairs = [("💀", "🌾")]
    found = analysis.correlation(operators, pairs, pairs, TIMES)

    assert found == pytest.approx(np.array(later) / settled, rel=1e-6)
