"""Compiled loops of parallel tempering.

Rung r of a ladder has the weight exp(s_r (K Σ σσ + h Σ σ)), 0 < s_r ≤ 1 and s_0 = 1.
``order`` (R,) says which replica is at each rung; replicas are int8 (R, height, width).
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.statmech.ising.kernels.metropolis import metropolis, mirrors
from spacewheat_sim.statmech.ising.kernels.random_words import next_uniform
from spacewheat_sim.statmech.ising.kernels.sums import bond_sum, spin_sum

FROM_HOT = 1
"""Marks a replica that was at the last rung since it was at the first."""


@njit()
def sweep_rungs(replicas, order, scales, K, h, state, exponents):
    """Try as many spins as there are on each rung.

    In a field each sweep ends with the choice of whether to turn everything. Writes
    K Σ σσ + h Σ σ of each to ``exponents`` (R,).
    """
    for rung in range(order.size):
        spins = replicas[order[rung]]
        scale = scales[rung]
        metropolis(spins, scale * K, scale * h, state, spins.size)
        total = np.float64(spin_sum(spins))
        if h != 0.0 and mirrors(total, scale * h, state):
            total = -total
            flat = spins.ravel()
            for site in range(flat.size):
                flat[site] = -flat[site]
        exponents[rung] = K * bond_sum(spins, 0, spins.shape[0]) + h * total


@njit()
def exchange(order, scales, exponents, passes, exchanged, marks, state):
    """Exchange the replicas of neighboring rungs, every second pair, by Metropolis.

    Replicas a and b at s_a > s_b change places with probability
    min(1, e^{(s_a − s_b)(A_b − A_a)}), A their exponents. ``passes``, a single number,
    counts the calls, ``exchanged`` (R − 1,) the exchanges; ``marks`` (R,) says of each
    replica whether it comes from the last rung. Returns how many of those arrived at
    the first.
    """
    rungs = order.size
    for rung in range(passes[0] & 1, rungs - 1, 2):
        gain = exponents[rung + 1] - exponents[rung]
        gain *= scales[rung] - scales[rung + 1]
        if gain >= 0.0 or next_uniform(state) < np.exp(gain):
            order[rung], order[rung + 1] = order[rung + 1], order[rung]
            kept = exponents[rung]
            exponents[rung] = exponents[rung + 1]
            exponents[rung + 1] = kept
            exchanged[rung] += 1
    passes[0] += 1
    marks[order[rungs - 1]] = FROM_HOT
    arrived = marks[order[0]] == FROM_HOT
    marks[order[0]] = 0
    return np.int64(arrived)


@njit()
def measure(
    replicas, order, scales, K, h, state, exponents, passes, exchanged, marks, out
):
    """Write Σ σσ and Σ σ at the first rung after each of S sweeps to ``out`` (S, 2).

    Each sweep of all rungs is followed by :func:`exchange`. Returns the arrivals.
    """
    arrived = 0
    for n in range(out.shape[0]):
        sweep_rungs(replicas, order, scales, K, h, state, exponents)
        arrived += exchange(order, scales, exponents, passes, exchanged, marks, state)
        spins = replicas[order[0]]
        out[n, 0] = bond_sum(spins, 0, spins.shape[0])
        out[n, 1] = spin_sum(spins)
    return arrived
