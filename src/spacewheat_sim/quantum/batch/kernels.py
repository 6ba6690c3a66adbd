"""Compiled loops over many baths.

Shapes: ``B`` baths in ``G`` groups of ``LANES``; kets as real and imaginary parts
(G, N, 2, LANES); otherwise as in :mod:`spacewheat_sim.quantum.kernels`.
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from spacewheat_sim.quantum.kernels import density_step, remaining_drive, to_come
from spacewheat_sim.quantum.renewal.kernels import philox_block

LANES = 8
CHUNKS = 64  # work is cut into this many parts at most, whatever the threads


@njit(cache=True, error_model="numpy")
def group_step(  # type: ignore[no-untyped-def]
    static,
    driven,
    series,
    later,
    psi,
    h,
    bound,
    tolerance,
    coefficients,
    sizes,
    end,
    survival,
):
    """Expand one no-jump step of eight kets; see ``ket_step``.

    Args not of ``ket_step``:
        later: Rest of the drive from each term on, (J + 1,).
        psi: Kets at the start, (N, 2, 8).
        coefficients: Work space, (M + 1, N, 2, 8).
        sizes: Work space, (M + 1,).
        end: Receives the normalized kets at the end, (N, 2, 8).
        survival: Receives their squared norms before, (8,).

    Returns:
        The number of the last term, or −1 where M terms do not suffice.
    """
    indptr, indices, re, im, energy, half_decay = static
    n = energy.size
    degree = series.shape[1]
    z = h * bound
    order = -1
    square = np.empty(LANES)
    for i in range(n):
        for v in range(LANES):
            coefficients[0, i, 0, v] = psi[i, 0, v]
            coefficients[0, i, 1, v] = psi[i, 1, v]
            end[i, 0, v] = psi[i, 0, v]
            end[i, 1, v] = psi[i, 1, v]
    sizes[0] = 1.0
    for k in range(coefficients.shape[0] - 1):
        c = coefficients[k]
        out = coefficients[k + 1]
        scale = h / (k + 1)
        for v in range(LANES):
            square[v] = 0.0
        for i in range(n):
            own = c[i]
            to = out[i]
            e = energy[i]
            g = half_decay[i]
            for v in range(LANES):
                to[0, v] = e * own[1, v] - g * own[0, v]
                to[1, v] = -e * own[0, v] - g * own[1, v]
            for p in range(indptr[i], indptr[i + 1]):
                other = c[indices[p]]
                x = re[p]
                y = im[p]
                for v in range(LANES):
                    to[0, v] += x * other[1, v] + y * other[0, v]
                    to[1, v] += y * other[1, v] - x * other[0, v]
        for r in range(driven.size):
            to = out[driven[r]]
            for j in range(min(k + 1, degree)):
                d = series[r, j]
                past = coefficients[k - j, driven[r]]
                for v in range(LANES):
                    to[0, v] += d * past[1, v]
                    to[1, v] -= d * past[0, v]
        for i in range(n):
            to = out[i]
            sum_to = end[i]
            for v in range(LANES):
                to[0, v] *= scale
                to[1, v] *= scale
                sum_to[0, v] += to[0, v]
                sum_to[1, v] += to[1, v]
                square[v] += to[0, v] * to[0, v] + to[1, v] * to[1, v]
        sizes[k + 1] = np.sqrt(square.max())
        ratio = z / (k + 2)
        if ratio < 0.5:
            rest = h / (k + 2) * to_come(sizes, k + 1, later, bound)
            if rest <= tolerance * (1.0 - ratio):
                order = k + 1
                break
    for v in range(LANES):
        survival[v] = 0.0
    for i in range(n):
        for v in range(LANES):
            survival[v] += end[i, 0, v] ** 2 + end[i, 1, v] ** 2
    for v in range(LANES):
        square[v] = 1.0 / np.sqrt(survival[v])
    for i in range(n):
        for v in range(LANES):
            end[i, 0, v] *= square[v]
            end[i, 1, v] *= square[v]
    return order


@njit(cache=True, error_model="numpy")
def chunk_of_groups(  # type: ignore[no-untyped-def]
    static,
    driven,
    series,
    psi,
    h,
    bound,
    tolerance,
    terms,
    begin,
    stop,
    end,
    survival,
):
    """Step the groups ``begin`` … ``stop − 1``; return the lowest order met."""
    coefficients = np.empty((terms + 1, static.energy.size, 2, LANES))
    sizes = np.empty(terms + 1)
    later = np.empty(series.shape[1] + 1)
    remaining_drive(series, 1.0, later)
    lowest = terms
    for g in range(begin, stop):
        order = group_step(
            static,
            driven,
            series,
            later,
            psi[g],
            h,
            bound,
            tolerance,
            coefficients,
            sizes,
            end[g],
            survival[g],
        )
        lowest = min(lowest, order)
    return lowest


@njit(cache=True, parallel=True, error_model="numpy")
def batch_ket_step(  # type: ignore[no-untyped-def]
    static,
    driven,
    series,
    psi,
    h,
    bound,
    tolerance,
    terms,
    end,
    survival,
):
    """Expand one no-jump step of all groups, without committing it.

    Args not of ``ket_step``:
        psi: Kets at the start, (G, N, 2, 8).
        terms: Largest number of terms M.
        end: Receives the normalized kets at the end, (G, N, 2, 8).
        survival: Receives their squared norms before, (G, 8).

    Returns:
        Whether every series converged.
    """
    groups = psi.shape[0]
    chunks = min(CHUNKS, groups)
    lowest = np.empty(chunks, dtype=np.int64)
    for chunk in prange(chunks):
        lowest[chunk] = chunk_of_groups(
            static,
            driven,
            series,
            psi,
            h,
            bound,
            tolerance,
            terms,
            groups * chunk // chunks,
            groups * (chunk + 1) // chunks,
            end,
            survival,
        )
    return lowest.min() >= 0


@njit(cache=True, error_model="numpy")
def chunk_of_densities(  # type: ignore[no-untyped-def]
    static,
    feed,
    driven,
    series,
    rho_re,
    rho_im,
    h,
    bound,
    tolerance,
    terms,
    begin,
    stop,
    chosen,
):
    """Step the density matrices ``begin`` … ``stop − 1`` that are ``chosen``."""
    n, width = rho_re.shape[1], rho_re.shape[2]
    work = np.zeros((4, n, width))
    history = np.zeros((max(series.shape[1], 1), 2, driven.size, width))
    diagonals = np.empty((terms + 1, n))
    lowest = terms
    for b in range(begin, stop):
        if not chosen[b]:
            continue
        order = density_step(
            static,
            feed,
            driven,
            series,
            rho_re[b],
            rho_im[b],
            h,
            bound,
            tolerance,
            work,
            history,
            diagonals,
        )
        lowest = min(lowest, order)
        trace = 0.0
        for i in range(n):
            trace += rho_re[b, i, i]
        for i in range(n):
            for j in range(width):
                rho_re[b, i, j] /= trace
                rho_im[b, i, j] /= trace
    return lowest


@njit(cache=True, parallel=True, error_model="numpy")
def batch_density_step(  # type: ignore[no-untyped-def]
    static,
    feed,
    driven,
    series,
    rho_re,
    rho_im,
    h,
    bound,
    tolerance,
    terms,
    chosen,
):
    """Advance the ``chosen`` (B,) density matrices (B, N, L) by one step, in place."""
    count = rho_re.shape[0]
    chunks = min(CHUNKS, count)
    lowest = np.empty(chunks, dtype=np.int64)
    for chunk in prange(chunks):
        lowest[chunk] = chunk_of_densities(
            static,
            feed,
            driven,
            series,
            rho_re,
            rho_im,
            h,
            bound,
            tolerance,
            terms,
            count * chunk // chunks,
            count * (chunk + 1) // chunks,
            chosen,
        )
    return lowest.min() >= 0


@njit(cache=True, error_model="numpy")
def draw_uniforms(which, drawn, key_0, key_1, out):  # type: ignore[no-untyped-def]
    """Write the next uniform number of each stream in ``which`` (W,) to ``out`` (W,).

    ``drawn`` (B,) counts what each stream has given, and is advanced.
    """
    block = np.empty(4)
    for w in range(which.size):
        b = which[w]
        philox_block(drawn[b] // 4 + 1, b, key_0, key_1, block)
        out[w] = block[drawn[b] % 4]
        drawn[b] += 1
