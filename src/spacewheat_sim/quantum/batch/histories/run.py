"""Runs many trajectories by evolving their kets, and adds them up."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.errors import RunError
from spacewheat_sim.quantum.batch.effective_hamiltonian import EffectiveHamiltonian
from spacewheat_sim.quantum.batch.histories import kernels
from spacewheat_sim.quantum.batch.histories.inputs import (
    LANES_RECORD,
    Carried,
    JumpTerms,
    Plan,
    Starts,
    Timeline,
)
from spacewheat_sim.quantum.batch.histories.schedule import (
    TimedMeasurement,
    compiled,
)
from spacewheat_sim.quantum.batch.histories.timeline import (
    LONGEST_PIECE,
    PIECE_ROWS,
    Cuts,
    stretches,
)
from spacewheat_sim.quantum.batch.lanes.count import LANES
from spacewheat_sim.quantum.drive import SERIES_TERMS, Drive
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.renewal.moments import Moments, merged
from spacewheat_sim.quantum.renewal.sums import TrajectorySums
from spacewheat_sim.quantum.trajectory import (
    MOST_TERMS,
    SERIES_SHARE,
    check_time_resolution,
)

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]

# Trajectories are summed up in chunks: at most so many, each of at least so many
# trajectories, and all sums in at most so many bytes as long as there are two.
MOST_CHUNKS = 64
LEAST_SHARE = 16
SUM_BYTES = 256 * 2.0**20
# A chunk is carried through a stretch of time in so many seconds at most, so that a run
# can be interrupted; and in so much memory: for the pieces of the stretch, for what a
# thread has seen of its trajectories, and for where all of them are at its end.
STRETCH_SECONDS = 0.05
PIECE_BYTES = 16 * 2.0**20
SEEN_BYTES = 32 * 2.0**20
CARRIED_BYTES = 64 * 2.0**20
# An output time that differs from a measurement's by this share of it is the same.
ROUNDING = 1e-12


# Seconds that one core takes per term of a series and entry of H − iΓ/2, and terms that
# a step takes: measured on a server of 2024.
ENTRY_SECONDS, TERMS = 0.5e-9, 40


def run_histories(
    generator: Generator,
    drive: Drive,
    tolerance: float,
    shares: FloatArray,
    kets: ComplexArray,
    time: float,
    outputs: FloatArray,
    duration: float,
    key: tuple[int, int],
    count: int,
    target: int = -1,
    measurements: Sequence[TimedMeasurement] = (),
) -> TrajectorySums:
    """Run ``count`` trajectories for ``duration`` seconds.

    Time is cut into stretches, and only one is kept at a time, so that memory does not
    grow with its length, nor with how fast the drive is. Each thread holds one series
    of eight kets, 8 kB for every state, and up to 64 MB of what it has seen; the states
    carried from stretch to stretch take up to 64 MB; the sums up to 256 MB, or what two
    of them take. Nothing but the times and outcomes of the trajectories grows with
    their number. No bit depends on how time and trajectories are divided.

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
        count: Number of trajectories.
        target: State whose first landing is wanted, or −1.
        measurements: Made on every trajectory, in order of time; a row at the very
            time of one is of the state before it.

    Raises:
        RunError: energies or rates are too large for double precision.
    """
    check_time_resolution(generator.ket_bound, duration)
    n = generator.dimension
    stops = np.array([each.time for each in measurements])
    row_of = np.full(n, -1, dtype=np.int64)
    row_of[drive.states] = np.arange(drive.states.size)
    plan = Plan(
        EffectiveHamiltonian.of(generator),
        JumpTerms(
            generator.decay,
            generator.channel_order,
            generator.channels,
            generator.jump_targets,
            generator.jump_rates,
        ),
        Starts(np.cumsum(shares), np.stack((kets.real, kets.imag), axis=-1)),
        compiled(measurements, n),
        row_of,
        _snapped(outputs, stops),
        tolerance * SERIES_SHARE,
        MOST_TERMS,
    )
    cuts = Cuts(generator, drive, time, duration, stops, plan.outputs, tolerance)
    return _Run(plan, cuts, np.array(key, dtype=np.uint64), target, count).sums()


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


class _Run:
    """Trajectories in chunks, whose number depends on no number of threads."""

    def __init__(
        self, plan: Plan, cuts: Cuts, key: NDArray[np.uint64], target: int, count: int
    ) -> None:
        self._plan, self._cuts = plan, cuts
        self._key, self._target = key, target
        rows, n = plan.outputs.size, plan.row_of.size
        fitting = max(2, int(SUM_BYTES / (24.0 * rows * n)))
        self._chunks = max(1, min(MOST_CHUNKS, fitting, count // LEAST_SHARE))
        chunks = np.arange(self._chunks + 1)
        self._ends = (count * chunks // self._chunks).tolist()
        # Each chunk adds up how far its trajectories are from its first one.
        self._first, self._sums, self._squares = np.zeros((3, self._chunks, rows, n))
        channels = plan.jumps.rates.size
        self._jump_counts = np.zeros((self._chunks, channels), dtype=np.int64)
        self._first_jumps, self._first_landings = np.full((2, count), np.inf)
        self._outcomes = np.zeros((plan.schedule.by_share.size, count), dtype=np.int8)
        self._lanes = np.zeros(self._chunks, dtype=LANES_RECORD)

    def sums(self) -> TrajectorySums:
        """Run all trajectories, part of each chunk after part; return their sums."""
        largest = -(-self._ends[-1] // self._chunks)
        part = min(largest, self._most_carried())
        most_pieces, most_rows = self._stretch_size(part)
        whole = list(islice(stretches(self._cuts, most_pieces, most_rows), 1))
        is_whole = whole[0].edges[-1] == self._cuts.duration
        carried = [
            Carried.of(0 if is_whole else part, self._plan.row_of.size)
            for _ in range(self._chunks)
        ]
        with ThreadPoolExecutor(kernels.thread_count()) as pool:
            for done in range(0, largest, part):
                line = (
                    whole if is_whole else stretches(self._cuts, most_pieces, most_rows)
                )
                for timeline in line:
                    run = partial(self._carry, timeline, carried, done, part)
                    if not all(pool.map(run, range(self._chunks))):
                        raise RunError(
                            "The state is no longer finite: some energy or rate is too "
                            "large for double precision"
                        )
        return TrajectorySums(
            merged(self._moments(chunk) for chunk in range(self._chunks)),
            self._jump_counts.sum(axis=0),
            self._first_jumps,
            self._first_landings,
            self._outcomes,
        )

    def _carry(
        self,
        timeline: Timeline,
        carried: list[Carried],
        done: int,
        part: int,
        chunk: int,
    ) -> bool:
        """Carry the next ``part`` of a chunk through a stretch of time."""
        begin = min(self._ends[chunk] + done, self._ends[chunk + 1])
        stop = min(begin + part, self._ends[chunk + 1])
        first, last = timeline.rows
        seen = np.empty((last - first, stop - begin, self._plan.row_of.size))
        is_finite = kernels.run_stretch(
            *self._plan,
            timeline,
            self._key,
            self._target,
            begin,
            stop,
            self._lanes[chunk],
            carried[chunk],
            seen,
            self._jump_counts[chunk],
            self._first_jumps,
            self._first_landings,
            self._outcomes,
        )
        if done == 0 and last > first:
            self._first[chunk, first:last] = seen[:, 0]
        kernels.add_populations(
            seen,
            self._first[chunk, first:last],
            self._sums[chunk, first:last],
            self._squares[chunk, first:last],
        )
        return bool(is_finite)

    def _moments(self, chunk: int) -> Moments:
        """Return the moments of the populations of a chunk, (T, N)."""
        count = self._ends[chunk + 1] - self._ends[chunk]
        sums = self._sums[chunk], self._squares[chunk]
        return Moments.about(self._first[chunk], count, *sums)

    def _most_carried(self) -> int:
        """Return how many trajectories of a chunk may be on their way together."""
        n, rows = self._plan.row_of.size, self._plan.outputs.size
        carried = CARRIED_BYTES / (self._chunks * (16.0 * n + 24.0))
        seen = SEEN_BYTES / (8.0 * n * min(rows, PIECE_ROWS))
        return max(LANES, int(min(carried, seen)))

    def _stretch_size(self, part: int) -> tuple[int, int]:
        """Return the most pieces of a stretch, and the rows after which it ends."""
        n = self._plan.row_of.size
        generator = self._cuts.generator
        jumps = float(np.max(generator.decay, initial=0.0)) * LONGEST_PIECE
        steps = 1.0 + jumps / max(generator.ket_bound, 1e-300)
        entries = self._plan.matrix.re.size + n
        seconds = ENTRY_SECONDS * TERMS * entries * part * steps
        size = 512.0 + 8.0 * self._cuts.drive.states.size * SERIES_TERMS
        pieces = min(STRETCH_SECONDS / seconds, PIECE_BYTES / size)
        return max(1, int(pieces)), max(1, int(SEEN_BYTES / (8.0 * n * part)))
