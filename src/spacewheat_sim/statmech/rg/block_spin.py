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
crossing K' = K itself; for n = 2 a few 10⁻⁴ are left.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.statmech.ising.kaufman import coupling_of_correlation, torus
from spacewheat_sim.statmech.ising.monte_carlo import IsingLattice
from spacewheat_sim.statmech.ising.statistics import (
    Estimate,
    bin_means,
    distance,
    jackknife,
    mean_estimate,
    rare_share,
    scaled,
)
from spacewheat_sim.statmech.parts import sampled
from spacewheat_sim.statmech.rg.low_temperature import (
    log_turned_probability,
    low_temperature_step,
    neglected,
)
from spacewheat_sim.statmech.rg.tower import Pair, Tower, fading

LARGEST_BLOCK = 4

LARGEST_TURNED = 0.1
"""Probability up to which surroundings of a turned block count as ordered."""

EXCITED_TIME = 1.5
"""Autocorrelation time of a rare excitation in Swendsen–Wang updates.

Each one keeps it with probability 1/2, so this is ½ + Σ 2^{−t}.
"""


@dataclass(frozen=True)
class BlockStep:
    """One step K → K'.

    Attributes:
        K: K' with its error.
        correlation: ⟨ss⟩ of the blocked lattice with its error; None without sampling.
        method: How it was found.
    """

    K: Estimate
    correlation: Estimate | None
    method: Literal["monte_carlo", "low_temperature"]


def block_step(
    K: float,
    L: int,
    b: int,
    updates: int,
    rng: np.random.Generator,
    progress: Callable[[float], object] = lambda _share: None,
) -> BlockStep:
    """Return K' of an L × L lattice at coupling K, blocked by b.

    ``progress`` hears which share of the updates is done.

    Where turned blocks are too rare for ``updates`` samples to beat the leading
    low-temperature term, that term gives K'.

    Raises:
        ArgumentError: b does not divide L into at least 2 blocks.
    """
    lattice = IsingLattice(K, L, L, rng)
    if K > 0.0 and rare(K, L, b, updates):
        return BlockStep(low_temperature_step(K, L, b), None, "low_temperature")
    lattice.sample_bonds(fading(updates))
    series = sampled(
        lambda n: lattice.sample_block_bonds(b, n), updates, L * L, progress
    )
    measured = mean_estimate(series)
    if abs(measured.value) >= 1.0:
        return BlockStep(low_temperature_step(K, L, b), None, "low_temperature")
    side = L // b
    new = coupling_of_correlation(measured.value, side, side)
    noise = math.hypot(measured.error, unseen_noise(K, side * side, b, updates))
    error = noise / torus(new, side, side).correlation_slope
    return BlockStep(Estimate(new, error), measured, "monte_carlo")


def unseen_noise(K: float, blocks: int, b: int, updates: int) -> float:
    """Return the error of ⟨ss⟩ by events that ``updates`` samples may not hold.

    Two kinds can be rare: at low temperature a turned block, which changes Σss by 8; at
    high temperature a frozen bond between two blocks, without which the estimator of
    :meth:`IsingLattice.sample_block_bonds` counts them as 0. Each of b bonds is frozen
    with probability (1 − e^{−2|K|})/2 at least.
    """
    frozen = -0.5 * b * math.expm1(-2.0 * abs(K))
    kinds = [(2.0 * blocks * frozen, 1.0)]
    turned = math.exp(log_turned_probability(K, b)) if K > 0.0 else 1.0
    if turned < LARGEST_TURNED:
        kinds.append((blocks * turned, 8.0))
    independent = updates / (2.0 * EXCITED_TIME)
    variance = sum(
        events * change**2 * rare_share(independent * events)
        for events, change in kinds
    )
    return math.sqrt(variance / independent) / (2.0 * blocks)


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


def fixed_points(
    pair: Pair, level: int, companions: Pair | None = None
) -> list[FixedPoint]:
    """Return the fixed points after 1, …, ``level`` blockings; the last is the best.

    The truncation of all but the last is their distance from the last. A blocking
    shrinks what is left of the irrelevant couplings b² times or more, so that of the
    last is put at 1/(b² − 1) of its distance from the one before, the sum of a
    geometric series. The first level alone has none before it: there it is the sum that
    begins with how far apart companions are that end at one side, the smaller one
    blocked once and the larger one twice.

    Args:
        pair: Both towers are sampled near the fixed point, at one coupling.
        level: How often the larger one is blocked.
        companions: For level 1: :func:`tower.companion_side` and b times that.

    Raises:
        ArgumentError: ``level`` is 1 and there are no companions.
    """
    b = pair.large.b
    found = [crossing(pair.large, None)]
    found += [crossing(pair.large, pair.small, n) for n in range(2, level + 1)]
    best = found[-1]
    if level > 1:
        left = distance(best, found[-2]) / (b**2 - 1)
    elif companions is not None:
        # The second level has left the first one's truncation behind.
        twice = crossing(companions.large, companions.small, 2)
        left = distance(crossing(companions.small, None), twice) / (1.0 - b**-2)
    else:
        raise ArgumentError("The first level has to be compared with companions")
    shifts = [distance(each, best) for each in found[:-1]] + [left]
    return [
        FixedPoint(each, shift, n)
        for n, (each, shift) in enumerate(zip(found, shifts, strict=True), start=1)
    ]


def crossing(large: Tower, small: Tower | None, level: int = 1) -> Estimate:
    """Return the coupling at which two lattices match, to first order about theirs.

    Both towers are sampled at one K, near the crossing. With c_n the ⟨ss⟩ of the large
    lattice after n = ``level`` blockings, d_{n−1} that of the small one after n − 1,
    and the slopes dc/dK = ⟨ss; Σσσ⟩ from the same samples,

        K* = K − (c_n − d_{n−1})/(c_n' − d_{n−1}').

    At level 1 the small lattice is not blocked: None stands for the exact one.
    """
    value, slope = _value_and_slope(large, level)
    if small is None:
        exact = torus(large.K, large.side(1), large.side(1))
        other = np.array([exact.correlation])
        other_slope = Estimate(exact.correlation_slope, 0.0)
    else:
        other, other_slope = _value_and_slope(small, level - 1)
    gap = float(value.mean() - other.mean())
    variance = float(value.var(ddof=1)) / value.size
    if other.size > 1:
        variance += float(other.var(ddof=1)) / other.size
    steepness = slope.value - other_slope.value
    shift = gap / steepness
    # A crossing far away leans on the slopes as well.
    noise = math.hypot(slope.error, other_slope.error) * shift
    error = math.hypot(math.sqrt(variance), noise) / abs(steepness)
    return Estimate(large.K - shift, error)


def _value_and_slope(tower: Tower, level: int) -> tuple[FloatArray, Estimate]:
    """Return the bins of ⟨ss⟩ at ``level`` and its slope in the coupling below."""
    bonds = 2 * tower.side(level) ** 2
    blocked, plain = tower.series[:, level, :1], tower.series[:, 0, :1]
    products = tower.bins_of_products(blocked, plain)
    slope = jackknife(lambda m: m[1, 2] - m[0, 1] * m[0, 2], products)
    return bin_means(blocked[:, 0]) / bonds, scaled(slope, 1.0 / bonds)
