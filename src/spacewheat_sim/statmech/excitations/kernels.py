"""Compiled loops over the moves of a configuration."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit


@njit()
def count_surroundings(spins, first, last, counts):
    """Count the sites of the rows from ``first`` up to ``last`` by what turns them.

    Adds to ``counts`` (2, 5), at the spin, 0 for down and 1 for up, and half of 4 plus
    the sum of its neighbors. Bonds with itself, around a side of 1, do not count.
    ``spins`` (height, width) closes to a torus.
    """
    height, width = spins.shape
    wide, high = np.int64(width > 1), np.int64(height > 1)
    for y in range(first, last):
        above = y - 1 if y > 0 else height - 1
        below = y + 1 if y + 1 < height else 0
        for x in range(width):
            left = x - 1 if x > 0 else width - 1
            right = x + 1 if x + 1 < width else 0
            total = high * (spins[above, x] + spins[below, x])
            total += wide * (spins[y, left] + spins[y, right])
            counts[(spins[y, x] + 1) // 2, (total + 4) // 2] += 1
