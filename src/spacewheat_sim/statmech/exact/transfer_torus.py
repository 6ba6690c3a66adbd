"""The Ising torus by a transfer matrix of rows, with exact derivatives, any field.

    Z = Tr S^Ly,   S_{ss′} = √d_s V_{ss′} √d_{s′},
    d_s = exp β[J Σ σ_i σ_{i+1} + h Σ σ_i],   V_{ss′} = exp βJ Σ σ_i σ′_i.

V depends only on how many spins of two rows differ, so S is block-diagonal in the
momenta of a row (`row_momentum`): at Lx = 12 the 4096 rows become 7 real symmetric
blocks of at most 352. S^Ly comes by squaring blocks with their derivatives.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from threadpoolctl import threadpool_limits

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.statmech.exact.jets import FloatArray, Jet
from spacewheat_sim.statmech.exact.power_trace import Sector, log_power_trace
from spacewheat_sim.statmech.exact.references import (
    reference_spins,
    thermodynamics_from_jet,
)
from spacewheat_sim.statmech.exact.row_momentum import (
    IntArray,
    Rows,
    all_rows,
    row_orbits,
)
from spacewheat_sim.statmech.ising.thermodynamics import (
    Conditions,
    MethodLimitError,
    Thermodynamics,
)

LARGEST_SIDE = 12
"""Of the shorter side: the time grows by a factor of 7 with each further spin."""


LARGEST_UNDIVIDED = 10
"""Of the shorter side of a frustrated torus, whose blocks would cancel at low T."""


def torus_thermodynamics(Lx: int, Ly: int, conditions: Conditions) -> Thermodynamics:
    """Return the thermodynamics of a torus whose shorter side is at most 12.

    The longer side may be as large as an integer can be. The absolute error of m is
    about 1e-16, so a field far below T gives it fewer digits.

    Raises:
        ArgumentError: a side is below 1.
        MethodLimitError: the shorter side is above :data:`LARGEST_SIDE`, or the torus
            is frustrated, its longer side odd, and T low.
    """
    check_sides(Lx, Ly)
    row, rows = min(Lx, Ly), max(Lx, Ly)
    if row > LARGEST_SIDE:
        raise MethodLimitError(
            f"The transfer matrix of a {Lx} × {Ly} torus acts on 2^{row} rows, at most "
            f"2^{LARGEST_SIDE} of which are possible (about {_seconds(row):.2g} s and "
            f"{_gigabytes(row):.2g} GB here); use method 'exact' (h = 0), 'trg' or "
            "'monte_carlo', or the infinite strip"
        )
    bond, spin = reference_spins(conditions, neighbors=4)
    matrix = RowMatrix(row_orbits(row).rows, conditions, bond, spin)
    # Blocks are so small that threads of BLAS cost more than they give.
    with threadpool_limits(1):
        log_z = _log_trace(row, rows, matrix)
    sites = Lx * Ly
    return thermodynamics_from_jet(
        sites, conditions, log_z, rows * matrix.top, 2 * sites * bond, spin
    )


def check_sides(Lx: int, Ly: int) -> None:
    """Refuse what are not the sides of a torus."""
    if Lx < 1 or Ly < 1:
        raise ArgumentError(f"A torus must have sides of at least 1, not {Lx} × {Ly}")


@dataclass(frozen=True)
class RowMatrix:
    """S on given rows; e^{−top} S has entries of at most 1.

    Attributes:
        rows: The rows.
        conditions: T, J, h.
        reference_bond: σσ′ that derivatives count bonds from.
        reference_spin: σ that derivatives count spins from.
    """

    rows: Rows
    conditions: Conditions
    reference_bond: float
    reference_spin: float

    @property
    def top(self) -> float:
        """Logarithm of the weight that was taken out of a row."""
        vertical = self.conditions.beta * abs(self.conditions.J) * self.rows.length
        return vertical + float(self._exponents.max())

    def bond_table(self) -> FloatArray:
        """Return e^{−β|J|L} V and two derivatives in β, by number of differing spins.

        Shape (3, L + 1).
        """
        L, J = self.rows.length, self.conditions.J
        bonds = L - 2.0 * np.arange(L + 1)
        value = np.exp(self.conditions.beta * (J * bonds - abs(J) * L))
        slope = J * (bonds - self.reference_bond * L)
        return np.stack([value, slope * value, slope * slope * value])

    def row_weights(self) -> Jet:
        """Return √d of the rows, at most 1, as a jet (n,)."""
        exponents = 0.5 * self._exponents
        return Jet.exponential(exponents - exponents.max(), 0.5 * self._slopes)

    def dressed(self, blocks: FloatArray, kept: IntArray | slice) -> Jet:
        """Return √d V √d of the rows ``kept`` from V, V′ and V″ in β, (3, d, d)."""
        weights = self.row_weights().value[kept]
        slopes = 0.5 * self._slopes[:, kept]
        value, first, second = blocks * np.outer(weights, weights)
        beta, h = slopes[:, :, None] + slopes[:, None, :]
        return Jet(
            value,
            np.stack([first + beta * value, h * value]),
            np.stack([second + 2.0 * beta * first + beta**2 * value, h**2 * value]),
        )

    @property
    def _exponents(self) -> FloatArray:
        """Return ln d of each row, (n,)."""
        at, rows = self.conditions, self.rows
        return np.asarray(
            at.beta * (at.J * rows.bond_sums + at.h * rows.magnetizations)
        )

    @property
    def _slopes(self) -> FloatArray:
        """Return ∂ ln d/∂β and ∂ ln d/∂h of each row from the reference, (2, n)."""
        at, rows = self.conditions, self.rows
        bonds = rows.bond_sums - self.reference_bond * rows.length
        spins = rows.magnetizations - self.reference_spin * rows.length
        return np.stack([at.J * bonds + at.h * spins, at.beta * spins])


def _log_trace(row: int, rows: int, matrix: RowMatrix) -> Jet:
    """Return ln Tr (e^{−top} S)^rows, by blocks where these do not cancel."""
    table = matrix.bond_table()
    if matrix.conditions.J < 0.0 and rows % 2 and row <= LARGEST_UNDIVIDED:
        # Frustrated: blocks would cancel, but the matrix has no negative entry.
        whole = replace(matrix, rows=all_rows(row))
        states = whole.rows.states
        values = np.take(table, np.bitwise_count(states[:, None] ^ states), axis=1)
        return log_power_trace([Sector(whole.dressed(values, slice(None)))], rows)
    sectors = [
        Sector(matrix.dressed(blocks, kept), copies)
        for copies, kept, blocks in row_orbits(row).sectors(table)
    ]
    return log_power_trace(sectors, rows)


def _seconds(row: int) -> float:
    """Estimate the time of two cores: cubes of blocks of 2^row/row."""
    return 0.5 * float(8.0 ** (row - 12) * (12 / row) ** 2)


def _gigabytes(row: int) -> float:
    return 0.2 * float(4.0 ** (row - 12) * (12 / row))
