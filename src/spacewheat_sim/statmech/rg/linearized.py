"""The linearized renormalization matrix by Monte Carlo (Swendsen's method).

Blocking changes the couplings K_a of the even products S_a. Near the fixed point
δK'_a = Σ_b T_ab δK_b, and by the chain rule (Swendsen, PRL 42, 859, 1979), with
connected correlations ⟨XY⟩ − ⟨X⟩⟨Y⟩ between a lattice S and its blocks S',

    Σ_a ⟨S'_c S'_a⟩ T_ab = ⟨S'_c S_b⟩.

The largest eigenvalue λ of T gives the thermal exponent y_t = ln λ/ln b, which is 1/ν;
1 for the two-dimensional Ising model. Keeping few couplings biases it by what they
leave out (one coupling alone gives 0.96 at the second level), and the first level also
by the distance of the nearest-neighbor Hamiltonian from the fixed point (0.97).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.statmech.ising.statistics import Estimate, jackknife
from spacewheat_sim.statmech.rg.tower import SMALLEST_SIDE, Tower

FloatArray = NDArray[np.float64]

NEAREST, DIAGONAL, THIRD, KNIGHT, PLAQUETTE = range(5)
USED_COUPLINGS = (NEAREST, DIAGONAL, PLAQUETTE)
"""More of them change y_t by less than its error and make the error larger."""


def thermal_exponent(
    tower: Tower, level: int, couplings: Sequence[int] | None = None
) -> Estimate:
    """Return y_t from the step to ``level``, with its jackknife error.

    Args:
        tower: Sampled at the critical coupling.
        level: Blocking step, from 1; the matrix relates it to the level before.
        couplings: Which even couplings to keep; by default nearest neighbors, diagonal
            neighbors and plaquettes, or the nearest neighbors alone where fewer than 4
            blocks a side remain.

    Raises:
        ArgumentError: the tower has no such level.
    """
    if not 1 <= level <= tower.levels:
        raise ArgumentError(
            f"Argument `level` must be from 1 to {tower.levels}, but is {level}"
        )
    if couplings is None:
        enough = tower.side(level) >= SMALLEST_SIDE
        couplings = USED_COUPLINGS if enough else (NEAREST,)
    chosen = list(couplings)
    coarse = tower.series[:, level][:, chosen]
    fine = tower.series[:, level - 1][:, chosen]
    bins = tower.bins_of_products(coarse, fine)
    return jackknife(lambda mean: _exponent(mean, len(chosen), tower.b), bins)


def linearized_matrix(moments: FloatArray, count: int) -> FloatArray:
    """Return T (count, count) from the mean products of (1, S', S)."""
    means = moments[0, 1:]
    connected = moments[1:, 1:] - np.outer(means, means)
    among_blocks, across = connected[:count, :count], connected[:count, count:]
    return np.asarray(np.linalg.solve(among_blocks, across))


def _exponent(moments: FloatArray, count: int, b: int) -> float:
    eigenvalues = np.linalg.eigvals(linearized_matrix(moments, count))
    return math.log(float(np.abs(eigenvalues).max())) / math.log(b)
