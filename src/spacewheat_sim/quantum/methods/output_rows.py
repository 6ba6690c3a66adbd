"""Output rows of an interval, each of which is written once and none left out."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.quantum.register.layout import pole_populations

# Bytes of populations of a register's states that are read at once.
READ_BYTES = 8 * 2.0**20


class Readable(Protocol):
    """A state that is known at every time inside a step."""

    def populations(self, times: FloatArray, out: FloatArray) -> None:
        """Write the populations of its N states at ``times`` (T,) to ``out`` (T, N)."""


def row_offsets(dt: float, steps: int, every: int) -> FloatArray:
    """Return the seconds after which every ``every``-th of ``steps`` steps ends, (T,).

    Each is (number of steps) · dt, rounded once: with the end, ``steps`` · dt, it is
    the same number where it is the same step.
    """
    return np.asarray(dt * (every * np.arange(1, steps // every + 1)), dtype=np.float64)


class OutputRows:
    """Hands out the rows (T, C) of an interval as the evolution comes to their times.

    Args:
        offsets: Sorted times since the interval's start, (T,).
        out: The rows, (T, C).
        duration: The interval's end. There all rows that are left are due, however
            their times were rounded.
    """

    __slots__ = ("_duration", "_offsets", "_out", "_written")

    def __init__(self, offsets: FloatArray, out: FloatArray, duration: float) -> None:
        self._offsets, self._out, self._duration = offsets, out, duration
        self._written = 0

    def due(self, reached: float) -> tuple[FloatArray, FloatArray]:
        """Return times (R,) and rows (R, C) up to ``reached`` that are yet to write."""
        first, last = self._written, self._offsets.size
        if reached < self._duration:
            last = int(np.searchsorted(self._offsets, reached, side="right"))
        self._written = last
        return self._offsets[first:last], self._out[first:last]


def write_rows(
    series: Readable, times: FloatArray, out: FloatArray, qubits: int
) -> None:
    """Write what is seen at ``times`` (T,): of levels (T, N), of a register (T, 2n)."""
    if qubits == 0:
        series.populations(times, out)
        return
    size = max(1, int(READ_BYTES / (8 << qubits)))
    for begin in range(0, times.size, size):
        some = times[begin : begin + size]
        states = np.empty((some.size, 1 << qubits))
        series.populations(some, states)
        out[begin : begin + size] = pole_populations(states, qubits)
