"""The compiled product of two doubles, without a rounding error.

Source: T. J. Dekker, "A floating-point technique for extending the available
precision", Numerische Mathematik 18, 224 (1971), doi:10.1007/BF01397083.
"""

from __future__ import annotations

from spacewheat_sim.kernel_cache import njit

# 2²⁷ + 1 splits a double into two halves of 26 bits, whose products are exact.
SPLITTER = 134217729.0


@njit(inline="always")
def halves(a):
    """Return the upper and the lower half of the bits of ``a``, whose sum it is."""
    t = SPLITTER * a
    high = t - (t - a)
    return high, a - high


@njit(inline="always")
def two_product(a, b):
    """Return a·b and what its rounding lost."""
    p = a * b
    a_high, a_low = halves(a)
    b_high, b_low = halves(b)
    return p, ((a_high * b_high - p) + a_high * b_low + a_low * b_high) + a_low * b_low
