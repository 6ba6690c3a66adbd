"""Arrays whose rows begin where cache lines do."""

from __future__ import annotations

import math

import numpy as np

from spacewheat_sim.arrays import FloatArray

LINE = 64  # bytes of a cache line, and of the widest vector register


def aligned_zeros(*shape: int) -> FloatArray:
    """Return zeros of ``shape`` that begin on a cache line.

    Where numpy puts them, every wide load of a row may touch two lines: half as fast
    again as long as the array fits in a cache.
    """
    spare = LINE // np.dtype(np.float64).itemsize
    raw = np.zeros(math.prod(shape) + spare)
    # The attribute `ctypes` tells the same, several times slower.
    address = raw.__array_interface__["data"][0]
    begin = -address % LINE // raw.itemsize
    return raw[begin : begin + math.prod(shape)].reshape(shape)
