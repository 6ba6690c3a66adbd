"""Compiled loops of Lanczos' method and of bisection.

H is a :class:`spacewheat_sim.quantum.generator.StaticTerms`: CSR and a diagonal.
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.quantum.arithmetic.kernels.elementary import sine_cosine
from spacewheat_sim.quantum.arithmetic.kernels.products import square_norm


@njit(error_model="numpy")
def lanczos(static, alpha, beta):
    """Write the Lanczos matrix of H to ``alpha`` (M,), ``beta`` (M,); return its size.

    The start vector is fixed, and has a component along every state.
    """
    indptr, indices, re, im, energy, _ = static
    n = energy.size
    v = np.empty(n, dtype=np.complex128)
    before = np.zeros(n, dtype=np.complex128)
    for i in range(n):
        # The golden ratio spreads phases evenly: no symmetry of H can match them.
        sine, cosine = sine_cosine(2.0 * np.pi * ((i + 1) * 0.6180339887498949 % 1.0))
        v[i] = complex(cosine, sine) * (1.0 / np.sqrt(n))
    coupled = 0.0
    for k in range(alpha.size):
        w = energy * v - coupled * before
        for i in range(n):
            for p in range(indptr[i], indptr[i + 1]):
                w[i] += (re[p] + 1j * im[p]) * v[indices[p]]
        along = 0.0
        for i in range(n):
            along += v[i].real * w[i].real + v[i].imag * w[i].imag
        alpha[k] = along
        w -= alpha[k] * v
        coupled = np.sqrt(square_norm(w))
        beta[k] = coupled
        if coupled <= 1e-14 * (abs(alpha[k]) + beta[0]):
            return k + 1
        before = v
        v = w * (1.0 / coupled)
    return alpha.size


@njit(error_model="numpy")
def count_below(alpha, beta, x):
    """Return how many eigenvalues of a tridiagonal matrix lie below ``x``."""
    count = 0
    pivot = 1.0
    for k in range(alpha.size):
        pivot = alpha[k] - x - (beta[k - 1] ** 2 / pivot if k else 0.0)
        if pivot == 0.0:
            pivot = 1e-300
        if pivot < 0.0:
            count += 1
    return count


@njit(error_model="numpy")
def extreme_eigenvalues(alpha, beta):
    """Return the least and the greatest eigenvalue of a tridiagonal matrix."""
    reach = np.max(np.abs(alpha)) + 2.0 * np.max(np.abs(beta))
    ends = np.empty(2)
    for end in range(2):
        low = -reach
        high = reach
        wanted = 1 if end == 0 else alpha.size
        for _ in range(40):
            middle = 0.5 * (low + high)
            if count_below(alpha, beta, middle) >= wanted:
                high = middle
            else:
                low = middle
        ends[end] = high
    return ends[0], ends[1]
