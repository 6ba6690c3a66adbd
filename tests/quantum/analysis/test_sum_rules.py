"""What must hold among answers that are found in ways of their own."""

from __future__ import annotations

import math

import numpy as np
import pytest
from dense_algebra import pair_of, random_bath

from spacewheat_sim import BathOperators, analysis

# ω = 3 tan θ, and the weights of ∫ … dω over all ω.
_X, _W = np.polynomial.legendre.leggauss(120)
OMEGA = 3 * np.tan(_X * np.pi / 2)
WEIGHTS = 3 * np.pi / 2 * _W / np.cos(_X * np.pi / 2) ** 2


@pytest.mark.parametrize("seed", range(3))
def test_a_spectrum_adds_up_to_the_correlation_at_0(seed):
    ops = random_bath(3, seed)
    _, pair = pair_of(ops, 0)
    rate = analysis.counting(ops, [pair]).mean
    beyond = analysis.spectrum(ops, [pair], OMEGA) - rate
    (now,) = analysis.correlation(ops, [pair], [pair], [0.0])
    wanted = rate**2 * (now - 1)
    assert beyond @ WEIGHTS / (2 * np.pi) == pytest.approx(wanted, abs=1e-5 * rate)


@pytest.mark.parametrize("seed", range(3))
def test_a_response_is_causal(seed):
    """Re χ(0) = −(1/π) ∫ Im χ(ω)/ω dω, by Kramers and Kronig."""
    ops = random_bath(3, seed)
    _, pair = pair_of(ops, 0)
    found = analysis.response(ops, ops.emojis[0], pair, OMEGA)
    (still,) = analysis.response(ops, ops.emojis[0], pair, [0.0])
    summed = -(found.imag / OMEGA) @ WEIGHTS / np.pi
    assert summed == pytest.approx(still.real, rel=1e-5)
    assert found == pytest.approx(found[::-1].conj(), abs=1e-9)


@pytest.mark.parametrize(("rate", "time"), [(1e3, 1e-9), (1.0, 50.0)])
def test_looks_at_all_states_are_counted_by_poisson(rate, time):
    pairs = [("🌾", "🌾"), ("🍄", "🍄")]
    other = [("🌾", "🍄", 0.1), ("🍄", "🌾", 0.1)]
    jumps = [(*pair, rate) for pair in pairs] + other
    ops = BathOperators.from_terms("🌾🍄", np.zeros((2, 2)), jumps)
    found = analysis.counting(ops, pairs).distribution(time)
    logs = [
        n * math.log(rate * time) - rate * time - math.lgamma(n + 1)
        for n in range(len(found))
    ]
    assert found == pytest.approx(np.exp(logs), rel=1e-9, abs=1e-18)
