"""The compiled division of a density matrix into kets.

ρ = Σ_m |l_m⟩⟨l_m| with the columns l_m of a Cholesky factor: of all mixtures that ρ is,
the one that takes least work. Pivots are taken from the largest down, so that what is
left after the last one is rounding (N. J. Higham, Accuracy and Stability of Numerical
Algorithms, 2nd ed., section 10.3).
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit


@njit(error_model="numpy")
def mixture(rho, least):
    """Return weights w_m (M,) and kets (M, N) with ρ = Σ w_m |m⟩⟨m|.

    Args:
        rho: A density matrix, (N, N).
        least: Populations below this are rounding.
    """
    n = rho.shape[0]
    rest = rho.copy()
    weights = np.empty(n)
    kets = np.empty((n, n), dtype=np.complex128)
    for m in range(n):
        pivot = 0
        for i in range(n):
            if rest[i, i].real > rest[pivot, pivot].real:
                pivot = i
        top = rest[pivot, pivot].real
        if not top > least:
            return weights[:m], kets[:m]
        column = rest[:, pivot] * (1.0 / np.sqrt(top))
        weight = 0.0
        for i in range(n):
            weight += column[i].real * column[i].real + column[i].imag * column[i].imag
        weights[m] = weight
        kets[m] = column * (1.0 / np.sqrt(weight))
        for i in range(n):
            if column[i] != 0.0:
                for j in range(n):
                    rest[i, j] -= column[i] * np.conj(column[j])
        # What is taken is gone: rounding shall not bring it back.
        rest[pivot, :] = 0.0
        rest[:, pivot] = 0.0
    return weights, kets


@njit(error_model="numpy")
def mixed(weights, kets):
    """Return Σ w_m |m⟩⟨m| of weights (M,) and kets (M, N), of trace 1, (N, N)."""
    n = kets.shape[1]
    rho = np.zeros((n, n), dtype=np.complex128)
    total = 0.0
    for weight in weights:
        total += weight
    for m in range(weights.size):
        for i in range(n):
            factor = kets[m, i] * (weights[m] / total)
            for j in range(i):
                rho[i, j] += factor * np.conj(kets[m, j])
            rho[i, i] += (factor * np.conj(kets[m, i])).real
    for i in range(n):
        for j in range(i):
            rho[j, i] = np.conj(rho[i, j])
    return rho
