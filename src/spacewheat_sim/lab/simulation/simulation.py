"""A headless run of a biome, from its plan to its recording."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from spacewheat_sim import seeding
from spacewheat_sim.choices import DEFAULT_DT, Method
from spacewheat_sim.engine.bath.bath import QuantumBath
from spacewheat_sim.engine.bath.ensemble.measurements import ScheduledMeasurement
from spacewheat_sim.engine.bath.ensemble.run import (
    OUTCOME_BYTES,
    POPULATION_BYTES,
    TRAJECTORY_BYTES,
    EnsembleRun,
)
from spacewheat_sim.engine.bath.recordings.recorder import Recorder
from spacewheat_sim.engine.bath.recordings.recording import Recording
from spacewheat_sim.engine.bath.terms import JumpTerm
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.interrupts import Requests, held
from spacewheat_sim.lab.experiment import Memory

# Rows that a run keeps where it is not told how many: enough for any figure.
USUAL_ROWS = 3600
# A row holds populations, observables and axes; a cell is a number of an array, a float
# of Python and a word of the table, 250 bytes in all by measurement.
OBSERVABLES, AXIS_CELLS, CELL_BYTES = 4, 6, 250
# Entries multiplied between two looks at requests to stop, a tenth of a second of work.
WORK_TOGETHER = 1e7
WARM_UP = DEFAULT_DT  # s, a step that takes no time once it is compiled


@dataclass(frozen=True)
class Collapse:
    """A full collapse onto an emoji, due at ``time`` seconds."""

    time: float
    emoji: str


Action = ScheduledMeasurement | Collapse


@dataclass(frozen=True)
class SimulationPlan:
    """What to run.

    Attributes:
        steps: Number of steps.
        dt: Length of a step in seconds.
        seed: Root of the random stream.
        method: Instead of the biome's own, or None.
        record_every: Steps between recorded rows, or None for about 3,600 rows.
        axes: (north, south) pairs to follow; the biome's own where empty.
        actions: What to do to the bath on the way.
        trajectory: Number of the ensemble's trajectory of this seed whose random stream
            is drawn from; None draws from the biome's own.
    """

    steps: int
    dt: float
    seed: int
    method: Method | None = None
    record_every: int | None = None
    axes: tuple[tuple[str, str], ...] = ()
    actions: tuple[Action, ...] = ()
    trajectory: int | None = None

    @property
    def stride(self) -> int:
        """Steps between recorded rows."""
        return self.record_every or max(1, math.ceil(self.steps / USUAL_ROWS))


@dataclass
class SimulationRun:
    """A run in progress: the bath, and what was seen of it so far."""

    compiled: CompiledBiome
    plan: SimulationPlan
    bath: QuantumBath
    recorder: Recorder = field(init=False)

    def __post_init__(self) -> None:
        self.recorder = Recorder(self.bath, self.plan.axes or self.compiled.axes)

    @classmethod
    def prepare(cls, compiled: CompiledBiome, plan: SimulationPlan) -> SimulationRun:
        """Make the bath and check everything that the plan names.

        Raises:
            UnknownNameError: an emoji that is not in the biome.
            ArgumentError: an axis of one emoji, an action after the end, a step too
                long for the method.
        """
        stream = None
        if plan.trajectory is not None:
            stream = seeding.trajectory_stream(plan.seed, plan.trajectory)
        bath = compiled.bath(plan.seed, plan.method, stream=stream)
        bath.check_step(plan.dt)
        for north, south in plan.axes:
            bath.project_onto_axis(north, south)
        for action in plan.actions:
            _check_action(action, bath, plan)
        # Where nothing is compiled yet, that takes seconds in which one can still stop.
        compiled.bath(plan.seed, plan.method).evolve(min(plan.dt, WARM_UP))
        return cls(compiled, plan, bath)

    def run(self, progress: Callable[[int], None]) -> None:
        """Take all steps; ``progress`` is told the number taken since it was last.

        Raises:
            KeyboardInterrupt: the run was asked to stop; it did so after a whole step.
        """
        plan, step = self.plan, 0
        due = deque(_due_steps(plan))
        with self.recorder, held(in_all=False) as requests:
            while True:
                while due and due[0][0] == step:
                    _act(self.bath, due.popleft()[1])
                if step % plan.stride == 0:
                    self.recorder.sample()
                if step == plan.steps or requests:
                    break
                row = step + plan.stride - step % plan.stride
                ends = row, plan.steps, step + self._together, *(d for d, _ in due)
                count = min(ends) - step
                with self._may_take_long(requests):
                    self.bath.evolve_many(plan.dt, count, count)
                step += count
                progress(count)

    def _may_take_long(self, requests: Requests) -> AbstractContextManager[None]:
        """Return what heeds a request in a single long step, which is then undone."""
        return requests.heeded_at_once() if self._together == 1 else nullcontext()

    @cached_property
    def _together(self) -> int:
        """How many steps are taken at once, so that a request to stop is soon heard."""
        generator = self.bath.operators.generator
        products = 1 + generator.ket_bound * self.plan.dt
        entries = generator.dimension + generator.static.re.size
        if self.bath.method == "master":
            entries *= generator.dimension
        return max(1, int(WORK_TOGETHER / (products * entries)))

    def recording(self) -> Recording:
        """Return what was recorded so far."""
        return self.recorder.recording()


def recorded_memory(compiled: CompiledBiome, plan: SimulationPlan) -> Memory:
    """Return what the rows of one history take until they are in their table."""
    rows = plan.steps // plan.stride + 1
    axes = len(plan.axes or compiled.axes)
    cells = len(compiled.emojis) + OBSERVABLES + AXIS_CELLS * axes
    if compiled.operators.qubits:
        cells += axes * (axes - 1) // 2 + len(compiled.operators.jumps)
    return Memory("recorded rows", rows, rows * cells * CELL_BYTES)


def averaged_memory(
    compiled: CompiledBiome, plan: SimulationPlan, trajectories: int
) -> Memory:
    """Return what trajectories take, and their rows until they are in their table."""
    looks = sum(isinstance(action, ScheduledMeasurement) for action in plan.actions)
    size = (TRAJECTORY_BYTES + OUTCOME_BYTES * looks) * trajectories
    rows, n = plan.steps // plan.stride + 1, len(compiled.emojis)
    kept = rows * (POPULATION_BYTES * n + CELL_BYTES * (1 + 2 * n))
    if kept > size:
        return Memory("recorded rows", rows, kept + size)
    return Memory("trajectories", trajectories, kept + size)


def prepare_ensemble(
    compiled: CompiledBiome, plan: SimulationPlan, trajectories: int
) -> EnsembleRun:
    """Return ``trajectories`` from the biome's initial state, at the plan's rows.

    Raises:
        ArgumentError: what is for one history alone: an axis to follow, a collapse,
            which not every trajectory could undergo, another method; or no row but the
            first.
    """
    if any(isinstance(action, Collapse) for action in plan.actions):
        raise ArgumentError(
            "An ensemble cannot be collapsed on the way, since not every trajectory "
            "could be; leave out --trajectories, or --collapse"
        )
    if plan.axes:
        raise ArgumentError(
            "An ensemble adds up populations, from which no axis can be told; leave "
            "out --trajectories, or --axis. The mean over all trajectories is what "
            "--method master follows"
        )
    if plan.method not in (None, "trajectory"):
        raise ArgumentError(
            f"An ensemble averages trajectories, but the method is {plan.method!r}"
        )
    rows = plan.steps // plan.stride
    if rows == 0:
        raise ArgumentError(
            f"An ensemble is known at its rows, but --record-every {plan.stride:,} is "
            f"more than its {plan.steps:,} steps"
        )
    duration, interval = plan.steps * plan.dt, plan.stride * plan.dt
    if plan.record_every is None:
        interval = duration / rows
    else:
        duration = rows * interval
    bath = compiled.bath(plan.seed, "trajectory")
    return bath.prepare_ensemble(
        duration,
        trajectories,
        dt=interval,
        seed=plan.seed,
        measurements=[
            # An action of the last moment may be past the last row by rounding.
            replace(each, time=min(each.time, duration))
            for each in plan.actions
            if isinstance(each, ScheduledMeasurement)
        ],
    )


def mean_fluxes(compiled: CompiledBiome, recording: Recording) -> np.ndarray[Any, Any]:
    """Return the time average of γ tr L†Lρ for each jump term, 1/s, (K,).

    Of a level biome that is rate · P(source).
    """
    if recording.jump_rates is not None:
        return np.asarray(recording.jump_rates.mean(axis=0))
    mean = recording.populations.mean(axis=0)
    return np.array(
        [
            term.rate * mean[term.source]
            if term.change is None
            else _mean_flux(term, recording)
            for term in compiled.operators.jumps
        ]
    )


def _mean_flux(term: JumpTerm, recording: Recording) -> float:
    """Return the mean over the rows of γ(t) P(source), 1/s."""
    rates = np.array([term.rate_at(time) for time in recording.time.tolist()])
    return float((rates * recording.populations[:, term.source]).mean())


def _due_steps(plan: SimulationPlan) -> Iterator[tuple[int, Action]]:
    """Yield actions in order of time, each with the step after which it is due."""
    for action in sorted(plan.actions, key=lambda action: action.time):
        yield round(action.time / plan.dt), action


def _act(bath: QuantumBath, action: Action) -> None:
    if isinstance(action, Collapse):
        bath.full_collapse(action.emoji)
    else:
        bath.measure(action.north, action.south, action.kind, action.strength)


def _check_action(action: Action, bath: QuantumBath, plan: SimulationPlan) -> None:
    end = plan.steps * plan.dt
    if not 0.0 <= action.time <= end * (1 + 1e-12):
        raise ArgumentError(
            f"An action is due at {action.time:g} s, but the run goes from 0 to "
            f"{end:g} s"
        )
    if isinstance(action, Collapse):
        bath.probability(action.emoji)
    else:
        action.compiled(bath.operators)
