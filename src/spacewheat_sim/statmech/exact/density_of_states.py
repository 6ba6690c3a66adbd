"""The exact number of states at each energy and magnetization, and what follows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from spacewheat_sim.arrays import FloatArray, IntArray
from spacewheat_sim.statmech.ising.thermodynamics import (
    Conditions,
    Thermodynamics,
    in_own_units,
)


@dataclass(frozen=True)
class DensityOfStates:
    """g(B, M): states with bond sum B = Σ σσ′ and magnetization M = Σ σ.

    The energy is E = −JB − hM, so one count serves every T, J and h.

    Attributes:
        sites: N.
        bonds: Number of bonds.
        counts: g at B = ``bonds`` − 2i and M = 2j − N, (bonds + 1, N + 1) int64,
            read-only.
    """

    sites: int
    bonds: int
    counts: IntArray

    @property
    def bond_sums(self) -> IntArray:
        """B of each row of ``counts``."""
        return self.bonds - 2 * np.arange(self.bonds + 1)

    @property
    def magnetizations(self) -> IntArray:
        """M of each column of ``counts``."""
        return 2 * np.arange(self.sites + 1) - self.sites

    def thermodynamics(self, conditions: Conditions) -> Thermodynamics:
        """Return the thermodynamics at one T, J, h.

            Z = Σ g(B, M) e^{β(JB + hM)}

        Weights are taken relative to the ground state, moments relative to their mean,
        and ±M together, so that nothing overflows and nothing small is a difference of
        large numbers. ⟨|M|⟩/N and the susceptibility about it stand in ``extra``.
        """
        return in_own_units(conditions, self._thermodynamics)

    def _thermodynamics(self, conditions: Conditions) -> Thermodynamics:
        N, beta, h = self.sites, conditions.beta, conditions.h
        field = abs(h)
        B, M, log_g, share = self._levels
        lowest = int(np.argmax(conditions.J * B + field * M))
        ground = -float(conditions.J * B[lowest] + field * M[lowest])
        # Differences of integers are exact: a weak field keeps its digits.
        above = conditions.J * (B[lowest] - B) + field * (M[lowest] - M)
        exponent = log_g - beta * above
        top = float(exponent.max())
        up = np.exp(exponent - top) * share
        # What −M weighs, relative to +M.
        down = up * np.exp(-2.0 * beta * field * M)
        both = up + down
        Z = float(both.sum())
        mean = float(up @ above + down @ (above + 2.0 * field * M)) / Z
        spread = up @ (above - mean) ** 2
        spread += down @ (above + 2.0 * field * M - mean) ** 2
        m = float(up @ (M * -np.expm1(-2.0 * beta * field * M))) / Z
        scatter = up @ (M - m) ** 2 + down @ (M + m) ** 2
        size = float(both @ M) / Z
        about_size = float(both @ (M - size) ** 2) / Z
        return Thermodynamics(
            free_energy=(ground - (top + math.log(Z)) / beta) / N,
            energy=(ground + mean) / N,
            magnetization=math.copysign(m, h) / N if h else 0.0,
            susceptibility=beta * float(scatter) / Z / N,
            heat_capacity=beta * (beta * float(spread)) / Z / N,
            extra={
                "abs_magnetization": size / N,
                "susceptibility_abs": beta * about_size / N,
            },
        )

    @cached_property
    def _levels(self) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Return B, M ≥ 0, ln g and the share that M and −M have in it, by level."""
        rows, columns = np.nonzero(self.counts)
        kept = 2 * columns >= self.sites
        rows, columns = rows[kept], columns[kept]
        B = self.bond_sums[rows].astype(np.float64)
        M = self.magnetizations[columns].astype(np.float64)
        log_g = np.log(self.counts[rows, columns].astype(np.float64))
        # M = 0 is its own mirror image, and is counted as two halves.
        return B, M, log_g, np.where(M == 0.0, 0.5, 1.0)
