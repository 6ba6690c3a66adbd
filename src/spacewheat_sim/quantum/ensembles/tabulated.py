"""Runs many trajectories through the tables of a renewal process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from time import perf_counter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.arrays import FloatArray, IntArray
from spacewheat_sim.quantum.arithmetic.kernels.products import product
from spacewheat_sim.quantum.ensembles.inputs import JumpTerms
from spacewheat_sim.quantum.ensembles.moments import Moments, merged, stacked
from spacewheat_sim.quantum.ensembles.sums import TrajectorySums, of_numbers
from spacewheat_sim.quantum.ensembles.tables import RenewalTables
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.kernels.renewal import BEFORE, run_renewals
from spacewheat_sim.quantum.kernels.threads import thread_count
from spacewheat_sim.workers import Workers

# Trajectories are summed in this many chunks, so that no sum depends on the threads.
CHUNKS = 8
# Bytes of interpolation weights held at once: output times are taken in blocks.
DEPOSIT_BYTES = 256 * 2.0**20
# Trajectories of a chunk that are run in one call: so many first, or so many jumps and
# rows of them, then as many as take so many seconds.
FIRST_PART = 64
FIRST_EVENTS = 100_000.0
PART_SECONDS = 0.1
# A sum of squares that falls below this share is taken again about the mean.
CANCELED = 1e-6


class RenewalPlan(NamedTuple):
    """What all trajectories have in common besides the tables and the jumps.

    Attributes:
        landings: The start that each channel's target is, (K,).
        shares: Cumulative probabilities of the first kets of the tables, (M,).
        duration: Seconds to run.
        key: Random key as two halves, (2,).
        target: State whose first landing is wanted, or −1.
    """

    landings: IntArray
    shares: FloatArray
    duration: float
    key: NDArray[np.uint64]
    target: int


class Block(NamedTuple):
    """What a block of T output times receives of B trajectories, by C chunks of them.

    Attributes:
        done: How many of each chunk it is from, (C,).
        deposits: Interpolation weights, (C, T, S, J + 8).
        jump_counts: Jumps per channel over the whole duration, (C, K).
        first_jumps: Time of each trajectory's first jump, or inf, (B,).
        first_landings: Time of its first landing on the target, or inf, (B,).
    """

    done: IntArray
    deposits: FloatArray
    jump_counts: IntArray
    first_jumps: FloatArray
    first_landings: FloatArray


class RenewalRun:
    """Trajectories of a renewal process that run.

    Each block of output times takes a run of all trajectories. Those of an interrupted
    first block are known at its times alone; of a later one, all are known at the times
    of the blocks before.
    """

    def __init__(
        self,
        tables: RenewalTables,
        generator: Generator,
        shares: FloatArray,
        outputs: FloatArray,
        duration: float,
        key: tuple[int, int],
        count: int,
        target: int = -1,
    ) -> None:
        """Prepare ``count`` trajectories of ``duration`` seconds.

        Args:
            tables: Made for this generator and at least this duration.
            generator: The jumps.
            shares: Probability of each first ket of the tables, (M,).
            outputs: Output times since the beginning, increasing, (T,).
            duration: Seconds.
            key: Random key; trajectory i draws what numpy's Philox draws for it from
                the counter (0, i, 0, 0).
            count: Number of trajectories.
            target: State whose first landing is wanted, or −1.
        """
        starts, points, _ = tables.populations.shape
        size = max(1, int(DEPOSIT_BYTES / (CHUNKS * starts * points * 8.0)))
        self._times = [outputs[t : t + size] for t in range(0, outputs.size, size)]
        self._tables, self._jumps, self._count = tables, JumpTerms.of(generator), count
        self._plan = RenewalPlan(
            np.searchsorted(tables.targets, generator.jumps.targets),
            np.cumsum(shares),
            duration,
            np.array(key, dtype=np.uint64),
            target,
        )
        # As many as take a moment at the most jumps that the rates allow.
        events = float(generator.decay.max()) * duration + self._times[0].size
        self._part = max(1, int(min(FIRST_PART, FIRST_EVENTS / events)))
        self._first_jumps, self._first_landings = np.empty((2, count))
        self._whole: list[tuple[Moments, IntArray]] = []
        self._block = self._new_block(0)
        self._workers = Workers()

    def run(self, tell: Callable[[float], object]) -> None:
        """Run all of them; ``tell`` hears the share that is done, from 0 to 1."""
        blocks = len(self._times)
        for number, times in enumerate(self._times):
            part = self._part
            while (done := int(self._block.done.sum())) < self._count:
                tell((number + done / self._count) / blocks)
                begin = perf_counter()
                given = (self._tables, self._jumps, self._plan, times, part)
                work = partial(run_renewals, *given, self._block)
                self._workers.share(work, CHUNKS, thread_count())
                # A key that interrupts is heeded here. No result knows of the clock.
                taken = max(perf_counter() - begin, 1e-6)
                part = max(1, int(part * min(2.0, PART_SECONDS / taken)))
            self._workers.end()
            self._whole.append(self._block_sums())
            if number + 1 < blocks:
                self._block = self._new_block(number + 1)
        tell(1.0)

    def sums(self) -> TrajectorySums | None:
        """Return the sums over those that have come to their end; None if none has."""
        self._workers.end()
        if self._whole:
            numbers: tuple[range, ...] = (range(self._count),)
            each, counts = zip(*self._whole, strict=True)
            moments, jump_counts = stacked(each), counts[0]
        elif self._block.done.any():
            numbers = tuple(self._numbers())
            moments, jump_counts = self._block_sums()
        else:
            return None
        return TrajectorySums(
            numbers,
            moments,
            jump_counts,
            of_numbers(self._first_jumps, numbers),
            of_numbers(self._first_landings, numbers),
            np.empty((0, sum(map(len, numbers))), dtype=np.int8),
        )

    def _new_block(self, number: int) -> Block:
        """Return an empty block of output times."""
        shape = self._tables.populations.shape[:2]
        return Block(
            np.zeros(CHUNKS, dtype=np.int64),
            np.zeros((CHUNKS, self._times[number].size, *shape)),
            np.zeros((CHUNKS, self._jumps.rates.size), dtype=np.int64),
            self._first_jumps,
            self._first_landings,
        )

    def _numbers(self) -> Iterator[range]:
        """Yield the trajectories that the present block is from."""
        for chunk, done in enumerate(self._block.done.tolist()):
            first = self._count * chunk // CHUNKS
            if done:
                yield range(first, first + done)

    def _block_sums(self) -> tuple[Moments, IntArray]:
        """Return moments, (T, N), and jumps, (K,), of the present block."""
        deposits = self._block.deposits.sum(axis=0).swapaxes(0, 1)
        found = _moments(self._tables, deposits)
        number = np.array(self._block.done.sum(), dtype=np.float64)
        moments = Moments(number, found.mean, found.deviations)
        return moments, self._block.jump_counts.sum(axis=0)


def _moments(tables: RenewalTables, deposits: FloatArray) -> Moments:
    """Return the moments of the populations, (T, N), of ``deposits`` (S, T, J + 8).

    Trajectories that share a start make a group. Those that have not jumped yet are
    all at one time since theirs, and so the same.
    """
    groups = []
    for start, (each, populations) in enumerate(
        zip(deposits, tables.populations, strict=True)
    ):
        # The weights of a trajectory add up to 1.
        count = np.rint(each.sum(axis=1))[:, None]
        if start < tables.targets.size:
            groups.append(_spread(each, populations, count))
        else:
            mean = product(each, populations) / np.maximum(count, 1.0)
            groups.append(Moments(count, mean, np.zeros_like(mean)))
    return merged(groups)


def _spread(each: FloatArray, populations: FloatArray, count: FloatArray) -> Moments:
    """Return the moments of one start: weights (T, J + 8), populations (J + 8, N)."""
    # Just after a jump, all are near where it led.
    reference = populations[BEFORE]
    off = populations - reference
    squares = product(each, off**2)
    found = Moments.about(reference, count, product(each, off), squares)
    lost = (found.deviations < CANCELED * squares).any(axis=1)
    for row in np.flatnonzero(lost).tolist():
        apart = (populations - found.mean[row]) ** 2
        found.deviations[row] = product(each[row : row + 1], apart)[0]
    np.maximum(found.deviations, 0.0, out=found.deviations)
    return found
