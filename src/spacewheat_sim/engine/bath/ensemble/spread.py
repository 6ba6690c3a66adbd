"""An ensemble whose trajectories are run by the workers of a pool."""

from __future__ import annotations

import pickle
import uuid
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import NoReturn

from spacewheat_sim.engine.bath.ensemble.calls import (
    Job,
    run_histories,
    run_renewals,
    tabulated,
)
from spacewheat_sim.engine.bath.ensemble.methods import worth_tables
from spacewheat_sim.engine.bath.ensemble.start import EnsemblePlan
from spacewheat_sim.errors import ArgumentError, RunError
from spacewheat_sim.executors.pool import Pool
from spacewheat_sim.executors.runner import TRIES, A, Runner
from spacewheat_sim.executors.schedule import Schedule
from spacewheat_sim.quantum.ensembles.deposit_sums import DepositSums
from spacewheat_sim.quantum.ensembles.group_sums import GroupSums
from spacewheat_sim.quantum.ensembles.sums import TrajectorySums

# Seconds that a call is to take, and how many more for each worker and byte that it
# returns: who gathers takes in a hundred megabytes a second.
SECONDS, SECONDS_PER_BYTE = 0.5, 1e-8
# What a call returns of a population of a row: two numbers of each of some groups.
RETURNED_BYTES = 100.0
# A call has so many trajectories at least: those that fill the lanes, or that are drawn
# from tables in about the time of a message.
EVOLVED_TOGETHER, DRAWN_TOGETHER = 64, 1024


class SpreadTrajectories:
    """Trajectories that run in calls; no bit depends on how they are cut."""

    def __init__(
        self,
        plan: EnsemblePlan,
        pool: Pool,
        tell: Callable[[str], object] = lambda _line: None,
    ) -> None:
        """Prepare the trajectories of ``plan``; ``tell`` is called with notices.

        Raises:
            ArgumentError: a driver's function is one that cannot be sent.
        """
        self._pool, self._tell = pool, tell
        self._job = Job(uuid.uuid4().hex, plan)
        self._sums: GroupSums | DepositSums | None = None
        if isinstance(pool.executor, ProcessPoolExecutor):
            self._check_sendable()

    def run(self, tell: Callable[[float], object]) -> None:
        """Run all of them; ``tell`` hears the share that is done, from 0 to 1.

        Raises:
            RunError: the workers are gone, or die of a trajectory.
        """
        if worth_tables(self._job.plan.start, self._job.plan.trajectories):
            self._draw(tell)
        else:
            self._evolve(tell)

    def sums(self) -> TrajectorySums | None:
        """Return the sums over those that have come to their end; None if none has."""
        return None if self._sums is None else self._sums.total()

    def _check_sendable(self) -> None:
        try:
            pickle.dumps(self._job)
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise ArgumentError(
                "Other processes can run an ensemble whose drivers are shapes, or "
                f"functions of a module that they can import, but: {error}"
            ) from error

    def _evolve(self, tell: Callable[[float], object]) -> None:
        plan = self._job.plan
        start, count = plan.start, plan.trajectories
        channels = start.operators.generator.jumps.size
        sums = GroupSums(range(count), channels, len(start.measurements))
        self._sums = sums
        size = RETURNED_BYTES * plan.outputs.size * len(start.operators)
        runner = self._runner(partial(run_histories, self._job), size, EVOLVED_TOGETHER)
        for answer in runner.run():
            sums.add(answer.found)
            tell(sums.done / count)

    def _draw(self, tell: Callable[[float], object]) -> None:
        """Let all run through one block of output times after another."""
        plan, row = self._job.plan, 0
        sums = DepositSums(tabulated(self._job), plan.outputs)
        self._sums = sums
        for number, times in enumerate(sums.blocks):
            rows = range(row, row + times.size)
            work = partial(run_renewals, self._job, rows)
            for answer in self._runner(work, sums.block_bytes, DRAWN_TOGETHER).run():
                sums.add(answer.found)
                done = number + sums.done / plan.trajectories
                tell(done / len(sums.blocks))
            sums.end_block()
            row = rows.stop

    def _runner(
        self, work: Callable[[int, int], A], size: float, together: int
    ) -> Runner[A]:
        """Return what has all trajectories run by calls that return ``size`` bytes."""
        count = self._job.plan.trajectories
        schedule = Schedule(
            [range(count)], count, together, SECONDS, SECONDS_PER_BYTE * size
        )
        return Runner(self._pool, work, schedule, refuse, self._tell)


def refuse(number: int) -> NoReturn:
    """Raise, since trajectory ``number`` kills its workers."""
    raise RunError(f"Trajectory {number:,} has killed its worker, {TRIES} times")
