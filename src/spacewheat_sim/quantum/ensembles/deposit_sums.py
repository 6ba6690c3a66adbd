"""Sums over trajectories that are drawn from tables, in any parts and order."""

from __future__ import annotations

from typing import NamedTuple

from spacewheat_sim.arrays import FloatArray, IntArray
from spacewheat_sim.quantum.ensembles.groups import joined_ranges
from spacewheat_sim.quantum.ensembles.moments import Moments, stacked
from spacewheat_sim.quantum.ensembles.sums import Notes, TrajectorySums
from spacewheat_sim.quantum.ensembles.tabulated import Renewals, blocks_of
from spacewheat_sim.workers import Workers

# Bytes of interpolation weights that a worker sends at once.
SENT_BYTES = 16 * 2.0**20


class Deposited(NamedTuple):
    """What trajectories leave at a block of T output times.

    Attributes:
        notes: Which they are, and what is noted of each.
        deposits: Interpolation weights, whole numbers, (T, S, J + 8).
    """

    notes: Notes
    deposits: IntArray


class _Ended(NamedTuple):
    """What those have left that ran through the present block.

    Attributes:
        numbers: Which they are, in order.
        deposits: Interpolation weights, (T, S, J + 8).
        jump_counts: Jumps per channel, (K,).
    """

    numbers: tuple[range, ...]
    deposits: IntArray
    jump_counts: IntArray


def deposited(process: Renewals, numbers: range, times: FloatArray) -> Deposited:
    """Run ``numbers`` in this thread alone; return what they leave at ``times``."""
    notes = Notes.unwritten(numbers, process.channels, 0)
    block = process.new_block(notes, times.size, 1)
    process.run(numbers, times, block, Workers(), lambda _done: None)
    return Deposited(
        notes._replace(jump_counts=block.jump_counts[0]), block.deposits[0]
    )


class DepositSums:
    """What is known of trajectories that run through one block of times after another.

    Weights are whole numbers, so that they are added up without rounding.

    Attributes:
        blocks: The output times, each block (T,) small enough to be sent.
    """

    def __init__(self, process: Renewals, outputs: FloatArray) -> None:
        """Make room for all trajectories, with rows at increasing ``outputs`` (T,)."""
        self._process = process
        self.blocks = blocks_of(outputs, process.row_bytes(), SENT_BYTES)
        self._notes = Notes.unwritten(range(process.count), process.channels, 0)
        self._whole: list[tuple[Moments, IntArray]] = []
        self._ended = self._none_yet()

    @property
    def block_bytes(self) -> float:
        """The bytes of the weights of a block of times."""
        return self.blocks[0].size * self._process.row_bytes()

    @property
    def done(self) -> int:
        """How many have run through the present block."""
        return sum(map(len, self._ended.numbers))

    def add(self, part: Deposited) -> None:
        """Add what trajectories have left at the present block."""
        self._notes.write_times(part.notes)
        numbers, deposits, counts = self._ended
        # What a request to stop would leave half done is put in place at once.
        self._ended = _Ended(
            joined_ranges([*numbers, part.notes.numbers]),
            deposits + part.deposits,
            counts + part.notes.jump_counts,
        )

    def end_block(self) -> None:
        """Go on to the next block; all have run through the present one."""
        self._whole.append(self._sums())
        if len(self._whole) < len(self.blocks):
            self._ended = self._none_yet()

    def total(self) -> TrajectorySums | None:
        """Return the sums over those that have come to their end; None if none has."""
        if self._whole:
            each, counts = zip(*self._whole, strict=True)
            return self._notes.sums((self._notes.numbers,), stacked(each), counts[0])
        if not self._ended.numbers:
            return None
        return self._notes.sums(self._ended.numbers, *self._sums())

    def _sums(self) -> tuple[Moments, IntArray]:
        """Return moments, (T, N), and jumps, (K,), of the present block."""
        found = self._process.moments(self._ended.deposits, self.done)
        return found, self._ended.jump_counts

    def _none_yet(self) -> _Ended:
        rows = self.blocks[len(self._whole)].size
        empty = self._process.new_block(self._notes, rows, 1)
        return _Ended((), empty.deposits[0], empty.jump_counts[0])
