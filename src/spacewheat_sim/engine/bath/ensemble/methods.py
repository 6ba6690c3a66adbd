"""How trajectories of an ensemble can be run, and what costs least."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spacewheat_sim import seeding
from spacewheat_sim.engine.bath.ensemble.single import SingleTrajectories
from spacewheat_sim.engine.bath.ensemble.start import EnsemblePlan, Start
from spacewheat_sim.engine.bath.ensemble.tabulated import renewals
from spacewheat_sim.quantum.ensembles.sums import TrajectoryRun

if TYPE_CHECKING:
    from spacewheat_sim.quantum.ensembles.evolved import HistoryRun

# Tables beyond this many bytes are not made.
MOST_TABLE_BYTES = 2.0**30
# Tables that take no longer are made for any number of trajectories: where they do, a
# small ensemble is, to the last bit, the beginning of a large one. Dearer ones are made
# for many trajectories only, and the times of both agree to the tolerance.
BLINK = 0.02
# Trajectories that would take longer together, per trajectory and row, run one by one.
LONE_SECONDS = 2e-3


def choose_method(plan: EnsemblePlan) -> TrajectoryRun:
    """Return the trajectories of ``plan``, ready to run by the cheapest method."""
    if worth_tables(plan.start, plan.trajectories):
        from spacewheat_sim.quantum.ensembles.tabulated import RenewalRun

        return RenewalRun(renewals(plan), plan.outputs)
    if is_stiff(plan):
        return SingleTrajectories(plan, range(plan.trajectories))
    return evolved(plan, range(plan.trajectories))


def is_stiff(plan: EnsemblePlan) -> bool:
    """Return whether trajectories are better run one by one.

    Alone, one of a stiff static bath takes long steps by powers of a propagator;
    together they go at the pace of the fastest rate.
    """
    from spacewheat_sim.quantum.ensembles.evolved import history_seconds

    start, outputs, trajectories, _ = plan
    if not start.operators.drive.is_static:
        return False
    stops = outputs.size + len(start.measurements)
    together = history_seconds(start.operators.generator, start.duration, trajectories)
    return together > LONE_SECONDS * stops * trajectories


def worth_tables(start: Start, trajectories: int) -> bool:
    """Return whether the trajectories are better drawn from tables.

    Only a static bath that nobody measures is a renewal process. The estimates know
    nothing of the machine or its threads, so that no result depends on them.
    """
    # Loaded here, as below: an ensemble's loops are not for every start-up.
    from spacewheat_sim.quantum.ensembles.evolved import history_seconds
    from spacewheat_sim.quantum.ensembles.tables import (
        table_bytes,
        table_rounding,
        table_seconds,
    )

    generator = start.operators.generator
    if not start.operators.drive.is_static or generator.jumps.size == 0:
        return False
    if generator.qubits:
        return False  # a jump lands in many states, and it is poles that are seen
    if start.measurements:
        return False
    size = generator, start.weights.size, start.duration
    if table_bytes(*size) > MOST_TABLE_BYTES:
        return False
    allowed = start.tolerance * max(start.duration, 1.0)
    if table_rounding(generator, start.duration) > allowed:
        return False
    evolving = history_seconds(generator, start.duration, trajectories)
    return table_seconds(*size) <= max(evolving, BLINK)


def evolved(plan: EnsemblePlan, numbers: range) -> HistoryRun:
    """Plan the trajectories ``numbers``, which are evolved, eight at a time."""
    from spacewheat_sim.quantum.ensembles.evolved import prepare_histories

    start, outputs, _, target = plan
    return prepare_histories(
        start.operators.generator,
        start.drive,
        start.tolerance,
        start.weights,
        start.kets,
        start.time,
        outputs,
        start.duration,
        seeding.trajectory_key(start.seed),
        numbers,
        start.operators.lands(target),
        start.schedule,
    )
