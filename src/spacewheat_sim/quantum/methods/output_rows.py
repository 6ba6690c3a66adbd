"""Output rows of an interval, each of which is written once and none left out."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import FloatArray


def row_offsets(dt: float, steps: int, every: int) -> FloatArray:
    """Return the seconds after which every ``every``-th of ``steps`` steps ends, (T,).

    Each is (number of steps) · dt, rounded once: with the end, ``steps`` · dt, it is
    the same number where it is the same step.
    """
    return np.asarray(dt * (every * np.arange(1, steps // every + 1)), dtype=np.float64)


class OutputRows:
    """Hands out the rows (T, N) of an interval as the evolution comes to their times.

    Args:
        offsets: Sorted times since the interval's start, (T,).
        out: The rows, (T, N).
        duration: The interval's end. There all rows that are left are due, however
            their times were rounded.
    """

    __slots__ = ("_duration", "_offsets", "_out", "_written")

    def __init__(self, offsets: FloatArray, out: FloatArray, duration: float) -> None:
        self._offsets, self._out, self._duration = offsets, out, duration
        self._written = 0

    def due(self, reached: float) -> tuple[FloatArray, FloatArray]:
        """Return times (R,) and rows (R, N) up to ``reached`` that are yet to write."""
        first, last = self._written, self._offsets.size
        if reached < self._duration:
            last = int(np.searchsorted(self._offsets, reached, side="right"))
        self._written = last
        return self._offsets[first:last], self._out[first:last]
