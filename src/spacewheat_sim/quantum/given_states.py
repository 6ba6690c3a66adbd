"""Kets and density matrices from outside, made such as physics knows them."""

from __future__ import annotations

import math
from numbers import Complex

import numpy as np

from spacewheat_sim.arrays import ComplexArray
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.plain_values import shown
from spacewheat_sim.quantum.arithmetic.kernels.mixture import mixed, mixture
from spacewheat_sim.quantum.arithmetic.kernels.products import normalized

# What a density matrix may be off by: of an entry, and of its trace.
ROUNDING = 1e-10
# Last places that sums of numbers up to 1 may be off by.
EPSILONS = 4
# No entry of a density matrix is beyond its trace; what is far beyond is refused before
# a division by a small trace overflows.
MOST_ENTRY = 10.0


def complex_array(value: object, name: str) -> ComplexArray:
    """Return a complex copy of argument ``name``.

    Raises:
        ArgumentError: not an array of numbers: texts and truth values are none.
    """
    try:
        array = np.asarray(value)
    except (TypeError, ValueError):
        array = np.asarray(None)
    entries = array.ravel().tolist() if array.dtype.kind == "O" else []
    if array.dtype.kind not in "iufcO" or not all(map(_is_number, entries)):
        raise ArgumentError(
            f"Argument `{name}` must be an array of numbers, but is {shown(value)}"
        )
    try:
        return np.array(array, dtype=np.complex128)
    except OverflowError:
        raise ArgumentError(
            f"Argument `{name}` must be finite, but holds an integer beyond all doubles"
        ) from None


def scaled(array: ComplexArray) -> ComplexArray:
    """Return ``array``, finite, times the power of 2 that brings its parts up to 1.

    The largest part comes to lie in [½, 1), so that no sum of squares overflows and
    none that matters is lost. No digit is.
    """
    parts = np.ascontiguousarray(array).view(np.float64)
    largest = float(np.abs(parts).max())
    return np.asarray(np.ldexp(parts, -math.frexp(largest)[1]).view(np.complex128))


def normalized_ket(amplitudes: object, dimension: int) -> ComplexArray:
    """Return ``amplitudes`` as a ket (N,) of norm 1.

    Raises:
        ArgumentError: not numbers, wrong shape, not finite, or zero.
    """
    psi = complex_array(amplitudes, "ket")
    if psi.shape != (dimension,):
        raise ArgumentError(
            f"Argument `ket` must have shape ({dimension},), but has {psi.shape}"
        )
    if not np.isfinite(psi).all():
        raise ArgumentError("Argument `ket` must be finite, but holds NaN or infinity")
    if not psi.any():
        raise ArgumentError("Argument `ket` must not be the zero vector")
    psi = scaled(psi)
    return np.asarray(normalized(psi))


def normalized_density_matrix(matrix: object, dimension: int) -> ComplexArray:
    """Return ``matrix`` as a density matrix (N, N): Hermitian, of trace 1, ρ ≥ 0.

    Eigenvalues that rounding has made negative are set to 0, and the rest sum to 1:
    of all density matrices this is near the given one, and no population is negative.

    Raises:
        ArgumentError: wrong shape, not finite, not Hermitian, an eigenvalue negative
            beyond rounding, or no positive trace.
    """
    rho = complex_array(matrix, "rho")
    if rho.shape != (dimension, dimension):
        raise ArgumentError(
            f"Argument `rho` must have shape ({dimension}, {dimension}), but has "
            f"{rho.shape}"
        )
    if not np.isfinite(rho).all():
        raise ArgumentError("Argument `rho` must be finite, but holds NaN or infinity")
    rho = scaled(rho)
    trace = math.fsum(rho.diagonal().real.tolist())
    if trace <= 0.0:
        raise ArgumentError("Argument `rho` must have a positive trace")
    if float(np.abs(rho).max()) > MOST_ENTRY * trace:
        raise ArgumentError("Argument `rho` must have no entry beyond its trace")
    rho.view(np.float64)[...] /= trace
    _check_hermitian(rho)
    rho = (rho + rho.conj().T) / 2
    return _without_negatives(rho)


def _is_number(value: object) -> bool:
    return isinstance(value, Complex) and not isinstance(value, bool)


def _check_hermitian(rho: ComplexArray) -> None:
    """Refuse a matrix (N, N) of trace 1 that is not Hermitian.

    An entry may differ from its mirror image by so much of itself, or by the rounding
    of a sum whose terms are up to 1.
    """
    gap = np.abs(rho - rho.conj().T)
    size = np.maximum(np.abs(rho), np.abs(rho.T))
    excess = gap - (ROUNDING * size + EPSILONS * np.finfo(np.float64).eps)
    row, column = np.unravel_index(int(np.argmax(excess)), rho.shape)
    if excess[row, column] > 0.0:
        raise ArgumentError(
            "Argument `rho` must be Hermitian, but ρ[i, j] and conj(ρ[j, i]) differ by "
            f"{gap[row, column]:.3g} at i = {row}, j = {column}"
        )


def _without_negatives(rho: ComplexArray) -> ComplexArray:
    """Return a Hermitian matrix (N, N) of trace 1 with its negative eigenvalues at 0.

    Raises:
        ArgumentError: one is negative beyond rounding.
    """
    lowest = float(np.linalg.eigvalsh(rho)[0])
    if lowest < -ROUNDING:
        raise ArgumentError(
            f"Argument `rho` must have no negative eigenvalue, but has {lowest:g}"
        )
    rounding = EPSILONS * rho.shape[0] * float(np.finfo(np.float64).eps)
    if lowest >= -rounding and float(rho.diagonal().real.min()) >= 0.0:
        return rho
    return np.asarray(mixed(*mixture(rho, rounding)))
