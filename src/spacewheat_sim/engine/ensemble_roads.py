"""The roads to an ensemble, and which of them costs least."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim import seeding
from spacewheat_sim.engine.ensemble_start import Start
from spacewheat_sim.quantum.renewal.sums import TrajectorySums

FloatArray = NDArray[np.float64]

# Tables beyond this many bytes are not made.
MOST_TABLE_BYTES = 2.0**30
# Tables that take no longer are made for any number of trajectories: where they do, a
# small ensemble is, to the last bit, the beginning of a large one. Dearer ones are made
# for many trajectories only, and the times of both agree to the tolerance.
BLINK = 0.02
# Trajectories that would take longer together, per trajectory and row, run one by one.
LONE_SECONDS = 2e-3


def run_trajectories(
    start: Start, outputs: FloatArray, trajectories: int, target: int
) -> TrajectorySums:
    """Run ``trajectories`` from ``start`` by the cheaper road.

    ``outputs`` (T,) are output times in seconds since the start; ``target`` is the
    state whose first landing is wanted, or −1.
    """
    if worth_tables(start, trajectories):
        return from_tables(start, outputs, trajectories, target)
    if is_stiff(start, outputs, trajectories):
        return one_by_one(start, outputs, trajectories, target)
    return evolved(start, outputs, trajectories, target)


def is_stiff(start: Start, outputs: FloatArray, trajectories: int) -> bool:
    """Return whether trajectories are better run one by one.

    Alone, one of a stiff static bath takes long steps by powers of a propagator;
    together they go at the pace of the fastest rate.
    """
    from spacewheat_sim.quantum.batch.histories.run import history_seconds

    if not start.operators.drive.is_static:
        return False
    stops = outputs.size + len(start.schedule)
    together = history_seconds(start.operators.generator, start.duration, trajectories)
    return together > LONE_SECONDS * stops * trajectories


def one_by_one(
    start: Start, outputs: FloatArray, trajectories: int, target: int
) -> TrajectorySums:
    """Run the trajectories one after the other."""
    from spacewheat_sim.quantum.renewal.moments import Moments

    generator, series = start.operators.generator, start.series()
    reference = start.run(0, series, outputs).populations
    sums, squares = np.zeros((2, *reference.shape))
    jump_counts = np.zeros(generator.jump_rates.size, dtype=np.int64)
    first_jumps, first_landings = np.full((2, trajectories), np.inf)
    outcomes = np.zeros((len(start.schedule), trajectories), dtype=np.int8)
    for number in range(trajectories):
        lone = start.run(number, series, outputs)
        off = lone.populations - reference
        sums += off
        squares += off**2
        outcomes[:, number] = lone.outcomes
        for jump in reversed(lone.jumps):
            jump_counts[jump.channel] += 1
            first_jumps[number] = jump.time - start.time
            if generator.jump_targets[jump.channel] == target:
                first_landings[number] = jump.time - start.time
    moments = Moments.about(reference, trajectories, sums, squares)
    return TrajectorySums(moments, jump_counts, first_jumps, first_landings, outcomes)


def worth_tables(start: Start, trajectories: int) -> bool:
    """Return whether the trajectories are better drawn from tables.

    Only a static bath that nobody measures is a renewal process. The estimates know
    nothing of the machine or its threads, so that no result depends on them.
    """
    # Loaded here, as below: an ensemble's loops are not for every start-up.
    from spacewheat_sim.quantum.batch.histories.run import history_seconds
    from spacewheat_sim.quantum.renewal.tables import table_bytes, table_seconds

    generator = start.operators.generator
    if not start.operators.drive.is_static or generator.jump_rates.size == 0:
        return False
    if start.schedule:
        return False
    size = generator, start.weights.size, start.duration
    if table_bytes(*size) > MOST_TABLE_BYTES:
        return False
    evolving = history_seconds(generator, start.duration, trajectories)
    return table_seconds(*size) <= max(evolving, BLINK)


def from_tables(
    start: Start, outputs: FloatArray, trajectories: int, target: int
) -> TrajectorySums:
    """Draw the trajectories from tables of the no-jump evolution."""
    from threadpoolctl import threadpool_limits

    from spacewheat_sim.quantum.renewal.process import run_process
    from spacewheat_sim.quantum.renewal.tables import build_tables

    operators = start.operators
    # A matrix product is rounded as its threads divide it.
    with threadpool_limits(1, "blas"):
        tables = build_tables(
            operators.generator,
            operators.hamiltonian.toarray(),
            start.kets,
            start.duration,
            start.tolerance,
        )
        return run_process(
            tables,
            operators.generator,
            start.weights,
            outputs,
            start.duration,
            seeding.trajectory_key(start.seed),
            trajectories,
            target,
        )


def evolved(
    start: Start, outputs: FloatArray, trajectories: int, target: int
) -> TrajectorySums:
    """Evolve the trajectories, eight at a time."""
    from spacewheat_sim.quantum.batch.histories.run import run_histories

    return run_histories(
        start.operators.generator,
        start.drive,
        start.tolerance,
        start.weights,
        start.kets,
        start.time,
        outputs,
        start.duration,
        seeding.trajectory_key(start.seed),
        trajectories,
        target,
        start.schedule,
    )
