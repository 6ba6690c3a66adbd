"""What an ensemble adds up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.arrays import FloatArray, IntArray
from spacewheat_sim.quantum.ensembles.moments import Moments


@dataclass(frozen=True)
class TrajectorySums:
    """Sums over B trajectories.

    Attributes:
        numbers: Which trajectories, in the order of what is kept of each.
        populations: Moments of the populations at the first T output times, (T, N).
        jump_counts: Jumps per channel, (K,).
        first_jumps: Time of each trajectory's first jump, or inf, (B,).
        first_landings: Time of its first landing on the target, or inf, (B,).
        outcomes: Outcome of each of Q measurements: 1 north, −1 south, 0 neither,
            (Q, B).
    """

    numbers: tuple[range, ...]
    populations: Moments
    jump_counts: IntArray
    first_jumps: FloatArray
    first_landings: FloatArray
    outcomes: NDArray[np.int8]


class TrajectoryRun(Protocol):
    """Trajectories that run; a request to stop is heeded at any moment."""

    def run(self, tell: Callable[[float], object]) -> None:
        """Run all of them; ``tell`` hears the share that is done, from 0 to 1."""

    def sums(self) -> TrajectorySums | None:
        """Return the sums over those that have come to their end; None if none has."""


class Notes(NamedTuple):
    """What is noted of M trajectories beside their populations.

    Attributes:
        numbers: Which they are.
        jump_counts: Jumps per channel, (K,).
        first_jumps: Time of each one's first jump, or inf, (M,).
        first_landings: Time of its first landing on the target, or inf, (M,).
        outcomes: Outcome of each of its Q measurements, (Q, M).
    """

    numbers: range
    jump_counts: IntArray
    first_jumps: FloatArray
    first_landings: FloatArray
    outcomes: NDArray[np.int8]

    @classmethod
    def empty(cls, numbers: range, channels: int, measurements: int) -> Notes:
        """Return those of trajectories that have not begun."""
        found = cls.unwritten(numbers, channels, measurements)
        found.first_jumps[:] = found.first_landings[:] = np.inf
        return found

    @classmethod
    def unwritten(cls, numbers: range, channels: int, measurements: int) -> Notes:
        """Return room for those of trajectories, whose times are not written yet.

        To write so many that a run takes minutes would take seconds.
        """
        first_jumps, first_landings = np.empty((2, len(numbers)))
        return cls(
            numbers,
            np.zeros(channels, dtype=np.int64),
            first_jumps,
            first_landings,
            np.zeros((measurements, len(numbers)), dtype=np.int8),
        )

    def write_times(self, other: Notes) -> None:
        """Write times and outcomes of ``other``, of some of these, to their places."""
        first = other.numbers.start - self.numbers.start
        place = slice(first, first + len(other.numbers))
        self.first_jumps[place] = other.first_jumps
        self.first_landings[place] = other.first_landings
        self.outcomes[:, place] = other.outcomes

    def of(self, numbers: tuple[range, ...], values: NDArray[Any]) -> NDArray[Any]:
        """Return what ``values`` (…, M) hold of some of these trajectories."""
        if numbers == (self.numbers,):
            return values
        first = self.numbers.start
        some = [values[..., each.start - first : each.stop - first] for each in numbers]
        return np.concatenate(some, -1)

    def sums(
        self, numbers: tuple[range, ...], populations: Moments, jump_counts: IntArray
    ) -> TrajectorySums:
        """Return the sums over the trajectories ``numbers``, which are among these."""
        return TrajectorySums(
            numbers,
            populations,
            jump_counts,
            self.of(numbers, self.first_jumps),
            self.of(numbers, self.first_landings),
            self.of(numbers, self.outcomes),
        )
