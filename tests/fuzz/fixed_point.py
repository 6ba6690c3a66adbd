"""Matrices of fixed-point numbers with as many bits as wanted, multiplied by BLAS.

A matrix is an array (K, n, m) of whole numbers in float64, its digits: the value is
Σ_k d_k 2^(−22k), |d_k| ≤ 2²¹ for k ≥ 1. A product of two digits has at most 42 bits, so
that the sums of a matrix product of up to 2¹⁰ · 2 terms are exact in float64.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

Digits = NDArray[np.float64]

DIGIT_BITS = 22
BASE = 2.0**DIGIT_BITS


def digits_for(bits: int) -> int:
    """Return how many digits hold ``bits`` binary places, and one to spare."""
    return -(-bits // DIGIT_BITS) + 2


def from_fractions(values: list[Fraction], digits: int) -> Digits:
    """Return ``values`` (Q,), each below 2^20, rounded to ``digits``: (K, Q)."""
    places = DIGIT_BITS * (digits - 1)
    out = np.zeros((digits, len(values)))
    mask = (1 << DIGIT_BITS) - 1
    for q, value in enumerate(values):
        if not value:
            continue
        whole = (value.numerator << places) // value.denominator
        for k in range(digits - 1, 0, -1):
            out[k, q] = whole & mask
            whole >>= DIGIT_BITS
        out[0, q] = whole
    return carried(out)


def carried(digits: Digits) -> Digits:
    """Return the same values with every digit but the first within ±2²¹; in place."""
    for k in range(digits.shape[0] - 1, 0, -1):
        over = np.rint(digits[k] / BASE)
        digits[k] -= over * BASE
        digits[k - 1] += over
    return digits


def identity(n: int, digits: int) -> Digits:
    """Return the unit matrix, (K, n, n)."""
    one = np.zeros((digits, n, n))
    one[0] = np.eye(n)
    return one


def product(a: Digits, b: Digits) -> Digits:
    """Return the matrix product of ``a`` (K, n, m) and ``b`` (K, m, l)."""
    digits, n, m = a.shape
    width = b.shape[2]
    left = np.ascontiguousarray(a.transpose(1, 0, 2)).reshape(n, digits * m)
    right = np.ascontiguousarray(b[::-1]).reshape(digits * m, width)
    out = np.empty((digits + 1, n, width))
    for k in range(digits):
        np.matmul(left[:, : (k + 1) * m], right[(digits - 1 - k) * m :], out=out[k])
    # One digit more than is kept, so that what is cut off is below the last.
    np.matmul(left[:, m:], right[:-m], out=out[digits])
    return carried(out)[:digits]


def divided(a: Digits, divisor: int) -> Digits:
    """Return ``a`` / ``divisor`` by long division, digit after digit."""
    out = np.empty_like(a)
    rest = np.zeros(a.shape[1:])
    for k in range(a.shape[0]):
        here = a[k] + rest * BASE
        out[k] = np.rint(here / divisor)
        rest = here - out[k] * divisor
    return carried(out)


def exponential(x: Digits, norm: float) -> Digits:
    """Return e^x of ``x`` (K, n, n), ‖x‖ ≤ ``norm`` < 1, by its Taylor series."""
    digits, n = x.shape[0], x.shape[1]
    places = DIGIT_BITS * (digits - 1)
    order, size = 1, norm
    while size > 2.0**-places and order < 200:
        order += 1
        size *= norm / order
    total = identity(n, digits)
    for k in range(order, 0, -1):
        total = divided(product(x, total), k)
        total[0] += np.eye(n)
    return total


def power(a: Digits, exponent: int) -> Digits:
    """Return ``a`` (K, n, n) to a whole power ≥ 1."""
    result = None
    while True:
        if exponent & 1:
            result = a if result is None else product(result, a)
        exponent >>= 1
        if not exponent:
            assert result is not None
            return result
        a = product(a, a)


def to_float(a: Digits) -> NDArray[np.float64]:
    """Return the nearest doubles, but for a rounding or two."""
    total = np.zeros(a.shape[1:])
    for k in range(a.shape[0] - 1, -1, -1):
        total += a[k] * 2.0 ** (-DIGIT_BITS * k)
    return total


def halvings(norm: float, largest: float = 2.0**-6) -> int:
    """Return how often ``norm`` must be halved to be at most ``largest``."""
    return max(0, math.ceil(math.log2(norm / largest))) if norm > 0.0 else 0
