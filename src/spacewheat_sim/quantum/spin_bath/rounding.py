"""What products and roots of floats lost in rounding, as floats.

Source: T. J. Dekker, Numerische Mathematik 18, 224 (1971).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from spacewheat_sim.arrays import FloatArray

# 2²⁷ + 1 splits 53 bits into halves whose products are exact.
_SPLITTER = 134217729.0


def product_error(a: ArrayLike, b: ArrayLike) -> FloatArray:
    """Return ab less its rounded product, exactly, for |a|, |b| below 10¹⁵⁰."""
    x, y = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    x_high, y_high = _high(x), _high(y)
    x_low, y_low = x - x_high, y - y_high
    cross = ((x_high * y_high - x * y) + x_high * y_low) + x_low * y_high
    return np.asarray(cross + x_low * y_low)


def root_error(g: FloatArray, h: float, root: FloatArray) -> FloatArray:
    """Return √(g² + h²) less its rounded value ``root``, to a part in 10¹⁵ of that."""
    _, exponent = np.frexp(np.where(root > 0.0, root, 1.0))
    a, b, w = (
        np.ldexp(np.broadcast_to(x, root.shape), -exponent) for x in (g, h, root)
    )
    squares = a * a, b * b
    total = squares[0] + squares[1]
    # What the sum of the squares lost.
    larger = np.maximum(*squares)
    lost = (larger - total) + np.minimum(*squares)
    rest = (total - w * w) + (lost + product_error(a, a) + product_error(b, b))
    rest = rest - product_error(w, w)
    half = np.where(w > 0.0, 2.0 * w, 1.0)
    return np.asarray(np.ldexp(rest / half, exponent))


def _high(x: FloatArray) -> FloatArray:
    """Return the upper half of the digits."""
    scaled = _SPLITTER * x
    return np.asarray(scaled - (scaled - x))
