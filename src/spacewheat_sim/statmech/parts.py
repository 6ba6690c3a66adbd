"""Long work in parts: Python hears of Ctrl-C between two calls of compiled code."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from spacewheat_sim.arrays import FloatArray

SITES_AT_ONCE = 2**20
"""Spins that one call tries or turns over: some hundredths of a second."""


def parts(total: int, most: int) -> Iterator[tuple[int, int]]:
    """Yield (first, last) of consecutive ranges of at most ``most`` up to ``total``."""
    for first in range(0, total, max(1, most)):
        yield first, min(total, first + max(1, most))


def sampled(
    sample: Callable[[int], FloatArray],
    count: int,
    sites: int,
    progress: Callable[[float], object],
) -> FloatArray:
    """Return ``sample(count)`` in parts, with the share that is done told after each.

    Args:
        sample: Returns so many entries, (n, …), and goes on where it was.
        count: Entries wanted.
        sites: Spins that each of them takes.
        progress: Hears the share, from 0 to 1.
    """
    found = []
    for first, last in parts(count, SITES_AT_ONCE // sites):
        found.append(sample(last - first))
        progress(last / count)
    return np.concatenate(found)
