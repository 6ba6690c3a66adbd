"""Compiled loops over the active states of a large bath.

Shapes: ``N`` states, ``S`` of them active; otherwise as in
:mod:`spacewheat_sim.quantum.kernels.taylor_ket`.
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.quantum.kernels.series_bounds import has_converged, remaining_drive
from spacewheat_sim.quantum.kernels.taylor_ket import (
    add_ket_drive,
    add_ket_term,
    ket_product,
    normalize_ket,
)


@njit(error_model="numpy")
def neighbors(static, rows, inside):
    """Return the states coupled to ``rows`` that are not ``inside``, sorted."""
    reached = np.zeros(inside.size, dtype=np.bool_)
    for i in rows:
        for p in range(static.indptr[i], static.indptr[i + 1]):
            if not inside[static.indices[p]]:
                reached[static.indices[p]] = True
    return np.flatnonzero(reached).astype(np.int32)


@njit(error_model="numpy", forceinline=True)
def add_outflow(static, boundary, psi, scale, outflow):
    """Add scale · |(Hψ)_b| to ``outflow`` of each b of the boundary; return the norm.

    ``psi`` (N, 2) is 0 on the boundary.
    """
    square = 0.0
    for b in boundary:
        hr = 0.0
        hi = 0.0
        for p in range(static.indptr[b], static.indptr[b + 1]):
            j = static.indices[p]
            hr += static.re[p] * psi[j, 0] - static.im[p] * psi[j, 1]
            hi += static.re[p] * psi[j, 1] + static.im[p] * psi[j, 0]
        flow = hr * hr + hi * hi
        outflow[b] += scale * np.sqrt(flow)
        square += flow
    return np.sqrt(square)


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
    m_max = coefficients.shape[0] - 1
    coefficients[0] = psi
    order = -1
    sizes = np.ones(m_max + 1)
    later = np.empty(series.shape[1] + 1)
    remaining_drive(driven, series, 1.0, later)
    neglected = 0.0
    outflow[boundary] = 0.0
    for i in rows:
        end[i, 0] = psi[i, 0]
        end[i, 1] = psi[i, 1]
    for k in range(m_max):
        scale = h / (k + 1)
        ket_product(static, rows, coefficients[k], scale, coefficients[k + 1])
        neglected += scale * add_outflow(
            static, boundary, coefficients[k], scale, outflow
        )
        add_ket_drive(driven, series, coefficients, k, scale)
        sizes[k + 1] = add_ket_term(rows, coefficients[k + 1], end)
        if has_converged(sizes, k, h, bound, later, tolerance):
            order = k + 1
            break
    return order, normalize_ket(rows, end), neglected
