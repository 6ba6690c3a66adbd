"""What all trajectories of an ensemble have in common."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from spacewheat_sim import seeding
from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.engine.bath.ensemble.measurements import ScheduledMeasurement
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.long_call import interruptible
from spacewheat_sim.quantum import measurement
from spacewheat_sim.quantum.arithmetic.kernels.mixture import mixture
from spacewheat_sim.quantum.drive import DEFAULT_MAX_STEP, Drive
from spacewheat_sim.quantum.evolution import Jump
from spacewheat_sim.quantum.measurement import AxisMeasurement
from spacewheat_sim.quantum.methods.trajectory import Trajectory
from spacewheat_sim.quantum.series.ket import FullKetSeries
from spacewheat_sim.quantum.states import LEAST_WEIGHT

# An output time that differs from a measurement's by this share of it is the same.
ROUNDING = 1e-12


class SingleRun(NamedTuple):
    """What a trajectory that ran alone has shown.

    Attributes:
        jumps: Its jumps.
        populations: At the output times, (T, N).
        outcomes: Of its measurements: 1 for north, −1 for south, 0 for neither.
    """

    jumps: list[Jump]
    populations: FloatArray
    outcomes: list[int]


@dataclass(frozen=True)
class Start:
    """Where trajectories begin, and what becomes of them.

    Attributes:
        operators: What they evolve under.
        weights: Probability of each first ket, (M,).
        kets: The first kets, (M, N).
        time: When they begin, in seconds.
        duration: Seconds that they run.
        seed: Root seed; trajectory i draws from its own stream of it.
        tolerance: Error allowed in populations per second.
        measurements: What is measured on the way, in order of time.
        max_step: Longest time in seconds between two looks at a driver's function.
    """

    operators: BathOperators
    weights: FloatArray
    kets: ComplexArray
    time: float
    duration: float
    seed: int
    tolerance: float
    measurements: tuple[ScheduledMeasurement, ...] = ()
    max_step: float = DEFAULT_MAX_STEP

    @cached_property
    def schedule(self) -> tuple[AxisMeasurement, ...]:
        """The measurements by the states' indices."""
        return tuple(each.compiled(self.operators) for each in self.measurements)

    @property
    def drive(self) -> Drive:
        """The driven energies."""
        return self.operators.drive.looked_at_every(self.max_step)

    def differs_in(self, other: Start) -> str | None:
        """Return in what ``other`` differs but for its seed; None if in nothing."""
        if not self.operators.equals(other.operators):
            return "other operators"
        if not (
            np.array_equal(self.weights, other.weights)
            and np.array_equal(self.kets, other.kets)
        ):
            return "another state"
        for name, mine, its in (
            ("start", f"{self.time!r} s", f"{other.time!r} s"),
            ("duration", f"{self.duration!r} s", f"{other.duration!r} s"),
            ("tolerance", f"{self.tolerance!r}", f"{other.tolerance!r}"),
            ("max_step", f"{self.max_step!r} s", f"{other.max_step!r} s"),
        ):
            if mine != its:
                return f"the {name} {its} where this one has {mine}"
        if self.schedule != other.schedule:
            return "other measurements"
        return None

    def history(self, number: int) -> list[Jump]:
        """Run trajectory ``number`` alone; return its jumps."""
        return self.run(number, self.series(), np.empty(0)).jumps

    def series(self) -> FullKetSeries:
        """Return the no-jump evolution of a trajectory that runs alone."""
        return FullKetSeries(self.operators.generator, self.drive, self.tolerance)

    def run(self, number: int, series: FullKetSeries, outputs: FloatArray) -> SingleRun:
        """Run trajectory ``number`` alone by ``series``.

        ``outputs`` (T,) are increasing times since the start; one at the very time of
        a measurement is of the state before it.
        """
        rng = seeding.trajectory_stream(self.seed, number)
        first = 0
        if self.weights.size > 1:
            first = int(np.searchsorted(np.cumsum(self.weights), rng.random(), "right"))
        ket = self.kets[min(first, self.weights.size - 1)]
        trajectory = Trajectory(self.operators.generator, series, ket, rng)
        seen = self.operators.seen
        rows = np.empty((outputs.size, len(self.operators)))
        lone, done, written = SingleRun([], rows, []), 0.0, 0
        for each in (*self.schedule, None):
            stop = self.duration if each is None else each.time
            due = int(np.searchsorted(outputs, stop * (1 + ROUNDING), side="right"))
            for row in range(written, due):
                until = min(float(outputs[row]), stop)
                lone.jumps.extend(trajectory.advance(self.time + done, until - done))
                rows[row], done = seen(trajectory.populations()), until
            lone.jumps.extend(trajectory.advance(self.time + done, stop - done))
            done, written = stop, due
            if each is not None:
                lone.outcomes.append(_measure(trajectory, each, rng))
        return lone


class EnsemblePlan(NamedTuple):
    """Trajectories that are to be run.

    Attributes:
        start: What they have in common.
        outputs: Output times in seconds since the start, (T,).
        trajectories: How many, B.
        target: State whose first landing is wanted, or −1.
    """

    start: Start
    outputs: FloatArray
    trajectories: int
    target: int


def _measure(
    trajectory: Trajectory, what: AxisMeasurement, rng: np.random.Generator
) -> int:
    """Measure; return 1 for north, −1 for south, 0 for neither."""
    branches = measurement.axis_branches(trajectory.populations(), what)
    if not branches:
        return 0
    branch = measurement.choose(branches, rng.random())
    trajectory.state = measurement.apply_diagonal(trajectory.state, branch.kraus)
    return int(branch.outcome == what.north) - int(branch.outcome == what.south)


def pure_components(state: ComplexArray) -> tuple[FloatArray, ComplexArray]:
    """Return weights (M,) and kets (M, N) of which ``state`` is the mixture."""
    if state.ndim == 1:
        return np.ones(1), state[None, :]
    weights, kets = interruptible(lambda: mixture(state, LEAST_WEIGHT))
    return weights / math.fsum(weights.tolist()), kets
