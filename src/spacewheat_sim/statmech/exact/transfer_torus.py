"""The Ising torus by a transfer matrix of rows, with exact derivatives, any field.

    Z = Tr S^Ly,   S_{ss′} = √d_s V_{ss′} √d_{s′},
    d_s = exp β[J Σ σ_i σ_{i+1} + h Σ σ_i],   V_{ss′} = exp βJ Σ σ_i σ′_i.

V depends only on how many spins of two rows differ, so S is block-diagonal in the
momenta of a row (`row_momentum`): at Lx = 12 the 4096 rows become 7 real symmetric
blocks of at most 352. S^Ly comes by squaring blocks with their derivatives.

At low T and on frustrated tori blocks would cancel. There the powers of S are sums of
positive terms (`row_powers`) for rows of up to 10 spins.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from threadpoolctl import threadpool_limits

from spacewheat_sim.arrays import FloatArray, IndexArray
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.statmech.exact.jets import Jet
from spacewheat_sim.statmech.exact.power_trace import Sector, log_power_trace
from spacewheat_sim.statmech.exact.references import (
    reference_spins,
    thermodynamics_from_jet,
)
from spacewheat_sim.statmech.exact.row_momentum import Rows, row_orbits
from spacewheat_sim.statmech.exact.row_powers import is_weak, row_thermodynamics
from spacewheat_sim.statmech.ising.thermodynamics import (
    Conditions,
    MethodLimitError,
    Thermodynamics,
    in_own_units,
)

LARGEST_SIDE = 12
"""Of the shorter side: the time grows by a factor of 7 with each further spin."""

LARGEST_POSITIVE = 10
"""Of the shorter side where sums of positive terms are affordable, some ten seconds."""

LARGEST_LENGTH = 2**53
"""Of the longer side: bonds are counted in integers of 64 bits."""

# Up to here they take some tenths of a second, and also serve weak fields.
_QUICK_POSITIVE = 8

# T over the unit of energy from which blocks have all their digits.
_WARM = 2.0

LEAST_VARIANCE = 1e-6
"""Of E or M per site, in units of energy: blocks lose the digits of smaller ones."""


def torus_thermodynamics(Lx: int, Ly: int, conditions: Conditions) -> Thermodynamics:
    """Return the thermodynamics of a torus whose shorter side is at most 12.

    All numbers have their digits at any T where the shorter side is at most 10. Where
    it is longer, a C or χ so small that its digits are lost is None. Where it is above
    8, m has an absolute error of 1e-16 or so, and fewer digits in a field far below T.

    Raises:
        ArgumentError: a side is below 1.
        MethodLimitError: the shorter side is above :data:`LARGEST_SIDE`, the longer
            above :data:`LARGEST_LENGTH`, or the torus is frustrated, its shorter side
            above :data:`LARGEST_POSITIVE`, and T low.
    """
    check_sides(Lx, Ly)
    row, rows = min(Lx, Ly), max(Lx, Ly)
    if row > LARGEST_SIDE:
        raise MethodLimitError(
            f"The transfer matrix of a {Lx} × {Ly} torus acts on 2^{row} rows, at most "
            f"2^{LARGEST_SIDE} of which are possible ({_cost(row)} here); use method "
            "'exact' (h = 0), 'trg' or 'monte_carlo', or the infinite strip"
        )
    if rows > LARGEST_LENGTH:
        raise MethodLimitError(
            f"A side must be at most 2^{LARGEST_LENGTH.bit_length() - 1} for the "
            f"transfer matrix, not 2^{math.log2(rows):.1f}: take the infinite strip"
        )
    return in_own_units(conditions, lambda at: _thermodynamics(row, rows, at))


def seconds_needed(Lx: int, Ly: int, conditions: Conditions) -> float:
    """Estimate the time of two cores at one T, infinite where it is refused."""
    row, rows = sorted((Lx, Ly))
    if row > LARGEST_SIDE or rows > LARGEST_LENGTH:
        return math.inf
    doublings = max(1, 2 * rows.bit_length() - 3)
    if _is_positive(row, rows, conditions):
        return 1.5e-8 * doublings * 8.0**row / row
    return 0.06 * doublings * 8.0 ** (row - 12) * (12 / row) ** 2


def memory_needed(Lx: int, Ly: int) -> float:
    """Estimate the bytes at the peak."""
    row = min(Lx, Ly)
    return 2e8 * 4.0 ** (row - 12) * (12 / row)


def _is_positive(row: int, rows: int, at: Conditions) -> bool:
    """Return whether sums of positive terms are needed, and affordable."""
    if row > LARGEST_POSITIVE:
        return False
    frustrated = at.J < 0.0 and (row % 2 == 1 or rows % 2 == 1)
    cold = _WARM * max(abs(at.J), abs(at.h)) > at.T
    weak = row <= _QUICK_POSITIVE and is_weak(at, row * rows)
    return frustrated or cold or weak


def _thermodynamics(row: int, rows: int, at: Conditions) -> Thermodynamics:
    if _is_positive(row, rows, at):
        return row_thermodynamics(row, rows, at)
    bond, spin = reference_spins(at, neighbors=4)
    matrix = RowMatrix(row_orbits(row).rows, at, bond, spin)
    # Blocks are so small that threads of BLAS cost more than they give.
    with threadpool_limits(1):
        log_z = _log_trace(row, rows, matrix)
    sites = row * rows
    found = thermodynamics_from_jet(
        sites, at, log_z, rows * matrix.top, 2 * sites * bond, spin
    )
    return without_lost_digits(found, sites, at, log_z)


def without_lost_digits(
    found: Thermodynamics,
    sites: int,
    at: Conditions,
    log_z: Jet,
    least: float = LEAST_VARIANCE,
) -> Thermodynamics:
    """Return ``found`` without what may have lost its digits in ``log_z``.

    These are variances per site below ``least``. Without couplings there is no energy
    whose variance could be lost.
    """
    if at.T >= _WARM or at.J == at.h == 0.0:
        return found
    energy, spins = (float(part) / sites for part in log_z.second)
    if energy < least:
        found = replace(found, heat_capacity=None)
    if spins * at.T**2 < least:
        found = replace(found, susceptibility=None)
    return found


def check_sides(Lx: int, Ly: int) -> None:
    """Refuse what are not the sides of a torus."""
    if Lx < 1 or Ly < 1:
        raise ArgumentError(f"A torus must have sides of at least 1, not {Lx} × {Ly}")
    if max(Lx, Ly) > 10**150:
        # The number of its spins must be a float.
        raise ArgumentError(
            "A torus must have sides of at most 10^150, not of "
            f"{math.log10(max(Lx, Ly)) + 1:.0f} digits; take the infinite lattice"
        )


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

    def dressed(self, blocks: FloatArray, kept: IndexArray | slice) -> Jet:
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
    """Return ln Tr (e^{−top} S)^rows by blocks."""
    sectors = [
        Sector(matrix.dressed(blocks, kept), copies)
        for copies, kept, blocks in row_orbits(row).sectors(matrix.bond_table())
    ]
    return log_power_trace(sectors, rows)


def _cost(row: int) -> str:
    """Return time and memory as text: powers of ten, which may be beyond the floats."""
    log_seconds = math.log10(0.5) + 3 * math.log10(2.0) * (row - 12)
    log_bytes = math.log10(2e8) + 2 * math.log10(2.0) * (row - 12)
    return f"about 10^{log_seconds:.1f} s and 10^{log_bytes - 9:.1f} GB"
