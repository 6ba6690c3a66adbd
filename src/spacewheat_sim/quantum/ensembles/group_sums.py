"""Sums over trajectories that come to their end in any order, in whole groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import FloatArray, IntArray
from spacewheat_sim.quantum.ensembles.groups import (
    Group,
    joined,
    joined_ranges,
    moments,
    whole_groups,
)
from spacewheat_sim.quantum.ensembles.sums import Notes, TrajectorySums


class Shown(NamedTuple):
    """What trajectories have shown that ran to their end.

    Attributes:
        notes: Which they are, and what is noted of each.
        groups: Moments of their populations, by the largest whole groups.
    """

    notes: Notes
    groups: tuple[Group, ...]


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


class GroupSums:
    """What is known of those trajectories that have come to their end.

    What they add up to depends on which they are, and on nothing else.
    """

    def __init__(self, numbers: range, channels: int, measurements: int) -> None:
        """Make room for the trajectories ``numbers``."""
        self._notes = Notes.unwritten(numbers, channels, measurements)
        self._ended = list[Group](), self._notes.jump_counts
        self._lock = Lock()

    @property
    def done(self) -> int:
        """How many have come to their end."""
        return sum(group.size for group in self._ended[0])

    def add(self, shown: Shown) -> None:
        """Add trajectories that have come to their end."""
        with self._lock:
            self._notes.write_times(shown.notes)
            groups, counts = self._ended
            # What a request to stop would leave half done is put in place at once.
            self._ended = (
                joined([*groups, *shown.groups]),
                counts + shown.notes.jump_counts,
            )

    def shown(self) -> Shown:
        """Return what all of them have shown; they must have ended."""
        groups, counts = self._ended
        return Shown(self._notes._replace(jump_counts=counts), tuple(groups))

    def total(self) -> TrajectorySums | None:
        """Return the sums over those that have come to their end; None if none has."""
        groups, counts = self._ended
        if not groups:
            return None
        numbers = joined_ranges(group.numbers for group in groups)
        return self._notes.sums(numbers, moments(groups), counts)
