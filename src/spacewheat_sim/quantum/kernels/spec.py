"""Compiled steps of the source document's own update of a ket: 1 − iHt, (1 + iHt)⁻¹.

``static`` is a :class:`spacewheat_sim.quantum.generator.StaticTerms` without decay.
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.quantum.kernels.taylor_ket import ket_product


@njit(error_model="numpy")
def euler_step(static, psi, t):
    """Return (1 − iHt) ψ of a ket (N,)."""
    parts = np.empty((psi.size, 2))
    moved = np.empty((psi.size, 2))
    for i in range(psi.size):
        parts[i, 0] = psi[i].real
        parts[i, 1] = psi[i].imag
    ket_product(static, range(psi.size), parts, t, moved)
    out = np.empty_like(psi)
    for i in range(psi.size):
        out[i] = complex(parts[i, 0] + moved[i, 0], parts[i, 1] + moved[i, 1])
    return out


@njit(error_model="numpy")
def factorize(static, t, out):
    """Write the triangular factors of 1 + iHt to ``out``, zeros (N, N).

    The unit lower one is below the diagonal. Nothing is exchanged: the real part of
    the matrix is 1, so that no pivot is small. What is 0 beyond the last entry of a
    row and the rows above stays 0.
    """
    indptr, indices, re, im, energy, _ = static
    n = energy.size
    last = np.empty(n, dtype=np.int64)
    for i in range(n):
        out[i, i] = complex(1.0, energy[i] * t)
        last[i] = i
        for p in range(indptr[i], indptr[i + 1]):
            out[i, indices[p]] = complex(-im[p] * t, re[p] * t)
            last[i] = max(last[i], int(indices[p]))
    for i in range(n):
        for k in range(i):
            if out[i, k] == 0.0:
                continue
            factor = out[i, k] / out[k, k]
            out[i, k] = factor
            for j in range(k + 1, last[k] + 1):
                out[i, j] -= factor * out[k, j]
            last[i] = max(last[i], last[k])


@njit(error_model="numpy")
def solve(factors, psi):
    """Solve LU x = ψ in place, (N,), with the ``factors`` of :func:`factorize`."""
    n = psi.size
    for i in range(n):
        total = psi[i]
        for k in range(i):
            total -= factors[i, k] * psi[k]
        psi[i] = total
    for i in range(n - 1, -1, -1):
        total = psi[i]
        for k in range(i + 1, n):
            total -= factors[i, k] * psi[k]
        psi[i] = total / factors[i, i]


@njit(error_model="numpy")
def spec_transfers(psi, sources, targets, rates, dt):
    """Move amplitude along each transfer in order, as the source document does.

    ψ_t += √(γ dt) ψ_s, then ψ_s *= √(1 − γ dt); ``psi`` (N,) in place, K transfers.
    """
    for k in range(sources.size):
        s = sources[k]
        psi[targets[k]] += np.sqrt(rates[k] * dt) * psi[s]
        psi[s] *= np.sqrt(1.0 - rates[k] * dt)
