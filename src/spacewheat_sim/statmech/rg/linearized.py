"""The linearized renormalization matrix by Monte Carlo (Swendsen's method).

Blocking changes the couplings K_a of the even products S_a. Near the fixed point
δK'_a = Σ_b T_ab δK_b, and by the chain rule (Swendsen, PRL 42, 859, 1979), with
connected correlations ⟨XY⟩ − ⟨X⟩⟨Y⟩ between a lattice S and its blocks S',

    Σ_a ⟨S'_c S'_a⟩ T_ab = ⟨S'_c S_b⟩.

The largest eigenvalue λ of T gives the thermal exponent y_t = ln λ/ln b, which is 1/ν;
1 for the two-dimensional Ising model. Two things bias it, and both are measured:

- The level. The nearest-neighbor Hamiltonian is not the fixed point; each blocking
  brings it nearer. What the next one would still change is seen on two lattices that
  end at the same side, one blocked once more often. What all others would change is a
  geometric series of ratio b⁻²: from the second level on 1/(b² − 1) of the last change,
  and 1/(1 − b⁻²) of the one that is to come at the first.
- The couplings that are kept. The more there are, the less they leave out, and the
  noisier the matrix; on a few blocks they are hardly independent. What they leave out
  is put at the difference that keeping all of them makes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.statmech.ising.statistics import (
    Estimate,
    distance,
    jackknife,
)
from spacewheat_sim.statmech.rg.tower import SMALLEST_SIDE, Pair, Tower

NEAREST, DIAGONAL, THIRD, KNIGHT, PLAQUETTE = range(5)
FEW_COUPLINGS = (NEAREST, DIAGONAL)
USED_COUPLINGS = (*FEW_COUPLINGS, PLAQUETTE)
ALL_COUPLINGS = (*USED_COUPLINGS, THIRD, KNIGHT)
"""Independent of each other on 4 × 4 blocks and more; the first two on 2 × 2."""

INDEPENDENT = 1e-10
"""Least variance of a combination of couplings relative to the largest one's."""


@dataclass(frozen=True)
class Exponent:
    """An exponent with what is known of its error.

    Attributes:
        found: With the statistical error.
        truncation: How far the level and the couplings that are kept may shift it.
    """

    found: Estimate
    truncation: float

    @property
    def error(self) -> float:
        """Both errors together."""
        return math.hypot(self.found.error, self.truncation)


def exponent(pair: Pair, level: int, companions: Pair | None = None) -> Exponent:
    """Return y_t at a level, with its truncation.

    Args:
        pair: Sampled at the critical coupling; blocked ``level`` times, the smaller one
            once less.
        level: Blocking step, from 1.
        companions: For level 1: :func:`tower.companion_side` and b times that.

    Raises:
        ArgumentError: the towers have no such level, or there are no companions.
    """
    b = pair.large.b
    found = thermal_exponent(pair.large, level)
    if level > 1:
        before = thermal_exponent(pair.small, level - 1)
        left = distance(found, before) / (b**2 - 1)
    elif companions is not None:
        once = thermal_exponent(companions.small, 1)
        left = distance(thermal_exponent(companions.large, 2), once) / (1.0 - b**-2)
    else:
        raise ArgumentError("The first level has to be compared with companions")
    return Exponent(found, math.hypot(left, _left_out(pair.large, level)))


def thermal_exponent(
    tower: Tower, level: int, couplings: Sequence[int] | None = None
) -> Estimate:
    """Return y_t from the step to ``level``, with its jackknife error alone.

    Args:
        tower: Sampled at the critical coupling.
        level: Blocking step, from 1; the matrix relates it to the level before.
        couplings: Which even couplings to keep; by default nearest and diagonal
            neighbors, and plaquettes where 4 blocks a side or more remain.

    Raises:
        ArgumentError: the tower has no such level.
    """
    if not 1 <= level <= tower.levels:
        raise ArgumentError(
            f"Argument `level` must be from 1 to {tower.levels}, but is {level}"
        )
    if couplings is None:
        enough = tower.side(level) >= SMALLEST_SIDE
        couplings = USED_COUPLINGS if enough else FEW_COUPLINGS
    chosen = list(couplings)
    coarse = tower.series[:, level][:, chosen]
    fine = tower.series[:, level - 1][:, chosen]
    bins = tower.bins_of_products(coarse, fine)
    return jackknife(lambda mean: _exponent(mean, len(chosen), tower.b), bins)


def linearized_matrix(moments: FloatArray, count: int) -> FloatArray:
    """Return T (count, count) from the mean products of (1, S', S).

    Where few samples show no difference between some couplings, these count as one.
    """
    means = moments[0, 1:]
    connected = moments[1:, 1:] - np.outer(means, means)
    among_blocks, across = connected[:count, :count], connected[:count, count:]
    return np.asarray(np.linalg.lstsq(among_blocks, across, rcond=INDEPENDENT)[0])


def _left_out(tower: Tower, level: int) -> float:
    """Return how much all couplings change y_t, or 0 where they are not independent."""
    if tower.side(level) < SMALLEST_SIDE:
        return 0.0
    kept = thermal_exponent(tower, level).value
    return abs(thermal_exponent(tower, level, ALL_COUPLINGS).value - kept)


def _exponent(moments: FloatArray, count: int, b: int) -> float:
    eigenvalues = np.linalg.eigvals(linearized_matrix(moments, count))
    return math.log(float(np.abs(eigenvalues).max())) / math.log(b)
