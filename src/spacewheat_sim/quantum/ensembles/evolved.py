"""Runs many trajectories by evolving their kets, and adds them up."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import chain, islice

import numpy as np

from spacewheat_sim.arrays import BoolArray, ComplexArray, FloatArray
from spacewheat_sim.errors import RunError
from spacewheat_sim.quantum.drive import Drive
from spacewheat_sim.quantum.driving.smooth import SERIES_TERMS
from spacewheat_sim.quantum.ensembles.group_sums import GroupSums, Part, Shown, aligned
from spacewheat_sim.quantum.ensembles.inputs import (
    LANES_RECORD,
    Carried,
    JumpTerms,
    Plan,
    Records,
    Schedule,
    Starts,
    Timeline,
)
from spacewheat_sim.quantum.ensembles.sums import Notes, TrajectorySums
from spacewheat_sim.quantum.ensembles.timeline import (
    LONGEST_PIECE,
    PIECE_ROWS,
    Cuts,
    stretches,
)
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.kernels.lanes import LANES
from spacewheat_sim.quantum.kernels.threads import thread_count
from spacewheat_sim.quantum.kernels.trajectory_run import pair_up, run_stretch
from spacewheat_sim.quantum.measurement import AxisMeasurement
from spacewheat_sim.quantum.stepping import (
    MOST_TERMS,
    SERIES_SHARE,
    check_time_resolution,
)

# A part is carried through a stretch of time in so many seconds at most, so that a run
# can be interrupted; and in so much memory: for the pieces of the stretch, for all
# stretches that are planned ahead, for what a thread has seen of its trajectories, and
# for where all of them are at its end.
STRETCH_SECONDS = 0.05
PIECE_BYTES = 16 * 2.0**20
PLAN_BYTES = 32 * 2.0**20
SEEN_BYTES = 32 * 2.0**20
CARRIED_BYTES = 64 * 2.0**20
# Bytes of a piece beside the drive's series.
PIECE_OVERHEAD = 512.0
# Trajectories run together in a part as far as they may come to their end in so many
# seconds; but so many at least, since lanes fall idle at the end of each stretch.
PART_SECONDS = 2.0
FULL_LANES = 32 * LANES
# At most so many parts run side by side, each of at least so many trajectories, with
# all their moments in so many bytes as long as there are two; and a population of a row
# takes so many, by the part itself and by what it leaves until its other half is done.
MOST_PARTS = 64
LEAST_SHARE = 16
SUM_BYTES, MOMENT_BYTES = 256 * 2.0**20, 32.0
# Trajectories that a plan which cannot be kept is made for, and parts for each thread:
# those that are done first leave some to the others.
LEAST_TOGETHER = 2048
TASKS_PER_THREAD = 4
# How often who waits is told how far they are.
LOOK_SECONDS = 0.2
# An output time that differs from a measurement's by this share of it is the same.
ROUNDING = 1e-12


# Seconds that one core takes per term of a series and entry of H − iΓ/2, and terms that
# a step takes; and for a population of a row: measured on a server of 2024.
ENTRY_SECONDS, TERMS = 0.5e-9, 40
ROW_SECONDS = 40e-9


def prepare_histories(
    generator: Generator,
    drive: Drive,
    tolerance: float,
    shares: FloatArray,
    kets: ComplexArray,
    time: float,
    outputs: FloatArray,
    duration: float,
    key: tuple[int, int],
    numbers: range,
    lands: BoolArray,
    measurements: Sequence[AxisMeasurement] = (),
) -> HistoryRun:
    """Return trajectories of ``duration`` seconds, ready to run.

    Args:
        generator: The static part of the equation of motion, and the jumps.
        drive: The driven part.
        tolerance: Error in populations allowed per second.
        shares: Probability of each first ket, (M,).
        kets: Normalized first kets, (M, N).
        time: Start in seconds.
        outputs: Output times since the start, increasing from 0, (T,).
        duration: Seconds to run.
        key: Random key; trajectory i draws what numpy's Philox draws for it from the
            counter (0, i, 0, 0).
        numbers: Which trajectories.
        lands: Which channels land where the first landing is wanted, (K,).
        measurements: Made on every trajectory, in order of time; a row at the very
            time of one is of the state before it.

    Raises:
        RunError: energies or rates are too large for double precision.
    """
    check_time_resolution(generator.ket_bound, duration)
    n = generator.dimension
    stops = np.array([each.time for each in measurements])
    plan = Plan(
        generator.effective_hamiltonian,
        JumpTerms.of(generator),
        Starts(np.cumsum(shares), np.stack((kets.real, kets.imag), axis=-1)),
        Schedule.of(measurements, n),
        drive.rows.row_of(n),
        drive.rows,
        _snapped(outputs, stops),
        tolerance * SERIES_SHARE,
        MOST_TERMS,
        np.array(key, dtype=np.uint64),
        lands,
        generator.qubits,
    )
    cuts = Cuts(generator, drive, time, duration, stops, plan.outputs, tolerance)
    return HistoryRun(plan, cuts, numbers)


def _snapped(outputs: FloatArray, stops: FloatArray) -> FloatArray:
    """Return ``outputs`` (T,), those that are stops (Q,) but for rounding as these."""
    if not stops.size:
        return outputs
    nearest = stops[np.abs(outputs[:, None] - stops).argmin(axis=1)]
    same = np.abs(outputs - nearest) <= ROUNDING * nearest
    return np.where(same, nearest, outputs)


def history_seconds(generator: Generator, duration: float, count: int) -> float:
    """Return roughly how long one core of today takes to evolve static baths."""
    steps = duration * generator.ket_bound / LONGEST_PIECE + 2
    entries = generator.static.indices.size + generator.dimension
    return ENTRY_SECONDS * TERMS * steps * entries * count


class HistoryRun:
    """Trajectories that run, evolved in parts.

    Time is cut into stretches, and only so many are kept at once that memory does not
    grow with its length, nor with how fast the drive is. Each thread holds one series
    of eight kets, 8 kB for every state, and up to 64 MB of what it has seen; the plan
    of the stretches takes up to 64 MB, and so do the states carried between them; the
    moments up to 256 MB, or what two parts take. Nothing but the times and outcomes of
    the trajectories grows with their number. No bit depends on how time and
    trajectories are divided.
    """

    def __init__(self, plan: Plan, cuts: Cuts, numbers: range) -> None:
        """Prepare the trajectories ``numbers``; see :func:`prepare_histories`."""
        self._plan, self._cuts, self._numbers = plan, cuts, numbers
        self._noted = plan.jumps.rates.size, plan.schedule.by_share.size
        self._sums = GroupSums(numbers, *self._noted)
        fitting = int(SUM_BYTES / (MOMENT_BYTES * plan.outputs.size * plan.columns))
        self._slots = max(2, min(MOST_PARTS, fitting))
        self._size = self._part_size()
        self._lanes = np.zeros(self._slots, dtype=LANES_RECORD)
        self._parts: list[Part] = []
        self._is_stopping = False

    def run(self, tell: Callable[[float], object], threads: int | None = None) -> None:
        """Run all of them; ``tell`` hears the share that is done, from 0 to 1.

        As many ``threads`` run them as compiled loops may use, or so many.

        Raises:
            RunError: energies or rates are too large for double precision.
        """
        sections = self._sections()
        first = next(sections)
        is_whole = self._is_last(first)
        n, room = self._plan.row_of.shape[0], self._size
        if is_whole and len(first) == 1:
            room = 0
        carried = [Carried.of(room, n) for _ in range(self._slots)]
        self._compile(first[0], carried[0])
        workers = threads or thread_count()
        pool = ThreadPoolExecutor(workers)
        try:
            for number, parts in enumerate(self._passes(workers, is_whole=is_whole)):
                if number and not is_whole:
                    sections = self._sections()
                    next(sections)
                self._parts = [self._part(part) for part in parts]
                for section in chain([first], sections):
                    carry = partial(self._carry, section, carried)
                    slots = range(len(parts))
                    self._wait([pool.submit(carry, slot) for slot in slots], tell)
        finally:
            # What is interrupted ends with its stretch.
            self._is_stopping = True
            pool.shutdown(cancel_futures=True)

    def sums(self) -> TrajectorySums | None:
        """Return the sums over those that have come to their end; None if none has."""
        return self._sums.total()

    def shown(self) -> Shown:
        """Return what all of them have shown; they must have run."""
        return self._sums.shown()

    def _passes(self, workers: int, *, is_whole: bool) -> Iterator[list[range]]:
        """Yield the parts that run side by side, one of them after the other.

        Where the plan of all time is not at hand, so many are carried together that
        planning anew costs little.
        """
        together = self._slots
        if not is_whole:
            busy = TASKS_PER_THREAD * workers
            together = min(together, max(busy, math.ceil(LEAST_TOGETHER / self._size)))
        parts = aligned(self._numbers, self._size)
        while some := list(islice(parts, together)):
            yield some

    def _part(self, numbers: range) -> Part:
        """Return a part that has not begun."""
        notes = Notes.empty(numbers, *self._noted)
        return Part.of(notes, self._plan.outputs.size, self._plan.columns)

    def _wait(
        self, work: Sequence[Future[None]], tell: Callable[[float], object]
    ) -> None:
        """Wait for ``work``, or raise what the first that failed has raised."""
        # One after the other: who sleeps until all are done lets the threads share one
        # processor for a while, on a machine that is busy.
        for each in work:
            while not each.done():
                with suppress(TimeoutError):
                    each.result(LOOK_SECONDS)
                tell(self._share())
            each.result()
        tell(self._share())

    def _share(self) -> float:
        """Return how far they are, from 0 to 1."""
        running = sum(part.share * len(part.notes.numbers) for part in self._parts)
        return min(1.0, (self._sums.done + running) / len(self._numbers))

    def _carry(
        self, section: list[Timeline], carried: list[Carried], slot: int
    ) -> None:
        """Carry a part through some stretches."""
        part = self._parts[slot]
        for timeline in section:
            if self._is_stopping:
                return
            self._carry_through(timeline, carried[slot], part, slot)
            part.share = float(timeline.edges[-1]) / self._cuts.duration
        if self._is_last(section):
            self._sums.add(part.shown())
            part.share = 0.0

    def _carry_through(
        self, timeline: Timeline, carried: Carried, part: Part, slot: int
    ) -> None:
        """Carry a part through a stretch of time."""
        (first, last), notes = timeline.rows, part.notes
        begin, stop = notes.numbers.start, notes.numbers.stop
        records = self._records(timeline, notes)
        if not run_stretch(
            self._plan, timeline, begin, stop, self._lanes[slot], carried, records
        ):
            raise RunError(
                "The state is no longer finite: some energy or rate is too large for "
                "double precision"
            )
        pair_up(records.seen, part.sizes, part.moments[:, :, first:last])

    def _compile(self, timeline: Timeline, carried: Carried) -> None:
        """Compile the loop here: threads could not leave the compiler if asked to."""
        records = self._records(timeline, Notes.empty(range(0), *self._noted))
        run_stretch(self._plan, timeline, 0, 0, self._lanes[0], carried, records)

    def _records(self, timeline: Timeline, notes: Notes) -> Records:
        """Return room for what a stretch gives of the trajectories of ``notes``."""
        first, last = timeline.rows
        return Records(
            np.empty((last - first, len(notes.numbers), self._plan.columns)),
            notes.jump_counts,
            notes.first_jumps,
            notes.first_landings,
            notes.outcomes,
        )

    def _sections(self) -> Iterator[list[Timeline]]:
        """Yield the run's time in lists of stretches that may be kept together."""
        some, size = list[Timeline](), 0.0
        for timeline in stretches(self._cuts, *self._stretch_size()):
            some.append(timeline)
            size += timeline.series.nbytes + PIECE_OVERHEAD * timeline.bounds.size
            if size >= PLAN_BYTES or self._is_last(some):
                yield some
                some, size = [], 0.0

    def _is_last(self, section: list[Timeline]) -> bool:
        return bool(section[-1].edges[-1] == self._cuts.duration)

    def _part_size(self) -> int:
        """Return how many trajectories a part has, a power of two."""
        n, rows = self._plan.row_of.shape[0], self._plan.outputs.size
        carried = CARRIED_BYTES / (self._slots * (16.0 * n + 24.0))
        seen = SEEN_BYTES / (8.0 * self._plan.columns * min(rows, PIECE_ROWS))
        each = history_seconds(self._cuts.generator, self._cuts.duration, 1)
        soon = max(FULL_LANES, PART_SECONDS / max(each, 1e-300))
        # A stretch has a piece at least.
        heard = STRETCH_SECONDS / self._piece_seconds()
        most = max(LANES, int(min(carried, seen, soon, heard)))
        fair = max(LEAST_SHARE, math.ceil(len(self._numbers) / MOST_PARTS))
        return min(1 << most.bit_length() - 1, 1 << (fair - 1).bit_length())

    def _stretch_size(self) -> tuple[int, int]:
        """Return the most pieces of a stretch, and the rows after which it ends."""
        seconds = self._piece_seconds() * self._size
        size = PIECE_OVERHEAD + 8.0 * self._cuts.drive.rows.total * SERIES_TERMS
        pieces = min(STRETCH_SECONDS / seconds, PIECE_BYTES / size)
        rows = SEEN_BYTES / (8.0 * self._plan.columns * self._size)
        return max(1, int(pieces)), max(1, int(rows))

    def _piece_seconds(self) -> float:
        """Return roughly how long a trajectory takes for a piece of time."""
        n, generator = self._plan.row_of.shape[0], self._cuts.generator
        jumps = float(np.max(generator.decay, initial=0.0)) * LONGEST_PIECE
        steps = 1.0 + jumps / max(generator.ket_bound, 1e-300)
        entries = self._plan.matrix.re.size + n
        longest = LONGEST_PIECE / max(generator.ket_bound, 1e-300)
        rows = self._plan.outputs.size * min(1.0, longest / self._cuts.duration)
        seen = ROW_SECONDS * n * min(PIECE_ROWS, rows)
        return float(ENTRY_SECONDS * TERMS * entries * steps + seen)
