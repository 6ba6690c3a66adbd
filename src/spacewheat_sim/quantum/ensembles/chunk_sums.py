"""Sums over chunks of trajectories, of which some may still run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from spacewheat_sim.arrays import FloatArray, IntArray
from spacewheat_sim.quantum.ensembles.moments import Moments, merged
from spacewheat_sim.quantum.ensembles.sums import TrajectorySums, of_numbers
from spacewheat_sim.quantum.kernels.trajectory_run import add_populations

# Trajectories are summed up in chunks: at most so many, each of at least so many
# trajectories, and all sums in at most so many bytes as long as there are two.
MOST_CHUNKS = 64
LEAST_SHARE = 16
SUM_BYTES = 256 * 2.0**20


class ChunkSums:
    """What is added up of B trajectories, in chunks that depend on no threads.

    Each chunk adds up how far its trajectories are from its first one. It has two
    sides: what is known of those that have come to their end stays on the one, while
    others are added to it on the other.

    Attributes:
        chunks: How many there are, C.
        first_jumps: Time of each trajectory's first jump, or inf, (B,).
        first_landings: Time of its first landing on the target, or inf, (B,).
        outcomes: Outcome of each of its Q measurements, (Q, B).
    """

    def __init__(
        self, count: int, rows: int, n: int, channels: int, measurements: int
    ) -> None:
        """Make room for ``count`` trajectories with ``rows`` rows of N = ``n``."""
        fitting = max(2, int(SUM_BYTES / (24.0 * rows * n)))
        self.chunks = max(1, min(MOST_CHUNKS, fitting, count // LEAST_SHARE))
        self._ends = (count * np.arange(self.chunks + 1) // self.chunks).tolist()
        self._reference = np.zeros((self.chunks, rows, n))
        self._sums, self._squares = np.zeros((2, 2, self.chunks, rows, n))
        self._jump_counts = np.zeros((2, self.chunks, channels), dtype=np.int64)
        # How many of each chunk have come to their end, and the side that they are on.
        self._ended = [(0, 0)] * self.chunks
        self.first_jumps, self.first_landings = np.empty((2, count))
        self.outcomes = np.zeros((measurements, count), dtype=np.int8)

    @property
    def largest(self) -> int:
        """How many trajectories the largest chunk has."""
        return -(-int(self._ends[-1]) // self.chunks)

    def span(self, chunk: int, done: int, part: int) -> tuple[int, int]:
        """Return the first of the ``part`` trajectories after ``done``, and their end.

        A chunk may have less.
        """
        end = self._ends[chunk + 1]
        begin = min(self._ends[chunk] + done, end)
        return begin, min(begin + part, end)

    def begin(self, chunk: int, first: int, stop: int) -> None:
        """Let trajectories ``first`` … ``stop − 1`` be added to a chunk."""
        _, side = self._ended[chunk]
        self._jump_counts[1 - side, chunk] = self._jump_counts[side, chunk]
        self.first_jumps[first:stop] = np.inf
        self.first_landings[first:stop] = np.inf

    def jump_counts(self, chunk: int) -> IntArray:
        """Return where jumps of those that were begun are counted, (K,)."""
        return np.asarray(self._jump_counts[1 - self._ended[chunk][1], chunk])

    def add(self, chunk: int, rows: tuple[int, int], seen: FloatArray) -> None:
        """Add populations (S, M, N) at S rows, in order of trajectories."""
        if rows[0] == rows[1]:
            return
        which = chunk, slice(*rows)
        ended, side = self._ended[chunk]
        sums, squares = self._sums[1 - side][which], self._squares[1 - side][which]
        if ended:
            sums[...], squares[...] = (
                self._sums[side][which],
                self._squares[side][which],
            )
        else:
            self._reference[which] = seen[:, 0]
        add_populations(seen, self._reference[which], sums, squares)

    def end(self, chunk: int, number: int) -> None:
        """Note that the first ``number`` trajectories of a chunk are whole."""
        self._ended[chunk] = number, 1 - self._ended[chunk][1]

    def total(self) -> TrajectorySums | None:
        """Return the sums over all that are whole; None if none is."""
        ended = list(self._ended)
        numbers = tuple(
            range(first, first + number)
            for first, (number, _) in zip(self._ends, ended, strict=False)
            if number
        )
        if not numbers:
            return None
        counts = [self._jump_counts[side, c] for c, (_, side) in enumerate(ended)]
        return TrajectorySums(
            numbers,
            merged(self._moments(ended)),
            np.sum(counts, axis=0),
            of_numbers(self.first_jumps, numbers),
            of_numbers(self.first_landings, numbers),
            of_numbers(self.outcomes, numbers),
        )

    def _moments(self, ended: list[tuple[int, int]]) -> Iterator[Moments]:
        """Yield the moments of the populations of each chunk, (T, N)."""
        for chunk, (number, side) in enumerate(ended):
            if number:
                sums = self._sums[side, chunk], self._squares[side, chunk]
                yield Moments.about(self._reference[chunk], number, *sums)
