"""Runs many trajectories through the tables of a renewal process."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.renewal import kernels
from spacewheat_sim.quantum.renewal.kernels import BEFORE
from spacewheat_sim.quantum.renewal.moments import Moments, merged
from spacewheat_sim.quantum.renewal.sums import TrajectorySums
from spacewheat_sim.quantum.renewal.tables import RenewalTables

FloatArray = NDArray[np.float64]

# Trajectories are summed in this many chunks, so that no sum depends on the threads.
CHUNKS = 8
# Bytes of interpolation weights held at once: output times are taken in blocks.
DEPOSIT_BYTES = 256 * 2.0**20
# Trajectories of a chunk that are run in one call: so many first, then as many as take
# so many seconds.
FIRST_PART = 64
PART_SECONDS = 0.1
# A sum of squares that falls below this share is taken again about the mean.
CANCELED = 1e-6


def run_process(
    tables: RenewalTables,
    generator: Generator,
    shares: FloatArray,
    outputs: FloatArray,
    duration: float,
    key: tuple[int, int],
    count: int,
    target: int = -1,
) -> TrajectorySums:
    """Run ``count`` trajectories for ``duration`` seconds.

    Args:
        tables: Made for this generator and at least this duration.
        generator: The jumps.
        shares: Probability of each first ket of the tables, (M,).
        outputs: Output times since the beginning, increasing, (T,).
        duration: Seconds.
        key: Random key; trajectory i draws what numpy's Philox draws for it from the
            counter (0, i, 0, 0).
        count: Number of trajectories.
        target: State whose first landing is wanted, or −1.
    """
    starts, points, n = tables.populations.shape
    block = max(1, int(DEPOSIT_BYTES / (CHUNKS * starts * points * 8.0)))
    mean, deviations = np.zeros((2, outputs.size, n))
    landings = np.searchsorted(tables.targets, generator.jump_targets)
    for begin in range(0, outputs.size, block):
        times = outputs[begin : begin + block]
        deposits = np.zeros((CHUNKS, times.size, starts, points))
        counts = np.zeros((CHUNKS, generator.jump_rates.size), dtype=np.int64)
        first_jumps, first_landings = np.empty(count), np.empty(count)
        run = partial(
            kernels.run_renewals,
            tables.populations,
            tables.hazard,
            tables.cells,
            tables.guide,
            tables.guide_scale,
            tables.step,
            generator.decay,
            generator.channel_order,
            generator.channels,
            generator.jump_targets,
            landings,
            generator.jump_rates,
            np.arange(tables.targets.size, starts),
            np.cumsum(shares),
            times,
            duration,
            np.uint64(key[0]),
            np.uint64(key[1]),
            count,
        )
        received = target, deposits, counts, first_jumps, first_landings
        _in_parts(-(-count // CHUNKS), run, received)
        found = _moments(tables, deposits.sum(axis=0).swapaxes(0, 1))
        mean[begin : begin + block] = found.mean
        deviations[begin : begin + block] = found.deviations
    return TrajectorySums(
        Moments(np.array(count, dtype=np.float64), mean, deviations),
        counts.sum(axis=0),
        first_jumps,
        first_landings,
        np.empty((0, count), dtype=np.int8),
    )


def _in_parts(
    count: int, run: Callable[..., None], received: tuple[object, ...]
) -> None:
    """Call ``run(done, part, *received)`` until ``count`` are done.

    Each call takes about 0.1 seconds.

    A key that interrupts is looked for in between. No result knows of the clock.
    """
    done, part = 0, FIRST_PART
    while done < count:
        begin = perf_counter()
        run(done, part, *received)
        done += part
        taken = max(perf_counter() - begin, 1e-6)
        part = max(1, int(part * min(2.0, PART_SECONDS / taken)))


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
            mean = each @ populations / np.maximum(count, 1.0)
            groups.append(Moments(count, mean, np.zeros_like(mean)))
    return merged(groups)


def _spread(each: FloatArray, populations: FloatArray, count: FloatArray) -> Moments:
    """Return the moments of one start: weights (T, J + 8), populations (J + 8, N)."""
    # Just after a jump, all are near where it led.
    reference = populations[BEFORE]
    off = populations - reference
    squares = each @ off**2
    found = Moments.about(reference, count, each @ off, squares)
    lost = (found.deviations < CANCELED * squares).any(axis=1)
    for row in np.flatnonzero(lost).tolist():
        found.deviations[row] = each[row] @ (populations - found.mean[row]) ** 2
    np.maximum(found.deviations, 0.0, out=found.deviations)
    return found
