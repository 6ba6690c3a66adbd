"""Block spins of the two-dimensional Ising model by Monte Carlo.

A step blocks an L × L torus by the majority of b × b spins, ties at random, and asks
which nearest-neighbor model on the (L/b)² torus has the blocked lattice's ⟨ss⟩: that
model's coupling is K'. Blocked spins also interact beyond nearest neighbors, which this
projection leaves out. So its crossing K' = K lies not exactly at K_c: measured at
b = 2, it is above K_c by 0.004 at L = 16, 0.0023 at 64 and 0.0020 at 128.

Matching two lattices removes this (Wilson; Swendsen 1984): a lattice of side L blocked
n times is compared with one of side L/b blocked n − 1 times. Both have the same final
side, so finite size is the same at criticality, and both have approached the fixed
point's Hamiltonian; where their ⟨ss⟩ agree, K = K_c up to what n blockings leave of the
irrelevant couplings. For n = 1 the smaller lattice is not blocked, and matching is the
crossing K' = K itself; for n = 2 what is left is below 2·10⁻⁴.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.statmech.ising.kaufman import (
    CRITICAL_COUPLING,
    coupling_of_correlation,
    torus,
)
from spacewheat_sim.statmech.ising.monte_carlo import IsingLattice
from spacewheat_sim.statmech.ising.statistics import (
    Estimate,
    bin_means,
    jackknife,
    mean_estimate,
)
from spacewheat_sim.statmech.rg.low_temperature import (
    log_turned_probability,
    low_temperature_step,
    neglected,
)
from spacewheat_sim.statmech.rg.tower import Tower, fading

FloatArray = NDArray[np.float64]

LARGEST_BLOCK = 4


@dataclass(frozen=True)
class BlockStep:
    """One step K → K'.

    Attributes:
        K: K' with its error.
        correlation: ⟨ss⟩ of the blocked lattice with its error; None without sampling.
        route: How it was found.
    """

    K: Estimate
    correlation: Estimate | None
    route: Literal["monte_carlo", "low_temperature"]


def block_step(
    K: float, L: int, b: int, updates: int, rng: np.random.Generator
) -> BlockStep:
    """Return K' of an L × L lattice at coupling K, blocked by b.

    Where turned blocks are too rare for ``updates`` samples to beat the leading
    low-temperature term, that term gives K'.

    Raises:
        ArgumentError: b does not divide L into at least 2 blocks.
    """
    lattice = IsingLattice(K, L, L, rng)
    if K > 0.0 and rare(K, L, b, updates):
        return BlockStep(low_temperature_step(K, L, b), None, "low_temperature")
    lattice.sample_bonds(fading(updates))
    series = lattice.sample_block_bonds(b, updates)
    measured = mean_estimate(series)
    if abs(measured.value) >= 1.0:
        return BlockStep(low_temperature_step(K, L, b), None, "low_temperature")
    side = L // b
    new = coupling_of_correlation(measured.value, side, side)
    error = measured.error / torus(new, side, side).correlation_slope
    return BlockStep(Estimate(new, error), measured, "monte_carlo")


def rare(K: float, L: int, b: int, updates: int) -> bool:
    """Return whether ``updates`` samples know K' less well than the leading term."""
    turned = math.exp(log_turned_probability(K, b)) * (L // b) ** 2 * updates
    return neglected(K, b) ** 2 * turned < 1.0


@dataclass(frozen=True)
class FixedPoint:
    """Where a flow stands still.

    Attributes:
        K: Where two lattices match, with the statistical error.
        truncation: Estimate of how far the irrelevant couplings that are left shift it.
        level: How often the larger lattice was blocked.
    """

    K: Estimate
    truncation: float
    level: int

    @property
    def error(self) -> float:
        """Both errors together."""
        return math.hypot(self.K.error, self.truncation)


def fixed_points(large: Tower, small: Tower, level: int) -> list[FixedPoint]:
    """Return the fixed points after 1, …, ``level`` blockings; the last is the best.

    Both towers are sampled at K_c. A blocking shrinks what is left of the irrelevant
    couplings b² times or more, so the last one's truncation is put at 1/b² of its
    distance from the one before; that of the others at their distance from the last.
    The first level alone has nothing to be compared with but K_c itself.
    """
    found = [crossing(large, small, n, CRITICAL_COUPLING) for n in range(1, level + 1)]
    best = found[-1].value
    if level == 1:
        return [FixedPoint(found[0], abs(best - CRITICAL_COUPLING), 1)]
    shifts = [abs(each.value - best) for each in found[:-1]]
    shifts.append(shifts[-1] / large.b**2)
    return [
        FixedPoint(each, shift, n)
        for n, (each, shift) in enumerate(zip(found, shifts, strict=True), start=1)
    ]


def crossing(large: Tower, small: Tower, level: int, K: float) -> Estimate:
    """Return the coupling at which two lattices match, to first order about ``K``.

    Both towers are sampled at ``K``, near the crossing. With c_n the ⟨ss⟩ of the large
    lattice after n = ``level`` blockings, d_{n−1} that of the small one after n − 1,
    and the slopes dc/dK = ⟨ss; Σσσ⟩ from the same samples,

        K* = K − (c_n − d_{n−1})/(c_n' − d_{n−1}').

    Args:
        large: Of side L.
        small: Of side L/b; at level 1 its exact correlation is used instead.
        level: How often the large lattice is blocked.
        K: The coupling of both.
    """
    value, slope = _value_and_slope(large, level)
    if level == 1:
        exact = torus(K, large.side(1), large.side(1))
        other, other_slope = np.array([exact.correlation]), exact.correlation_slope
    else:
        other, other_slope = _value_and_slope(small, level - 1)
    gap = float(value.mean() - other.mean())
    variance = float(value.var(ddof=1)) / value.size
    if other.size > 1:
        variance += float(other.var(ddof=1)) / other.size
    steepness = slope - other_slope
    return Estimate(K - gap / steepness, float(np.sqrt(variance)) / abs(steepness))


def _value_and_slope(tower: Tower, level: int) -> tuple[FloatArray, float]:
    """Return the bins of ⟨ss⟩ at ``level`` and its slope in the coupling below."""
    bonds = 2 * tower.side(level) ** 2
    blocked, plain = tower.series[:, level, :1], tower.series[:, 0, :1]
    products = tower.bins_of_products(blocked, plain)
    slope = jackknife(lambda m: m[1, 2] - m[0, 1] * m[0, 2], products).value
    return bin_means(blocked[:, 0]) / bonds, slope / bonds
