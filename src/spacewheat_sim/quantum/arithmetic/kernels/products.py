"""Compiled sums and products of arrays, each added up in one order.

A library's sums depend on the processor that it finds, and on its threads.
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.quantum.arithmetic.kernels.elementary import sine_cosine
from spacewheat_sim.quantum.kernels.lanes import LANES, load, splat, store


@njit(error_model="numpy")
def multiply(a, b, out):
    """Write the product of real ``a`` (M, K) and ``b`` (K, P) to ``out`` (M, P).

    Each entry is added up from k = 0 on. Four rows and eight columns are worked on at
    once, whose sums stay in registers.
    """
    rows = a.shape[0] - a.shape[0] % 4
    columns = b.shape[1] - b.shape[1] % LANES
    for j in range(0, columns, LANES):
        for i in range(0, rows, 4):
            p = splat(0.0)
            q = splat(0.0)
            r = splat(0.0)
            s = splat(0.0)
            for k in range(a.shape[1]):
                x = load(b[k, j:])
                p = p + a[i, k] * x
                q = q + a[i + 1, k] * x
                r = r + a[i + 2, k] * x
                s = s + a[i + 3, k] * x
            store(p, out[i, j:])
            store(q, out[i + 1, j:])
            store(r, out[i + 2, j:])
            store(s, out[i + 3, j:])
        for i in range(rows, a.shape[0]):
            p = splat(0.0)
            for k in range(a.shape[1]):
                p = p + a[i, k] * load(b[k, j:])
            store(p, out[i, j:])
    for i in range(a.shape[0]):
        for j in range(columns, b.shape[1]):
            total = 0.0
            for k in range(a.shape[1]):
                total += a[i, k] * b[k, j]
            out[i, j] = total


@njit(error_model="numpy")
def product(a, b):
    """Return the product of real ``a`` (M, K) and ``b`` (K, P), (M, P)."""
    out = np.empty((a.shape[0], b.shape[1]))
    multiply(a, b, out)
    return out


@njit(error_model="numpy")
def ket_weights(parts, factors, out):
    """Write f_i |ψ_i|² of a ket's parts (N, 2) to ``out`` (N,); return their sum."""
    total = 0.0
    for i in range(out.size):
        a = parts[i, 0]
        b = parts[i, 1]
        out[i] = factors[i] * (a * a + b * b)
        total += out[i]
    return total


@njit(error_model="numpy")
def square_norm(psi):
    """Return ‖ψ‖² of a ket (N,)."""
    total = 0.0
    for amplitude in psi:
        total += amplitude.real * amplitude.real + amplitude.imag * amplitude.imag
    return total


@njit(error_model="numpy")
def normalized(psi):
    """Return ψ/‖ψ‖ of a ket (N,), not zero."""
    factor = 1.0 / np.sqrt(square_norm(psi))
    out = np.empty_like(psi)
    for i in range(psi.size):
        out[i] = complex(psi[i].real * factor, psi[i].imag * factor)
    return out


@njit(error_model="numpy")
def kept_kets(kraus, kets, out):
    """Write K_w ψ_w of kets (W, N) and diagonals (W, N) to ``out``, normalized.

    Returns:
        The least of the squared norms before that; nothing is normalized where it is 0.
    """
    least = np.inf
    for w in range(kets.shape[0]):
        total = 0.0
        for i in range(kets.shape[1]):
            re = kraus[w, i] * kets[w, i].real
            im = kraus[w, i] * kets[w, i].imag
            out[w, i] = complex(re, im)
            total += re * re + im * im
        least = min(least, total)
        factor = 1.0 / np.sqrt(total) if total > 0.0 else 0.0
        for i in range(kets.shape[1]):
            out[w, i] = complex(out[w, i].real * factor, out[w, i].imag * factor)
    return least


@njit(error_model="numpy")
def kept_densities(kraus, rhos, out):
    """Write K_w ρ_w K_w of matrices (W, N, N), of trace 1 again, to ``out``.

    Returns:
        The least of the traces before that.
    """
    least = np.inf
    for w in range(rhos.shape[0]):
        trace = 0.0
        for i in range(rhos.shape[1]):
            trace += kraus[w, i] * rhos[w, i, i].real * kraus[w, i]
        least = min(least, trace)
        factor = 1.0 / trace if trace > 0.0 else 0.0
        for i in range(rhos.shape[1]):
            for j in range(rhos.shape[1]):
                weight = kraus[w, i] * kraus[w, j] * factor
                value = rhos[w, i, j]
                out[w, i, j] = complex(weight * value.real, weight * value.imag)
    return least


@njit(error_model="numpy")
def turn_back(angle):
    """Return e^{−iφ} of an angle in rad; 1 where it is beyond all phases."""
    sine, cosine = sine_cosine(angle)
    return complex(cosine, -sine) if sine == sine else complex(1.0, 0.0)


@njit(error_model="numpy")
def frame_turns(frame, h):
    """Return e^{−iF_i h} of energies (N,): what they share, and the rest."""
    common = turn_back(frame[0] * h)
    out = np.empty(frame.size, dtype=np.complex128)
    for i in range(frame.size):
        out[i] = turn_back((frame[i] - frame[0]) * h) * common
    return out


@njit(error_model="numpy")
def turn_kets(kets, turn):
    """Return t_i ψ_i of kets (W, N), with ``turn`` (N,)."""
    out = np.empty_like(kets)
    for w in range(kets.shape[0]):
        for i in range(turn.size):
            out[w, i] = kets[w, i] * turn[i]
    return out


@njit(error_model="numpy")
def turn_densities(rhos, turn):
    """Return t_i ρ_ij t_j* of matrices (W, N, N), with ``turn`` (N,)."""
    out = np.empty_like(rhos)
    for w in range(rhos.shape[0]):
        for i in range(turn.size):
            for j in range(turn.size):
                out[w, i, j] = rhos[w, i, j] * (turn[i] * np.conj(turn[j]))
    return out


@njit(error_model="numpy")
def projector_gap(psi, other):
    """Return the largest |ψ_i ψ_j* − φ_i φ_j*|² of two kets (N,)."""
    largest = 0.0
    for i in range(psi.size):
        for j in range(psi.size):
            gap = psi[i] * np.conj(psi[j]) - other[i] * np.conj(other[j])
            size = gap.real * gap.real + gap.imag * gap.imag
            if not size <= largest:
                largest = size
    return largest
