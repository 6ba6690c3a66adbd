"""Compiled loops over the 2ⁿ amplitudes of an environment ket.

A ket is two real rows (2, N), real and imaginary parts, N = 2ⁿ. Spin k is bit
n − 1 − k of the index, so that the index runs as in a Kronecker product; a 0 bit is
|0⟩, Z|0⟩ = +|0⟩.
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit

# Amplitudes that stay in the first-level cache while their partners stream by: three
# rounds of eight for the flips, one row of each of eight terms for the sums.
FLIP_CHUNK = 512
SUM_CHUNK = 256


@njit(error_model="numpy", fastmath={"contract"})
def flip_three(field, u, stride, y):
    """Add h Σ X u over the three bits ``stride``, 2 ``stride``, 4 ``stride`` to ``y``.

    Both have the same length, a multiple of 8 ``stride``.
    """
    for b in range(0, y.size, 8 * stride):
        for i in range(b, b + stride):
            u0, u1 = u[i], u[i + stride]
            u2, u3 = u[i + 2 * stride], u[i + 3 * stride]
            u4, u5 = u[i + 4 * stride], u[i + 5 * stride]
            u6, u7 = u[i + 6 * stride], u[i + 7 * stride]
            y[i] += field * (u1 + u2 + u4)
            y[i + stride] += field * (u0 + u3 + u5)
            y[i + 2 * stride] += field * (u3 + u0 + u6)
            y[i + 3 * stride] += field * (u2 + u1 + u7)
            y[i + 4 * stride] += field * (u5 + u6 + u0)
            y[i + 5 * stride] += field * (u4 + u7 + u1)
            y[i + 6 * stride] += field * (u7 + u4 + u2)
            y[i + 7 * stride] += field * (u6 + u5 + u3)


@njit(error_model="numpy")
def hamiltonian_chunk(diagonal, field, u, start, y):
    """Write (D + h Σ_k X_k) u, for the chunk that begins at ``start``, to ``y``.

    ``diagonal`` and ``u`` are (N,); ``y`` is (L,), the smaller of N and 512.
    """
    length = y.size
    own = u[start : start + length]
    energy = diagonal[start : start + length]
    for i in range(length):
        y[i] = energy[i] * own[i]
    if length == FLIP_CHUNK:
        # Strides that the compiler knows become straight vector code.
        flip_three(field, own, 1, y)
        flip_three(field, own, 8, y)
        flip_three(field, own, 64, y)
    else:
        stride = 1
        while stride < length:
            for i in range(length):
                y[i] += field * own[i ^ stride]
            stride *= 2
    stride = length
    while stride < u.size:
        other = start ^ stride
        partner = u[other : other + length]
        for i in range(length):
            y[i] += field * partner[i]
        stride *= 2


@njit(error_model="numpy")
def chebyshev_term(diagonal, field, factor, current, before, out):
    """Write −i · ``factor`` · H ``current`` + ``before`` to ``out``.

    H = diag(``diagonal``) + h Σ_k X_k; kets are (2, N), ``diagonal`` is (N,).
    """
    n = diagonal.size
    y = np.empty(min(n, FLIP_CHUNK))
    length = y.size
    for start in range(0, n, length):
        for part in range(2):
            hamiltonian_chunk(diagonal, field, current[1 - part], start, y)
            a = factor if part == 0 else -factor
            old = before[part, start : start + length]
            new = out[part, start : start + length]
            for i in range(length):
                new[i] = old[i] + a * y[i]


@njit(error_model="numpy", fastmath={"contract"})
def add_terms(weights, terms, out):
    """Add Σ_g w_jg v_g to each ``out`` row j.

    ``weights`` is (M, 8), ``terms`` (8, L) and ``out`` (M, L): eight terms at a time
    spare most of the traffic between cache and memory.
    """
    n = terms.shape[1]
    for start in range(0, n, SUM_CHUNK):
        stop = min(start + SUM_CHUNK, n)
        v0, v1, v2 = terms[0, start:stop], terms[1, start:stop], terms[2, start:stop]
        v3, v4, v5 = terms[3, start:stop], terms[4, start:stop], terms[5, start:stop]
        v6, v7 = terms[6, start:stop], terms[7, start:stop]
        for j in range(out.shape[0]):
            w0, w1, w2, w3 = weights[j, 0], weights[j, 1], weights[j, 2], weights[j, 3]
            w4, w5, w6, w7 = weights[j, 4], weights[j, 5], weights[j, 6], weights[j, 7]
            row = out[j, start:stop]
            for i in range(stop - start):
                row[i] += (
                    (w0 * v0[i] + w1 * v1[i])
                    + (w2 * v2[i] + w3 * v3[i])
                    + (w4 * v4[i] + w5 * v5[i])
                    + (w6 * v6[i] + w7 * v7[i])
                )


@njit(error_model="numpy", fastmath={"reassoc"})
def mirrored_overlap(minus, plus):
    """Return ⟨P·``minus``|``plus``⟩ with P = Π_k X_k, which reverses the index."""
    n = plus.shape[1]
    re = 0.0
    im = 0.0
    for i in range(n):
        a = minus[0, n - 1 - i]
        b = minus[1, n - 1 - i]
        re += a * plus[0, i] + b * plus[1, i]
        im += a * plus[1, i] - b * plus[0, i]
    return complex(re, im)


@njit(error_model="numpy")
def turn_phases(diagonal, time, start, out):
    """Write e^{−i D t} ``start`` to ``out``; kets (2, N), ``diagonal`` (N,)."""
    for i in range(diagonal.size):
        c = np.cos(diagonal[i] * time)
        s = np.sin(diagonal[i] * time)
        out[0, i] = c * start[0, i] + s * start[1, i]
        out[1, i] = c * start[1, i] - s * start[0, i]
