"""Compiled loops over the active states of a large bath.

Shapes: ``N`` states, ``S`` of them active; otherwise as in
:mod:`spacewheat_sim.quantum.kernels.taylor_ket`.
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.quantum.kernels.series_bounds import remaining_drive, to_come


@njit(error_model="numpy")
def neighbors(static, rows, inside):
    """Return the states coupled to ``rows`` that are not ``inside``, sorted."""
    reached = np.zeros(inside.size, dtype=np.bool_)
    for i in rows:
        for p in range(static.indptr[i], static.indptr[i + 1]):
            if not inside[static.indices[p]]:
                reached[static.indices[p]] = True
    return np.flatnonzero(reached).astype(np.int32)


@njit(error_model="numpy")
def active_ket_step(
    static,
    rows,
    boundary,
    driven,
    series,
    psi,
    h,
    bound,
    tolerance,
    coefficients,
    end,
    outflow,
):
    """Expand one no-jump step on the states ``rows``; see ``ket_step``.

    Args not of ``ket_step``:
        rows: The active states, (S,); ``psi`` and ``coefficients`` are 0 elsewhere.
        boundary: The states coupled to them, (B,).
        outflow: Receives ∫ |(Aψ)_b| dt for each state b of the boundary, (N,).

    Returns:
        (K, survival, ∫ ‖(1 − P) A ψ‖ dt).
    """
    indptr, indices, re, im, energy, half_decay = static
    m_max = coefficients.shape[0] - 1
    degree = series.shape[1]
    z = h * bound
    coefficients[0] = psi
    order = -1
    sizes = np.ones(m_max + 1)
    later = np.empty(degree + 1)
    remaining_drive(series, 1.0, later)
    neglected = 0.0
    outflow[boundary] = 0.0
    for i in rows:
        end[i, 0] = psi[i, 0]
        end[i, 1] = psi[i, 1]
    for k in range(m_max):
        c = coefficients[k]
        out = coefficients[k + 1]
        scale = h / (k + 1)
        square = 0.0
        for i in rows:
            hr = energy[i] * c[i, 0]
            hi = energy[i] * c[i, 1]
            for p in range(indptr[i], indptr[i + 1]):
                j = indices[p]
                hr += re[p] * c[j, 0] - im[p] * c[j, 1]
                hi += re[p] * c[j, 1] + im[p] * c[j, 0]
            out[i, 0] = scale * (hi - half_decay[i] * c[i, 0])
            out[i, 1] = scale * (-hr - half_decay[i] * c[i, 1])
        for b in boundary:
            hr = 0.0
            hi = 0.0
            for p in range(indptr[b], indptr[b + 1]):
                j = indices[p]
                hr += re[p] * c[j, 0] - im[p] * c[j, 1]
                hi += re[p] * c[j, 1] + im[p] * c[j, 0]
            flow = hr * hr + hi * hi
            outflow[b] += scale * np.sqrt(flow)
            square += flow
        neglected += scale * np.sqrt(square)
        for r in range(driven.size):
            i = driven[r]
            hr = 0.0
            hi = 0.0
            for j in range(min(k + 1, degree)):
                hr += series[r, j] * coefficients[k - j, i, 0]
                hi += series[r, j] * coefficients[k - j, i, 1]
            out[i, 0] += scale * hi
            out[i, 1] -= scale * hr
        square = 0.0
        for i in rows:
            end[i, 0] += out[i, 0]
            end[i, 1] += out[i, 1]
            square += out[i, 0] ** 2 + out[i, 1] ** 2
        sizes[k + 1] = np.sqrt(square)
        ratio = z / (k + 2)
        if ratio < 0.5:
            rest = h / (k + 2) * to_come(sizes, k + 1, later, bound)
            if rest <= tolerance * (1.0 - ratio):
                order = k + 1
                break
    survival = 0.0
    for i in rows:
        survival += end[i, 0] ** 2 + end[i, 1] ** 2
    if survival > 0.0:
        norm = 1.0 / np.sqrt(survival)
        for i in rows:
            end[i, 0] *= norm
            end[i, 1] *= norm
    return order, survival, neglected
