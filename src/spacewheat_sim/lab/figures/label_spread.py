"""Positions of labels without overlaps, each as close as possible to its place."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from spacewheat_sim.arrays import FloatArray


def spread_labels(
    wanted: ArrayLike, *, gap: float, low: float, high: float
) -> FloatArray:
    """Return positions in [low, high] that are at least ``gap`` apart.

    They minimize Σ (position − wanted)² and keep the order of ``wanted``; equal values
    keep their given order. If there is too little room, the labels share it evenly.

    Args:
        wanted: Preferred position of each label, shape (n,), in any order.
        gap: Least distance between two labels.
        low: Lower bound.
        high: Upper bound.
    """
    wishes = np.asarray(wanted, dtype=float)
    if wishes.size == 0:
        return wishes.copy()
    gap = min(gap, (high - low) / max(wishes.size - 1, 1))
    order = np.argsort(wishes, kind="stable")
    steps = gap * np.arange(wishes.size)
    # Without the steps, "at least gap apart" reads "does not decrease"; clipping that
    # least-squares solution gives the one within the bounds.
    level = _nondecreasing_fit(wishes[order] - steps)
    positions = np.empty_like(wishes)
    positions[order] = np.clip(level, low, high - steps[-1]) + steps
    return positions


def _nondecreasing_fit(values: FloatArray) -> FloatArray:
    """Return the nondecreasing sequence nearest to ``values``, by pooling blocks."""
    blocks: list[tuple[float, int]] = []  # mean and length
    for value in values:
        mean, length = float(value), 1
        while blocks and blocks[-1][0] > mean:
            left_mean, left_length = blocks.pop()
            mean = (left_mean * left_length + mean * length) / (left_length + length)
            length += left_length
        blocks.append((mean, length))
    means, lengths = zip(*blocks, strict=True)
    return np.repeat(means, lengths)
