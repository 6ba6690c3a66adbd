"""Infinite strips of the Ising model by the leading eigenvector of the row matrix.

With S = √d V √d of a row of Lx spins (see `transfer_torus`) and S x = λ x, |x| = 1:

    ln Z / Ly → ln λ,
    λ′ = xᵀ S′ x                                    (Hellmann and Feynman),
    λ″ = xᵀ S″ x + 2 (S′x)ᵀ y,   (λ − S) y = (S′ − λ′) x,   xᵀ y = 0.

S is never stored: V is applied site by site.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.statmech.exact.jets import Jet
from spacewheat_sim.statmech.exact.references import (
    reference_spins,
    thermodynamics_from_jet,
)
from spacewheat_sim.statmech.exact.row_momentum import all_rows
from spacewheat_sim.statmech.exact.transfer_torus import (
    LEAST_VARIANCE,
    RowMatrix,
    without_lost_digits,
)
from spacewheat_sim.statmech.ising.thermodynamics import (
    Conditions,
    MethodLimitError,
    Thermodynamics,
    in_own_units,
)

LARGEST_WIDTH = 20
"""2²⁰ rows: some ten seconds; each further spin doubles that."""

SMALLEST_GAP = 1e-6
"""Of λ: levels nearer than this to the leading one leave too few digits to χ."""

# Of the weights of rows, beyond which those of an antiferromagnet leave the floats.
_LARGEST_EXPONENT = 600.0

# Variance per site that keeps its digits where the eigenvector was polished.
_LEAST_POLISHED = 1e-25

_POLISHING = 6
_ITERATIONS = 2000


def strip_thermodynamics(Lx: int, conditions: Conditions) -> Thermodynamics:
    """Return the thermodynamics per site of a strip, Lx around and infinitely long.

    The susceptibility is None where it is so large, in a narrow strip at low T and
    h ≈ 0, that the levels of both signs of m agree to :data:`SMALLEST_GAP`; so is a C
    or χ that is too small to have digits.

    Raises:
        ArgumentError: Lx is below 1.
        MethodLimitError: Lx is above :data:`LARGEST_WIDTH`, or T so low that the
            weights of rows leave the floats.
    """
    if Lx < 1:
        raise ArgumentError(f"Argument `Lx` must be at least 1, but is {Lx}")
    if Lx > LARGEST_WIDTH:
        raise MethodLimitError(
            f"The transfer matrix of a strip of width {Lx} acts on 2^{Lx} rows, at "
            f"most 2^{LARGEST_WIDTH} of which are possible; use method 'exact' "
            "(h = 0), 'trg' or 'monte_carlo'"
        )
    return in_own_units(conditions, lambda at: _thermodynamics(Lx, at))


def _thermodynamics(Lx: int, at: Conditions) -> Thermodynamics:
    bond, spin = reference_spins(at, neighbors=4)
    matrix = RowMatrix(all_rows(Lx), at, bond, spin)
    if at.J < 0.0 and 2.0 * at.beta * abs(at.J) * Lx > _LARGEST_EXPONENT:
        raise MethodLimitError(
            f"The rows of a strip of width {Lx} have weights below the floats at T = "
            f"{at.T:.3g} of the unit of energy; take a higher T, or a torus"
        )
    log_z, resolved = _log_eigenvalue(_Strip.of(matrix))
    found = thermodynamics_from_jet(Lx, at, log_z, matrix.top, 2 * Lx * bond, spin)
    # Sums of positive terms have polished the eigenvector of a ferromagnet.
    least = LEAST_VARIANCE if at.J < 0.0 else _LEAST_POLISHED
    found = without_lost_digits(found, Lx, at, log_z, least)
    return found if resolved else replace(found, susceptibility=None)


@dataclass(frozen=True)
class _Strip:
    """S of a row, ready to be applied.

    Attributes:
        weights: √d with derivatives, (2^L,).
        same: A bond of equal spins, and its two derivatives in β, (3,).
        different: A bond of opposite spins, likewise.
        alternates: Whether J < 0, so that S has eigenvalues near −λ.
        symmetric: Whether h = 0, so that all spins may be turned.
    """

    weights: Jet
    same: FloatArray
    different: FloatArray
    alternates: bool
    symmetric: bool

    @classmethod
    def of(cls, matrix: RowMatrix) -> _Strip:
        at = matrix.conditions
        bonds = np.array([1.0, -1.0])
        value = np.exp(at.beta * (at.J * bonds - abs(at.J)))
        slope = at.J * (bonds - matrix.reference_bond)
        same, different = np.stack([value, slope * value, slope**2 * value], axis=1)
        weights = matrix.row_weights()
        return cls(weights, same, different, at.J < 0.0, at.h == 0.0)

    def apply(self, x: FloatArray) -> FloatArray:
        """Return S x."""
        from spacewheat_sim.statmech.exact import kernels

        result = self.weights.value * np.ravel(x)
        kernels.apply_bonds(result, self.same[0], self.different[0])
        result *= self.weights.value
        return result

    def apply_jet(self, x: FloatArray) -> Jet:
        """Return (S x, S′x, S″x) for an x that is held fixed."""
        from spacewheat_sim.statmech.exact import kernels

        inner = self.weights * Jet.constant(x)
        in_beta = np.stack([inner.value, inner.first[0], inner.second[0]])
        in_h = np.stack([inner.value, inner.first[1], inner.second[1]])
        frozen = np.array([1.0, 0.0, 0.0])
        kernels.apply_bond_jets(in_beta, self.same, self.different)
        kernels.apply_bond_jets(in_h, self.same * frozen, self.different * frozen)
        first = np.stack([in_beta[1], in_h[1]])
        second = np.stack([in_beta[2], in_h[2]])
        return self.weights * Jet(in_beta[0], first, second)


def _log_eigenvalue(strip: _Strip) -> tuple[Jet, bool]:
    """Return ln λ of the leading eigenvector, and whether ∂²/∂h² is resolved."""
    x = _leading_eigenvector(strip)
    moved = strip.apply_jet(x)
    value = float(x @ moved.value)
    first, second = moved.first @ x, moved.second @ x
    resolved = True
    for d in range(2):
        source = moved.first[d] - first[d] * x
        response = _response(strip, x, value, source)
        overlap = float(source @ response)
        second[d] += 2.0 * overlap
        # (λ − S)⁻¹ lies between 1/2λ and the inverse of the gap.
        share = overlap * value
        norm = float(source @ source)
        resolved = d == 0 or 0.49 * norm <= share <= norm / SMALLEST_GAP
    return Jet(np.asarray(value), first, second).log(), resolved


def _leading_eigenvector(strip: _Strip) -> FloatArray:
    """Return x > 0 with S x = λ x."""
    from scipy.sparse.linalg import LinearOperator, eigsh

    n = strip.weights.value.size
    if n <= 64:
        dense = np.stack([strip.apply(row) for row in np.eye(n)])
        x = np.linalg.eigh(dense)[1][:, -1]
    else:
        operator = LinearOperator((n, n), matvec=strip.apply, dtype=np.float64)
        start = strip.weights.value + 1e-3
        x = eigsh(operator, k=1, which="LA", v0=start, tol=0.0)[1][:, 0]
    x = np.abs(x)
    if strip.symmetric:
        # Of two nearly equal levels, rounding would mix both: the even one leads.
        x += x[::-1]
    x /= np.linalg.norm(x)
    for _ in range(0 if strip.alternates else _POLISHING):
        # Positive sums: small entries gain the relative accuracy of large ones.
        x = strip.apply(x)
        x /= np.linalg.norm(x)
    return np.asarray(x)


def _response(
    strip: _Strip, x: FloatArray, value: float, source: FloatArray
) -> FloatArray:
    """Return y with (λ − S) y = source and xᵀy = 0, by conjugate gradients."""

    def apply(y: FloatArray) -> FloatArray:
        out = y - strip.apply(y) / value
        out -= (x @ out) * x
        return out

    y = np.zeros_like(x)
    target = source / value
    size = float(np.linalg.norm(target))
    for _ in range(3):
        # A second and third round remove what rounding left of the first.
        residual = target - apply(y)
        residual -= (x @ residual) * x
        if float(np.linalg.norm(residual)) <= 1e-16 * size:
            break
        y = y + _conjugate_gradients(apply, residual)
    for _ in range(0 if strip.alternates else _POLISHING):
        y = target + strip.apply(y) / value
        y -= (x @ y) * x
    return y


def _conjugate_gradients(
    apply: Callable[[FloatArray], FloatArray], target: FloatArray
) -> FloatArray:
    """Return y with apply(y) = target, to 1e-13 of the target's size."""
    y = np.zeros_like(target)
    residual = target.copy()
    direction = residual.copy()
    square = float(residual @ residual)
    goal = 1e-26 * square
    for _ in range(_ITERATIONS):
        if square <= goal:
            break
        moved = apply(direction)
        curvature = float(direction @ moved)
        if curvature <= 0.0:
            break
        step = square / curvature
        y += step * direction
        residual -= step * moved
        last, square = square, float(residual @ residual)
        direction = residual + (square / last) * direction
    return y
