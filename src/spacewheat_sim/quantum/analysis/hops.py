"""How a Markov chain moves in time, without subtraction.

Powers of a propagator are sums of products of probabilities. Where what stays is small
it is such a sum, too; where it is near 1 it is 1 less what leaves. So slow hops keep
their digits beside fast ones however long the time is, and probabilities sum to 1.
"""

from __future__ import annotations

import math

import numpy as np

from spacewheat_sim.arrays import FloatArray

# Terms of the series over a time in which at most half a hop comes.
TERMS = 18


def moved(rates: FloatArray, seconds: float) -> FloatArray:
    """Return e^{Rt}: the probability to be in i a time t after j, (N, N).

    Args:
        rates: R_ij from j to i in 1/s, with columns that sum to 0, (N, N).
        seconds: t, not negative.
    """
    hops = rates - np.diag(rates.diagonal())
    fastest = float(hops.sum(axis=0).max())
    if fastest == 0.0 or seconds == 0.0:
        return np.eye(len(rates))
    # fastest · t < 2^exponents: so many squarings leave less than half a hop.
    exponents = math.frexp(fastest)[1] + math.frexp(seconds)[1]
    squarings = max(0, exponents + 1)
    reach = math.ldexp(seconds, -squarings) * fastest
    found = _short(hops / fastest, reach)
    for _ in range(squarings):
        found = _closed(found @ found)
    return found


def _short(hops: FloatArray, reach: float) -> FloatArray:
    """Return e^{−q} Σ_k qᵏ Bᵏ/k! with B = 1 + R/fastest ≥ 0 and q < 1/2."""
    jumps = hops + np.diag(np.maximum(1.0 - hops.sum(axis=0), 0.0))
    found = term = np.eye(len(hops))
    for k in range(1, TERMS):
        term = jumps @ term * (reach / k)
        found = found + term
    return _closed(found * math.exp(-reach))


def _closed(chances: FloatArray) -> FloatArray:
    """Return probabilities whose columns sum to 1, by what stays where that is most."""
    stays = chances.diagonal()
    leaves = chances - np.diag(stays)
    left = leaves.sum(axis=0)
    found = leaves + np.diag(np.where(left < 0.5, 1.0 - left, stays))
    return np.asarray(found / found.sum(axis=0))
