"""An ensemble while it runs, which may be interrupted."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

import numpy as np

from spacewheat_sim import seeding
from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.engine.bath.arguments import (
    check_room,
    checked_count,
    checked_instance,
    checked_seconds,
)
from spacewheat_sim.engine.bath.ensemble.ensemble import EnsembleResult, Run
from spacewheat_sim.engine.bath.ensemble.measurements import (
    ScheduledMeasurement,
    in_order,
)
from spacewheat_sim.engine.bath.ensemble.methods import choose_method
from spacewheat_sim.engine.bath.ensemble.start import (
    EnsemblePlan,
    Start,
    pure_components,
)
from spacewheat_sim.engine.bath.longest_step import check_step
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.engine.bath.options import EvolverOptions
from spacewheat_sim.executors.pool import Pool, opened_pool
from spacewheat_sim.quantum.ensembles.sums import TrajectoryRun

# Times that differ by this share of the duration are the same.
ROUNDING = 1e-12
# Bytes that a trajectory takes by what is kept of it, a copy, and its part in the error
# bars; beside that, its outcomes and their copy; and a population of an output row by
# two parts, the groups that wait for their other half, and what makes moments of them.
TRAJECTORY_BYTES = 40.0
OUTCOME_BYTES = 2.0
POPULATION_BYTES = 400.0


@dataclass
class EnsembleRun:
    """An ensemble while it runs.

    Trajectory i draws from its own counter-based stream of the seed, whatever the
    others do. A mixed state is unravelled first: each trajectory starts in one of its
    eigenvectors, drawn with the eigenvalue as its weight.

    A static bath is a renewal process: its trajectories are drawn from tables, with
    waiting times and populations to the bath's tolerance. Those of a driven or a
    measured one, or of one whose tables would be too large or dearer than the
    trajectories, are evolved eight at a time, or, where a static bath is stiff, one by
    one by powers of propagators. All methods make the same draws, and their
    times agree to the tolerance, not to the bit: which one is cheaper depends on
    the number of trajectories, so a small ensemble is to the last bit the beginning of
    a large one only where both use the same method.

    Attributes:
        plan: What is to be run.
    """

    plan: EnsemblePlan
    _run: TrajectoryRun | None = field(default=None, init=False, repr=False)

    @classmethod
    def prepare(
        cls,
        operators: BathOperators,
        options: EvolverOptions,
        state: ComplexArray,
        time: float,
        *,
        duration: float,
        trajectories: int,
        dt: float,
        seed: int | None,
        first_passage: str | None,
        measurements: Sequence[ScheduledMeasurement],
    ) -> EnsembleRun:
        """Check what it takes to average ``trajectories`` from ``state`` at ``time``.

        The arguments are those of a bath and of its ``ensemble``.

        Raises:
            ArgumentError: one is not what it must be; or the machine has not as much
                memory.
            UnknownNameError: an emoji is not in the bath.
        """
        target = -1 if first_passage is None else operators.index(first_passage)
        seconds = checked_seconds(duration, "duration")
        interval = checked_seconds(dt)
        each = EvolverOptions("trajectory", max_step=options.max_step)
        check_step(operators, each, min(interval, seconds))
        ordered = in_order(measurements, operators, seconds)
        count = checked_count(trajectories, "trajectories", at_least=1)
        root = seeding.resolve_seed(seed)
        outputs = _output_times(seconds, interval, len(operators))
        check_room(
            (TRAJECTORY_BYTES + OUTCOME_BYTES * len(ordered)) * count,
            f"What is kept of {count:,} trajectories",
        )
        start = Start(
            operators,
            *pure_components(state),
            time,
            seconds,
            root,
            options.tolerance,
            ordered,
            options.max_step,
        )
        return cls(EnsemblePlan(start, outputs, count, target))

    def complete(self, executor: Executor | str | None = None) -> EnsembleResult:
        """Run all trajectories; return the ensemble of them.

        ``executor`` is where they run, as for a bath's ``ensemble``.
        """
        if executor is None:
            self.run()
        else:
            if not isinstance(executor, str):
                checked_instance(executor, Executor, "executor")
            with opened_pool(executor) as pool:
                self.run(pool=pool)
        found = self.result()
        assert found is not None  # noqa: S101 - all of at least one have ended
        return found

    def run(
        self,
        tell: Callable[[float], object] = lambda _share: None,
        pool: Pool | None = None,
        notice: Callable[[str], object] = lambda _line: None,
    ) -> None:
        """Run all trajectories; ``tell`` hears the share that is done, from 0 to 1.

        A request to stop is heeded within half a second; :meth:`result` then has those
        that had come to their end.

        Args:
            tell: Called with the share.
            pool: Whose workers run them, with the same result to the last bit; None
                is for threads of this process.
            notice: Called where workers were lost, with a line that says so.

        Raises:
            ArgumentError: a driver's function cannot be sent to a process.
            RunError: the workers are gone.
        """
        if pool is None:
            self._run = choose_method(self.plan)
        else:
            # Loaded here: an ensemble's loops are not for every start-up.
            from spacewheat_sim.engine.bath.ensemble.spread import SpreadTrajectories

            self._run = SpreadTrajectories(self.plan, pool, notice)
        self._run.run(tell)

    def result(self) -> EnsembleResult | None:
        """Return the ensemble of those that have come to their end; None if none has.

        Those that make few jumps are done sooner, so that one that still ran when
        the run was interrupted is missed for a reason: the bias is of the order of the
        share of those, far below the standard error.
        """
        sums = None if self._run is None else self._run.sums()
        if sums is None:
            return None
        start, outputs, _, target = self.plan
        rows = sums.populations.mean.shape[0]
        emojis = start.operators.emojis
        return EnsembleResult(
            emojis,
            start.time + outputs[:rows],
            np.maximum(sums.populations.mean, 0.0),  # rounding may leave less
            sums.populations.deviations,
            sum(map(len, sums.numbers)),
            sums.jump_counts,
            sums.first_jumps,
            sums.first_landings,
            None if target < 0 else emojis[target],
            sums.outcomes,
            (Run(start, sums.numbers),),
        )


def _output_times(duration: float, interval: float, n: int) -> FloatArray:
    """Return the multiples of ``interval`` from 0 to ``duration``, (T,).

    One that is the end but for rounding is the end: each of N states has a row there.
    """
    count = duration / interval * (1 + ROUNDING)
    check_room(count * (POPULATION_BYTES * n + 8.0), f"An ensemble of {count:.3g} rows")
    times = interval * np.arange(0.0, math.floor(count) + 1)
    if abs(float(times[-1]) - duration) <= ROUNDING * duration:
        times[-1] = duration
    return np.asarray(times)
