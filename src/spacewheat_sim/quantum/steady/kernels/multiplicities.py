"""Compiled characteristic polynomials modulo a prime, and their repeated roots."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.quantum.steady.kernels.modular import inverse


@njit()
def characteristic_polynomial(matrix, p):
    """Return det(x − A) by powers of x from 0 on, (D + 1,); ``matrix`` is used up."""
    d = matrix.shape[0]
    for c in range(d - 2):
        pivot = c + 1
        while pivot < d and matrix[pivot, c] == 0:
            pivot += 1
        if pivot == d:
            continue
        if pivot != c + 1:
            for j in range(d):
                matrix[pivot, j], matrix[c + 1, j] = matrix[c + 1, j], matrix[pivot, j]
            for j in range(d):
                matrix[j, pivot], matrix[j, c + 1] = matrix[j, c + 1], matrix[j, pivot]
        scale = inverse(matrix[c + 1, c], p)
        for r in range(c + 2, d):
            factor = matrix[r, c] * scale % p
            if factor:
                for j in range(d):
                    taken = (p - factor) * matrix[c + 1, j]
                    matrix[r, j] = (matrix[r, j] + taken) % p
                for j in range(d):
                    matrix[j, c + 1] = (matrix[j, c + 1] + factor * matrix[j, r]) % p
    return hessenberg_polynomial(matrix, p)


@njit()
def hessenberg_polynomial(matrix, p):
    """Return det(x − A) of an upper Hessenberg matrix from its leading blocks."""
    d = matrix.shape[0]
    leading = np.zeros((d + 1, d + 1), dtype=np.uint64)
    leading[0, 0] = 1
    for k in range(d):
        minus = (p - matrix[k, k]) % p
        for j in range(k + 1):
            leading[k + 1, j + 1] = (leading[k + 1, j + 1] + leading[k, j]) % p
            leading[k + 1, j] = (leading[k + 1, j] + minus * leading[k, j]) % p
        chain = np.uint64(1)
        for i in range(k - 1, -1, -1):
            chain = chain * matrix[i + 1, i] % p
            factor = (p - chain * matrix[i, k] % p) % p
            for j in range(i + 1):
                leading[k + 1, j] = (leading[k + 1, j] + factor * leading[i, j]) % p
    return leading[d].copy()


@njit()
def degree(polynomial):
    """Return the degree, −1 for 0."""
    for k in range(polynomial.size - 1, -1, -1):
        if polynomial[k]:
            return k
    return -1


@njit()
def common_divisor(a, b, p):
    """Return the greatest common divisor of two polynomials, which are used up."""
    while degree(b) >= 0:
        low = degree(b)
        scale = inverse(b[low], p)
        while degree(a) >= low:
            high = degree(a)
            negative = (p - a[high] * scale % p) % p
            for k in range(low + 1):
                a[high - low + k] = (a[high - low + k] + negative * b[k]) % p
        a, b = b, a
    return a


@njit()
def count_commuting(matrix, p):
    """Return the dimension of all that commutes with a Hermitian matrix, Σ m².

    m are the multiplicities of its eigenvalues. What a polynomial g shares with its own
    derivative has each root once less, so that repeating g ← gcd(g, g′) lowers the
    degree by the number of eigenvalues with m > k in step k.
    """
    rest = characteristic_polynomial(matrix, p)
    total = 0
    k = 0
    while degree(rest) > 0:
        before = degree(rest)
        slope = np.zeros(rest.size, dtype=np.uint64)
        for j in range(1, before + 1):
            slope[j - 1] = rest[j] * np.uint64(j) % p
        rest = common_divisor(rest.copy(), slope, p)
        total += (2 * k + 1) * (before - max(degree(rest), 0))
        k += 1
    return total
