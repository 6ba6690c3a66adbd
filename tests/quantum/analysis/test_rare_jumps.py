"""Forecasts of static baths whose rates and couplings lie up to 28 decades apart."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from spacewheat_sim import BathOperators, analysis
from spacewheat_sim.errors import RunError

NAMES = "🌾🍄💀🍂🐇"


def web(seed: int, decades: float):
    """A random bath of 3 to 5 states, and a start."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(3, 6))
    h = np.zeros((n, n))
    for i in range(n):
        for j in range(i):
            if j == i - 1 or rng.random() < 0.5:
                h[i, j] = h[j, i] = 10 ** rng.uniform(-decades, 0)
        h[i, i] = 10 ** rng.uniform(-decades, 0)
    rates = {
        (int(i), int(rng.integers(n))): 10 ** rng.uniform(-decades, 0)
        for i in [*range(n), *rng.integers(n, size=n)]
    }
    ket = rng.normal(size=n) + 1j * rng.normal(size=n)
    if seed % 2:
        ket = np.eye(n)[seed % n].astype(complex)
    return h, rates, ket / np.linalg.norm(ket)


def exact(h, rates, ket):
    """γ_k ∫ (e^{Bτ} ρ e^{B†τ})_ss dτ by BX + XB† = −ρ in 100 digits."""
    n = len(h)
    with mpmath.workdps(100):
        b = -1j * mpmath.matrix(h.tolist())
        for (source, _), rate in rates.items():
            b[source, source] -= mpmath.mpf(rate) / 2
        whole, right = mpmath.zeros(n * n), mpmath.zeros(n * n, 1)
        for i in range(n):
            for j in range(n):
                right[i * n + j] = -mpmath.mpc(ket[i]) * mpmath.conj(mpmath.mpc(ket[j]))
                for k in range(n):
                    whole[i * n + j, k * n + j] += b[i, k]
                    whole[i * n + j, i * n + k] += mpmath.conj(b[j, k])
        spent = mpmath.lu_solve(whole, right)
        own = {
            (NAMES[s], NAMES[t]): float(rate * spent[s * (n + 1)].real)
            for (s, t), rate in rates.items()
        }
        return own, float(sum(spent[i * (n + 1)].real for i in range(n)))


@pytest.mark.parametrize("decades", [6, 28])
@pytest.mark.parametrize("seed", range(8))
def test_a_rare_jump_keeps_six_digits_or_is_refused(seed, decades):
    """One of 1e-27 kept three, and one of 1e-29 was 0."""
    h, rates, ket = web(seed, decades)
    jumps = [(NAMES[s], NAMES[t], rate) for (s, t), rate in rates.items()]
    operators = BathOperators.from_terms(NAMES[: len(h)], h, jumps)
    try:
        found = analysis.forecast(operators, ket)
    except RunError:
        assert decades > 6  # how long the slowest mode lasts may be beyond doubles
        return
    channels, mean = exact(h, rates, ket)
    for channel in found.channels:
        wanted = channels[channel.source, channel.target]
        assert channel.probability == pytest.approx(wanted, rel=1e-6, abs=1e-250)
    assert found.mean == pytest.approx(mean, rel=1e-6)


def test_a_state_that_interference_shuts_out_is_never_left():
    h = [[0, 0, 1e-9], [0, 0, 1e-9], [1e-9, 1e-9, 0]]
    jumps = [("🌾", "🍄", 1.0), ("🍄", "🌾", 1.0), ("💀", "🌾", 1e-12)]
    operators = BathOperators.from_terms("🌾🍄💀", h, jumps)

    found = analysis.forecast(operators, np.array([1.0, -1.0, 0.0]) / np.sqrt(2))

    by_source = {channel.source: channel.probability for channel in found.channels}
    assert by_source["💀"] < 1e-30
    assert by_source["🌾"] == pytest.approx(0.5, rel=1e-9)
