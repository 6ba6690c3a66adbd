"""Compiled bounds on the terms of a series, to choose a step and to know its last term.

Shapes: ``J`` terms of the series of what is driven over a step; ``rows`` is a
:class:`DrivenRows`.
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.quantum.arithmetic.kernels.elementary import logarithm


@njit(error_model="numpy", forceinline=True)
def largest_between(series, j, begin, end):
    """Return max_r |d_rj| of the rows ``begin`` … ``end − 1``."""
    largest = 0.0
    for r in range(begin, end):
        largest = max(largest, abs(series[r, j]))
    return largest


@njit(error_model="numpy", forceinline=True)
def ket_drive(rows, series, j):
    """Return a bound on the norm of what term ``j`` of a drive is to a ket."""
    energies = rows.energies.size
    size = largest_between(series, j, 0, energies)
    return size + largest_between(series, j, energies, energies + rows.decays.size)


@njit(error_model="numpy")
def terms_suffice(rows, series, bound, h, tolerance, radii, terms):
    """Return whether any ket's series over the piece has ``terms`` enough.

    Their norms are at most the coefficients of exp(h Σ_j e_j x^{j+1}/(j+1)), where e_j
    bounds the generator's j-th term, ``bound`` the static part of it; coefficient K is
    at most that function at x = r, over r^K, for every r > 0 (Cauchy), such as each of
    ``radii``.
    """
    wanted = logarithm(tolerance * h)
    sizes = np.empty(series.shape[1])
    for j in range(sizes.size):
        sizes[j] = ket_drive(rows, series, j)
    sizes[0] += bound
    for radius in radii:
        growth = 0.0
        for j in range(sizes.size - 1, -1, -1):
            growth = (growth + sizes[j] / (j + 1)) * radius
        # False of sizes that are not finite.
        if h * growth - terms * logarithm(radius) <= wanted:
            return True
    return False


@njit(error_model="numpy")
def trim(series, negligible):
    """Let those last terms be 0 that are all at most ``negligible``."""
    for j in range(series.shape[1] - 1, 0, -1):
        if largest_between(series, j, 0, series.shape[0]) > negligible:
            return
        series[:, j] = 0.0


@njit(error_model="numpy")
def remaining_drive(rows, series, weight, out):
    """Bound the norm of all terms j ≥ m of a drive, for each m, in ``out`` (J + 1,).

    ``weight`` is 1 for a ket; for a density matrix it is 2, and what changing rates
    feed adds to it.
    """
    degree = series.shape[1]
    first = rows.energies.size + rows.decays.size
    out[degree] = 0.0
    for j in range(degree - 1, -1, -1):
        fed = 0.0
        for c in range(first, series.shape[0]):
            fed += abs(series[c, j])
        size = weight * ket_drive(rows, series, j) + (weight - 1.0) * fed
        out[j] = out[j + 1] + size


@njit(error_model="numpy")
def to_come(sizes, last, later, bound):
    """Bound (K + 1)/h times what the terms up to K = ``last`` add to later ones.

    Each term feeds the next through the generator, ``bound``, and all later ones
    through the rest of the drive's series, whose first terms may well be 0.
    """
    total = bound * sizes[last]
    for i in range(max(0, last + 1 - later.size), last):
        total += sizes[i] * later[last - i]
    return total


@njit(error_model="numpy", forceinline=True)
def has_converged(sizes, k, h, bound, later, tolerance):
    """Return whether the terms beyond k + 1 add up to ``tolerance`` at most."""
    ratio = h * bound / (k + 2)
    if not ratio < 0.5:
        return False
    rest = h / (k + 2) * to_come(sizes, k + 1, later, bound)
    return rest <= tolerance * (1.0 - ratio)
