"""Block spins where they almost never turn: the leading low-temperature term.

Far below the critical temperature a block of b × b spins turns only when enough of its
own spins do, each broken bond costing e^{−2K}. Monte Carlo would wait for ever; the sum
over the block's 2^{b²} states in ordered surroundings does not.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from spacewheat_sim.statmech.ising.kaufman import coupling_of_correlation, torus
from spacewheat_sim.statmech.ising.statistics import Estimate

# Far enough down that one minus the correlation is a pure exponential to 1e-4.
REFERENCE_COUPLING = 2.5


def log_turned_probability(K: float, b: int) -> float:
    """Return ln p, p the chance that a block points against ordered surroundings.

    p = Σ over the block's states of (1 for a majority turned, ½ for a tie) e^{−2K n}, n
    the number of broken bonds; excitations that reach beyond the block are left out.
    """
    states = _turned_states(b)
    fewest = min(states)
    rest = sum(
        weight * math.exp(-2.0 * K * (broken - fewest))
        for broken, weight in states.items()
    )
    return math.log(rest) - 2.0 * K * fewest


def neglected(K: float, b: int) -> float:
    """Return the relative size of what the leading term leaves out, about 4b e^{−4K}.

    For b = 2 the coefficient is counted: trominoes, squares and straight triples that
    reach out of the block follow the pairs inside it. For 3 and 4 it is what long runs
    show.
    """
    return 4.0 * b * math.exp(-4.0 * K)


def low_temperature_step(K: float, L: int, b: int) -> Estimate:
    """Return K' of the blocked L × L lattice from the leading term.

    A turned block breaks 4 of the 2 bonds per block, so ⟨ss⟩ = 1 − 4p. For b = 2 this
    is K' = 3K/2 − ln 2/8. The error is the size of the first neglected term.
    """
    log_deficit = math.log(4.0) + log_turned_probability(K, b)
    return Estimate(
        _coupling_of_deficit(log_deficit, L // b), math.log1p(neglected(K, b)) / 8.0
    )


def _coupling_of_deficit(log_deficit: float, side: int) -> float:
    """Return the K' where 1 − ⟨ss⟩ of the torus is e^log_deficit; it falls as e^{−8K'}.

    On tori of side 2 and 3 a turned row is as cheap as a spin or nearly so; the exact
    torus counts it.
    """
    reference = math.log(1.0 - torus(REFERENCE_COUPLING, side, side).correlation)
    if log_deficit < reference:
        return REFERENCE_COUPLING + (reference - log_deficit) / 8.0
    return coupling_of_correlation(-math.expm1(log_deficit), side, side)


@lru_cache(maxsize=4)
def _turned_states(b: int) -> dict[int, float]:
    """Return {broken bonds: number of states that turn the block}."""
    numbers = np.arange(2 ** (b * b), dtype=np.int64)
    down = (numbers[:, None] >> np.arange(b * b)) & 1
    padded = np.zeros((numbers.size, b + 2, b + 2), dtype=np.int8)
    padded[:, 1:-1, 1:-1] = down.reshape(-1, b, b)
    broken = np.abs(np.diff(padded, axis=1)).sum(axis=(1, 2))
    broken += np.abs(np.diff(padded, axis=2)).sum(axis=(1, 2))
    excess = 2 * down.sum(axis=1) - b * b
    weights = np.where(excess > 0, 1.0, np.where(excess == 0, 0.5, 0.0))
    totals = np.bincount(broken, weights=weights)
    return {int(n): float(totals[n]) for n in np.flatnonzero(totals)}
