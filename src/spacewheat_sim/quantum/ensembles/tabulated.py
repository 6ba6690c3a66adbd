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
from spacewheat_sim.quantum.ensembles.sums import Notes, TrajectorySums
from spacewheat_sim.quantum.ensembles.tables import RenewalTables
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.kernels.renewal import BEFORE, run_renewals
from spacewheat_sim.quantum.kernels.threads import thread_count
from spacewheat_sim.workers import Workers

# Threads take trajectories in so many chunks, so that one that is held up leaves some
# to the others; alone, one takes them all at once.
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
# Weights are whole numbers of which those of all trajectories fit into so many bits.
WEIGHT_BITS = 62


class RenewalPlan(NamedTuple):
    """What all trajectories have in common besides the tables and the jumps.

    Attributes:
        landings: The start that each channel's target is, (K,).
        shares: Cumulative probabilities of the first kets of the tables, (M,).
        duration: Seconds to run.
        key: Random key as two halves, (2,).
        target: State whose first landing is wanted, or −1.
        one: What the weights of a trajectory at an output time add up to.
        first: The first trajectory that is run.
    """

    landings: IntArray
    shares: FloatArray
    duration: float
    key: NDArray[np.uint64]
    target: int
    one: int
    first: int


class Block(NamedTuple):
    """What a block of T output times receives of M trajectories, by C chunks of them.

    Attributes:
        done: How many of each chunk it is from, (C,).
        deposits: Interpolation weights, whole numbers, (C, T, S, J + 8).
        jump_counts: Jumps per channel over the whole duration, (C, K).
        first_jumps: Time of each trajectory's first jump, or inf, (M,).
        first_landings: Time of its first landing on the target, or inf, (M,).
    """

    done: IntArray
    deposits: IntArray
    jump_counts: IntArray
    first_jumps: FloatArray
    first_landings: FloatArray


class Renewals:
    """Trajectories of a renewal process, and what is known of them by their tables."""

    def __init__(
        self,
        tables: RenewalTables,
        generator: Generator,
        shares: FloatArray,
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
            duration: Seconds.
            key: Random key; trajectory i draws what numpy's Philox draws for it from
                the counter (0, i, 0, 0).
            count: Number of trajectories in all.
            target: State whose first landing is wanted, or −1.
        """
        self._tables, self._jumps, self.count = tables, JumpTerms.of(generator), count
        self._plan = RenewalPlan(
            np.searchsorted(tables.targets, generator.jumps.targets),
            np.cumsum(shares),
            duration,
            np.array(key, dtype=np.uint64),
            target,
            1 << WEIGHT_BITS - count.bit_length(),
            0,
        )
        self._decay = float(generator.decay.max())

    @property
    def channels(self) -> int:
        """How many channels there are, K."""
        return int(self._jumps.rates.size)

    def row_bytes(self) -> float:
        """Return the bytes of the weights of an output time."""
        starts, points, _ = self._tables.populations.shape
        return float(starts * points * 8.0)

    def new_block(self, notes: Notes, rows: int, chunks: int) -> Block:
        """Return what ``rows`` output times receive of trajectories, empty."""
        shape = self._tables.populations.shape[:2]
        return Block(
            np.zeros(chunks, dtype=np.int64),
            np.zeros((chunks, rows, *shape), dtype=np.int64),
            np.zeros((chunks, self.channels), dtype=np.int64),
            notes.first_jumps,
            notes.first_landings,
        )

    def run(
        self,
        numbers: range,
        times: FloatArray,
        block: Block,
        workers: Workers,
        tell: Callable[[int], object],
    ) -> None:
        """Run ``numbers`` for output ``times`` (T,); ``tell`` hears how many are done.

        A request to stop leaves in ``block`` what its ``done`` tells of.
        """
        # As many as take a moment at the most jumps that the rates allow.
        plan = self._plan._replace(first=numbers.start)
        events = self._decay * plan.duration + times.size
        part = max(1, int(min(FIRST_PART, FIRST_EVENTS / events)))
        while (done := int(block.done.sum())) < len(numbers):
            tell(done)
            begin = perf_counter()
            given = self._tables, self._jumps, plan, times, part
            work = partial(run_renewals, *given, block)
            workers.share(work, block.done.size, thread_count())
            # A key that interrupts is heeded here. No result knows of the clock.
            taken = max(perf_counter() - begin, 1e-6)
            part = max(1, int(part * min(2.0, PART_SECONDS / taken)))
        workers.end()

    def moments(self, deposits: IntArray, number: int) -> Moments:
        """Return the moments of the populations, (T, N), of ``deposits`` (T, S, J + 8).

        They are of ``number`` trajectories.
        """
        found = _moments(self._tables, deposits.swapaxes(0, 1) / self._plan.one)
        return Moments.of(number, found.mean, found.deviations)


class RenewalRun:
    """Trajectories of a renewal process that run.

    Each block of output times takes a run of all trajectories. Those of an interrupted
    first block are known at its times alone; of a later one, all are known at the times
    of the blocks before.
    """

    def __init__(self, process: Renewals, outputs: FloatArray) -> None:
        """Prepare all trajectories, with rows at increasing ``outputs`` (T,)."""
        self._process, self._numbers = process, range(process.count)
        self._chunks = CHUNKS if thread_count() > 1 else 1
        self._times = blocks_of(
            outputs, self._chunks * process.row_bytes(), DEPOSIT_BYTES
        )
        self._notes = Notes.unwritten(self._numbers, process.channels, 0)
        self._whole: list[tuple[Moments, IntArray]] = []
        self._block = self._new_block(0)
        self._workers = Workers()

    def run(self, tell: Callable[[float], object]) -> None:
        """Run all of them; ``tell`` hears the share that is done, from 0 to 1."""
        blocks, count = len(self._times), len(self._numbers)
        for number, times in enumerate(self._times):

            def told(done: int, number: int = number) -> None:
                tell((number + done / count) / blocks)

            self._process.run(self._numbers, times, self._block, self._workers, told)
            self._whole.append(self._block_sums())
            if number + 1 < blocks:
                self._block = self._new_block(number + 1)
        tell(1.0)

    def sums(self) -> TrajectorySums | None:
        """Return the sums over those that have come to their end; None if none has."""
        self._workers.end()
        if self._whole:
            numbers: tuple[range, ...] = (self._numbers,)
            each, counts = zip(*self._whole, strict=True)
            moments, jump_counts = stacked(each), counts[0]
        elif self._block.done.any():
            numbers = tuple(self._ended())
            moments, jump_counts = self._block_sums()
        else:
            return None
        return self._notes.sums(numbers, moments, jump_counts)

    def _new_block(self, number: int) -> Block:
        """Return an empty block of output times."""
        rows = self._times[number].size
        return self._process.new_block(self._notes, rows, self._chunks)

    def _ended(self) -> Iterator[range]:
        """Yield the trajectories that the present block is from."""
        for chunk, done in enumerate(self._block.done.tolist()):
            first = len(self._numbers) * chunk // self._chunks
            if done:
                yield range(first, first + done)

    def _block_sums(self) -> tuple[Moments, IntArray]:
        """Return moments, (T, N), and jumps, (K,), of the present block."""
        number = int(self._block.done.sum())
        found = self._process.moments(self._block.deposits.sum(axis=0), number)
        return found, self._block.jump_counts.sum(axis=0)


def blocks_of(outputs: FloatArray, row_bytes: float, most: float) -> list[FloatArray]:
    """Return ``outputs`` (T,) in blocks whose weights take at most ``most`` bytes."""
    size = max(1, int(most / row_bytes))
    return [outputs[t : t + size] for t in range(0, outputs.size, size)]


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
