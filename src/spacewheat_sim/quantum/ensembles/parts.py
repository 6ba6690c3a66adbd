"""Trajectories in parts that are carried through time together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from spacewheat_sim.arrays import FloatArray, IntArray
from spacewheat_sim.quantum.ensembles.group_sums import Shown
from spacewheat_sim.quantum.ensembles.groups import Group, whole_groups
from spacewheat_sim.quantum.ensembles.sums import Notes


def aligned(numbers: range, size: int) -> Iterator[range]:
    """Yield ``numbers``, cut at the multiples of ``size``."""
    first = numbers.start
    while first < numbers.stop:
        stop = min(numbers.stop, first - first % size + size)
        yield range(first, stop)
        first = stop


@dataclass
class Part:
    """Trajectories that are carried through time together.

    Attributes:
        notes: Which they are, and what is noted of each.
        firsts: The first trajectory of each whole group that they come to.
        sizes: How many trajectories each group has, (G,).
        moments: Mean and Σ (x − x̄)² of each group's populations, (G, 2, T, C).
        share: How far they are, from 0 to 1, until they are added to the sums.
    """

    notes: Notes
    firsts: tuple[int, ...]
    sizes: IntArray
    moments: FloatArray
    share: float = 0.0

    @classmethod
    def of(cls, notes: Notes, rows: int, columns: int) -> Part:
        """Return one that has not begun, with T = ``rows`` of C = ``columns``."""
        firsts, sizes = zip(*whole_groups(notes.numbers), strict=True)
        moments = np.empty((len(firsts), 2, rows, columns))
        return cls(notes, firsts, np.array(sizes, dtype=np.int64), moments)

    def shown(self) -> Shown:
        """Return what they have shown; they must be at their end."""
        groups = (
            Group(first, size, *own)
            for first, size, own in zip(
                self.firsts, self.sizes.tolist(), self.moments, strict=True
            )
        )
        return Shown(self.notes, tuple(groups))
