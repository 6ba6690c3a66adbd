"""Runs many trajectories by evolving their kets, and adds them up."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.errors import RunError
from spacewheat_sim.quantum.batch.effective_hamiltonian import EffectiveHamiltonian
from spacewheat_sim.quantum.batch.histories import kernels
from spacewheat_sim.quantum.batch.histories.inputs import (
    LANES_RECORD,
    JumpTerms,
    Plan,
    Starts,
)
from spacewheat_sim.quantum.batch.histories.schedule import (
    TimedMeasurement,
    compiled,
)
from spacewheat_sim.quantum.batch.histories.timeline import LONGEST_PIECE, cut
from spacewheat_sim.quantum.drive import Drive
from spacewheat_sim.quantum.generator import Generator
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
# Times that differ by this share of the duration are the same.
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

    Each thread holds one series of eight kets, 8 kB for every state. The sums take up
    to 256 MB, or what two of them take; nothing but the times and outcomes of the
    trajectories grows with their number.

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
        cut(generator, drive, time, duration, stops, tolerance),
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
        _snapped(outputs, stops, duration),
        tolerance * SERIES_SHARE,
        MOST_TERMS,
    )
    return _run_chunks(plan, np.array(key, dtype=np.uint64), target, count)


def _snapped(outputs: FloatArray, stops: FloatArray, duration: float) -> FloatArray:
    """Return ``outputs`` (T,), those that are stops (Q,) but for rounding as these."""
    if not stops.size:
        return outputs
    nearest = stops[np.abs(outputs[:, None] - stops).argmin(axis=1)]
    same = np.abs(outputs - nearest) <= ROUNDING * duration
    return np.where(same, nearest, outputs)


def history_seconds(generator: Generator, duration: float, count: int) -> float:
    """Return roughly how long one core of today takes to evolve static baths."""
    steps = duration * generator.ket_bound / LONGEST_PIECE + 2
    entries = generator.static.indices.size + generator.dimension
    return ENTRY_SECONDS * TERMS * steps * entries * count


def _run_chunks(
    plan: Plan, key: NDArray[np.uint64], target: int, count: int
) -> TrajectorySums:
    """Run all trajectories by chunks, whose number depends on no number of threads."""
    rows, n, channels = plan.outputs.size, plan.row_of.size, plan.jumps.rates.size
    fitting = max(2, int(SUM_BYTES / (16.0 * rows * n)))
    chunks = max(1, min(MOST_CHUNKS, fitting, count // LEAST_SHARE))
    sums, squares = np.zeros((2, chunks, rows, n))
    jump_counts = np.zeros((chunks, channels), dtype=np.int64)
    first_jumps, first_landings = np.full((2, count), np.inf)
    outcomes = np.zeros((plan.schedule.by_share.size, count), dtype=np.int8)
    lanes = np.zeros(chunks, dtype=LANES_RECORD)

    def run(chunk: int) -> bool:
        return bool(
            kernels.run_chunk(
                *plan,
                key,
                target,
                count * chunk // chunks,
                count * (chunk + 1) // chunks,
                lanes[chunk],
                sums[chunk],
                squares[chunk],
                jump_counts[chunk],
                first_jumps,
                first_landings,
                outcomes,
            )
        )

    with ThreadPoolExecutor(kernels.thread_count()) as pool:
        if not all(pool.map(run, range(chunks))):
            raise RunError(
                "The state is no longer finite: some energy or rate is too large for "
                "double precision"
            )
    return TrajectorySums(
        sums.sum(axis=0),
        squares.sum(axis=0),
        jump_counts.sum(axis=0),
        first_jumps,
        first_landings,
        outcomes,
    )
