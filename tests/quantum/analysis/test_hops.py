"""Markov chains in time, and the classical twin, whatever the rates."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from spacewheat_sim import BathOperators, analysis
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.analysis.hops import moved


def exactly_moved(rates: np.ndarray, seconds: float) -> np.ndarray:
    """Return e^{Rt} of 80 digits, the diagonal from the hops themselves."""
    n = len(rates)
    with mpmath.workdps(80):
        exact = mpmath.matrix(rates.tolist())
        for j in range(n):
            exact[j, j] = -sum(exact[i, j] for i in range(n) if i != j)
        found = mpmath.expm(exact * mpmath.mpf(seconds))
    return np.array([[float(found[i, j]) for j in range(n)] for i in range(n)])


def test_random_chains_of_eighteen_decades_agree_with_eighty_digits():
    rng = np.random.default_rng(1)
    for _ in range(25):
        n = int(rng.integers(1, 5))
        rates = np.zeros((n, n))
        for _ in range(2 * n):
            i, j = rng.integers(n, size=2)
            rates[i, j] += 10 ** rng.uniform(-9, 9) * (i != j)
        rates -= np.diag(rates.sum(axis=0))
        seconds = 10 ** rng.uniform(-9, 9)

        found = moved(rates, seconds)

        assert found == pytest.approx(exactly_moved(rates, seconds), abs=1e-12)
        assert found.sum(axis=0) == pytest.approx(np.ones(n), abs=1e-15)


def test_a_twin_keeps_slow_hops_beside_fast_ones_for_any_time():
    """Powers of a rounded exponential added up to 1e53 here."""
    jumps = [("🐝", "🌻", 1e9), ("🌻", "🐝", 2e9), ("🌻", "🍂", 1e-6)]
    operators = BathOperators.from_terms("🐝🌻🍂", np.zeros((3, 3)), jumps)
    twin = analysis.twin(operators)
    times = [0.0, 1e6, 1e9, 1e200]

    found = twin.populations(times, start="🐝")

    # Of the fast two, 🌻 holds a third.
    gone = -np.expm1(-1e-6 / 3 * np.array(times))
    assert found[:, 2] == pytest.approx(gone, abs=1e-12)
    assert found.sum(axis=1) == pytest.approx(np.ones(4), abs=1e-15)
    with pytest.raises(ArgumentError, match="must not be negative"):
        twin.populations([-1.0], start="🐝")


def test_a_decay_of_coherences_that_is_none_is_refused_in_its_own_unit():
    jumps = [("🌾", "🍄", 1.0), ("🍄", "🌾", 1.0)]
    pair = BathOperators.from_terms("🌾🍄", [[0, 1], [1, 0]], jumps)
    with pytest.raises(ArgumentError, match=r"rate in 1/s, not negative, but is -1"):
        analysis.twin(pair, -1)
