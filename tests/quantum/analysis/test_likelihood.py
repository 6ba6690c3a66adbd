"""Likelihoods of histories whose logarithms are known exactly, however small."""

from __future__ import annotations

import math

import numpy as np
import pytest

from spacewheat_sim import BathOperators, analysis
from spacewheat_sim.engine.analysis.likelihood import read_waits
from spacewheat_sim.engine.analysis.subject import static_bath
from spacewheat_sim.quantum.analysis.histories.likelihood import likelihood_gradient

NONE = np.zeros((2, 2))
# 🌾 and 💀 turn into each other, and 💀 is what 🍄 takes.
FIELD = np.array([[0.0, 0.5, 0.0], [0.5, 0.0, 0.0], [0.0, 0.0, 0.0]])


@pytest.mark.parametrize(
    ("rates", "jumps", "start", "duration", "wanted"),
    [
        ((1.0, 1.0), [], "🌾", 2000.0, -2000.0),
        ((1.0, 1.0), [(2000.0, "🌾", "💀")], "🌾", 2000.0, -2000.0),
        ((2.0, 1.0), [(0.0, "🌾", "💀"), (0.0, "💀", "🌾")], "🌾", 0.0, math.log(2.0)),
        ((1e5, 1e-3), [], "🌾", 100.0, -1e7),
        ((1e5, 1e-3), [(1e3, "💀", "🌾")], "💀", 1e3, math.log(1e-3) - 1.0),
        ((1e5, 1e-3), [(1e9, "💀", "🌾")], "💀", 1e9, math.log(1e-3) - 1e6),
    ],
)
def test_logarithms_of_waits_have_no_limits(rates, jumps, start, duration, wanted):
    """Probabilities below all doubles, waits of 0 s and of 10^14 fast ones."""
    pairs = [("🌾", "💀", rates[0]), ("💀", "🌾", rates[1])]
    operators = BathOperators.from_terms("🌾💀", NONE, pairs)
    found = analysis.log_likelihood(operators, jumps, start, duration)
    assert found == pytest.approx(wanted, rel=1e-12, abs=1e-12)


def test_short_waits_for_what_a_coupling_brings_keep_their_digits():
    """|⟨💀|ψ(τ)⟩|² → (τ/2)² as τ → 0, and is nothing at 0."""
    jumps = [("💀", "🍄", 3.0), ("🍄", "🌾", 1e-3)]
    operators = BathOperators.from_terms("🌾💀🍄", FIELD, jumps)

    for time in (1e-6, 1e-9, 1e-12):
        history = [(time, "💀", "🍄")]
        found = analysis.log_likelihood(operators, history, "🌾", time)
        # The first correction: a decay at half of 3 /s for a time between 0 and τ.
        wanted = math.log(3.0 * (time / 2) ** 2) - 1.5 * time
        assert found == pytest.approx(wanted, abs=1e-11)
    assert analysis.log_likelihood(operators, [(0.0, "💀", "🍄")], "🌾", 1.0) == -np.inf


def test_gradients_of_long_waits_are_those_of_the_logarithm():
    """Waits and rests whose probability no double holds, against differences."""
    history = [(300.0, "💀", "🍄"), (2200.0, "🍄", "🌾")]

    def value(rate: float, coupling: float) -> float:
        operators = _field(rate, coupling)
        return analysis.log_likelihood(operators, history, "🌾", 4000.0)

    operators = _field(2.4, 0.5)
    waits = read_waits(operators, history, "🌾", 4000.0)
    found = likelihood_gradient(static_bath(operators, "likelihood"), waits)

    step = 1e-5
    by_rate = (value(2.4 + step, 0.5) - value(2.4 - step, 0.5)) / (2 * step)
    by_coupling = (value(2.4, 0.5 + step) - value(2.4, 0.5 - step)) / (2 * step)
    assert found.rates[0] == pytest.approx(by_rate, rel=1e-7)
    turned = 2 * found.hamiltonian[0, 1].real
    assert turned == pytest.approx(by_coupling, rel=1e-7)


def _field(rate: float, coupling: float) -> BathOperators:
    jumps = [("💀", "🍄", rate), ("🍄", "🌾", 0.7)]
    return BathOperators.from_terms("🌾💀🍄", 2 * coupling * FIELD, jumps)
