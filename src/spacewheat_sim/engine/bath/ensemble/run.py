"""An ensemble while it runs, which may be interrupted."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.engine.bath.arguments import check_room
from spacewheat_sim.engine.bath.ensemble.ensemble import EnsembleResult, Run
from spacewheat_sim.engine.bath.ensemble.measurements import ScheduledMeasurement
from spacewheat_sim.engine.bath.ensemble.methods import choose_method
from spacewheat_sim.engine.bath.ensemble.start import Start, pure_components
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.quantum.ensembles.schedule import TimedMeasurement
from spacewheat_sim.quantum.ensembles.sums import TrajectoryRun

# Times that differ by this share of the duration are the same.
ROUNDING = 1e-12
# Bytes that a trajectory takes by what is kept of it, a copy, and its part in the error
# bars; beside that, its outcomes and their copy; and a population of an output row by
# the sums of two chunks, and what makes moments of them.
TRAJECTORY_BYTES = 40.0
OUTCOME_BYTES = 2.0
POPULATION_BYTES = 200.0


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
        start: What the trajectories have in common.
        outputs: Output times in seconds since the start, (T,).
        trajectories: How many are wanted.
        target: State whose first landing is wanted, or −1.
        measurements: What every trajectory undergoes, in order of time.
    """

    start: Start
    outputs: FloatArray
    trajectories: int
    target: int
    measurements: tuple[ScheduledMeasurement, ...]
    _run: TrajectoryRun | None = field(default=None, init=False, repr=False)

    @classmethod
    def prepare(
        cls,
        operators: BathOperators,
        state: ComplexArray,
        time: float,
        *,
        duration: float,
        trajectories: int,
        interval: float,
        seed: int,
        tolerance: float,
        max_step: float,
        target: int = -1,
        measurements: Sequence[ScheduledMeasurement] = (),
        schedule: Sequence[TimedMeasurement] = (),
    ) -> EnsembleRun:
        """Check what it takes to average ``trajectories`` from ``state`` at ``time``.

        Args:
            operators: What they evolve under.
            state: Ket (N,) or density matrix (N, N) at the start.
            time: When they begin, in seconds.
            duration: Seconds to run.
            trajectories: How many.
            interval: Seconds between output rows.
            seed: Root seed.
            tolerance: Error allowed in populations per second.
            max_step: Longest time in seconds between two looks at a driver's function.
            target: State whose first landing is wanted, or −1.
            measurements: What every trajectory undergoes, in order of time.
            schedule: The same by the states' indices; a row at the very time of one is
                of the state before it.

        Raises:
            ArgumentError: the machine has not as much memory.
        """
        outputs = _output_times(duration, interval, len(operators))
        check_room(
            (TRAJECTORY_BYTES + OUTCOME_BYTES * len(schedule)) * trajectories,
            f"What is kept of {trajectories:,} trajectories",
        )
        start = Start(
            operators,
            *pure_components(state),
            time,
            duration,
            seed,
            tolerance,
            tuple(schedule),
            max_step,
        )
        return cls(start, outputs, trajectories, target, tuple(measurements))

    def run(self, tell: Callable[[float], object] = lambda _share: None) -> None:
        """Run all trajectories; ``tell`` hears the share that is done, from 0 to 1.

        A request to stop is heeded within half a second; :meth:`result` then has those
        that had come to their end.
        """
        run = choose_method(self.start, self.outputs, self.trajectories, self.target)
        self._run = run
        run.run(tell)

    def result(self) -> EnsembleResult | None:
        """Return the ensemble of those that have come to their end; None if none has.

        Those that make few jumps are done sooner, so that one that still ran when
        the run was interrupted is missed for a reason: the bias is of the order of the
        share of those, far below the standard error.
        """
        sums = None if self._run is None else self._run.sums()
        if sums is None:
            return None
        rows = sums.populations.mean.shape[0]
        return EnsembleResult(
            self.start.operators.emojis,
            self.start.time + self.outputs[:rows],
            np.maximum(sums.populations.mean, 0.0),  # rounding may leave less
            sums.populations.deviations,
            sum(map(len, sums.numbers)),
            sums.jump_counts,
            sums.first_jumps,
            sums.first_landings,
            None if self.target < 0 else self.start.operators.emojis[self.target],
            self.measurements,
            sums.outcomes,
            (Run(self.start, sums.numbers),),
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
