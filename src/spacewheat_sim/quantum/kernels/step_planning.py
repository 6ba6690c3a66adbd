"""Compiled loops over the drive's series over a piece of time, (R, J)."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit


@njit(error_model="numpy")
def terms_suffice(series, bound, h, tolerance, radii, terms):
    """Return whether any ket's series over the piece has ``terms`` enough.

    Their norms are at most the coefficients of exp(h Σ_j e_j x^{j+1}/(j+1)), where e_j
    bounds the generator's j-th term, ``bound`` the static part of it; coefficient K is
    at most that function at x = r, over r^K, for every r > 0 (Cauchy), such as each of
    ``radii``.
    """
    wanted = np.log(tolerance * h)
    sizes = np.zeros(series.shape[1])
    for r in range(series.shape[0]):
        for j in range(sizes.size):
            sizes[j] = max(sizes[j], abs(series[r, j]))
    sizes[0] += bound
    for radius in radii:
        growth = 0.0
        for j in range(sizes.size - 1, -1, -1):
            growth = (growth + sizes[j] / (j + 1)) * radius
        # False of sizes that are not finite.
        if h * growth - terms * np.log(radius) <= wanted:
            return True
    return False


@njit(error_model="numpy")
def trim(series, negligible):
    """Let those last terms be 0 that are all at most ``negligible``."""
    for j in range(series.shape[1] - 1, 0, -1):
        largest = 0.0
        for r in range(series.shape[0]):
            largest = max(largest, abs(series[r, j]))
        if largest > negligible:
            return
        series[:, j] = 0.0
