"""``spacewheat simulate``: run a biome headless and leave a bundle."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from spacewheat_sim.choices import DEFAULT_STRENGTH, TICKS_PER_SECOND, Method
from spacewheat_sim.cli.arguments import (
    LARGEST_COUNT,
    Flag,
    PathWord,
    WholeNumber,
    checked_number,
    parse_axis,
    parse_number,
    parse_seconds,
    parse_timed,
)
from spacewheat_sim.cli.listing import write_list
from spacewheat_sim.errors import ArgumentError

if TYPE_CHECKING:
    from spacewheat_sim.lab.simulation.simulation import Action, SimulationPlan

DEFAULT_DURATION = 60.0
DEFAULT_STEP = f"1/{TICKS_PER_SECOND}"
DEFAULT_OUT = Path("runs")

Word = Annotated[str | None, Parameter(show_default=False)]
Words = Annotated[list[str] | None, Parameter(negative=(), show_default=False)]
Count = Annotated[WholeNumber | None, Parameter(show_default=False)]


@dataclass(frozen=True)
class RunFlags:
    """What to run, and how.

    Args:
        duration: Seconds of game time; 60 where neither this nor --steps is given.
        steps: Number of steps, instead of --duration.
        dt: Seconds per step; fractions are fine.
        method: Instead of the biome's own.
        axis: NORTH/SOUTH, an axis to follow; may be repeated.
        measure: T:NORTH/SOUTH[:STRENGTH], a measurement at T seconds; may be repeated.
        collapse: T:EMOJI, a full collapse at T seconds; may be repeated.
        trajectories: Average this many trajectories instead of following one.
        executor: Where trajectories run: serial, processes[:N], dask or
            dask://HOST:PORT; the results are the same bytes.
        record_every: Steps between recorded rows; about 3,600 rows without it.
    """

    duration: Word = None
    steps: Count = None
    dt: str = DEFAULT_STEP
    method: Annotated[Method | None, Parameter(show_default=False)] = None
    axis: Words = None
    measure: Words = None
    collapse: Words = None
    trajectories: Count = None
    executor: Word = None
    record_every: Count = None

    @property
    def given(self) -> list[str]:
        """The flags that were given, as they are typed."""
        return [
            f"--{each.name.replace('_', '-')}"
            for each in fields(self)
            if getattr(self, each.name) != each.default
        ]

    def plan(self, seed: int | None) -> SimulationPlan:
        """Return what the flags ask for.

        Raises:
            ArgumentError: a flag has no value that it could have.
        """
        from spacewheat_sim import seeding
        from spacewheat_sim.lab.simulation.simulation import SimulationPlan

        checked_number(self.record_every, "--record-every")
        checked_number(self.trajectories, "--trajectories")
        if self.executor is not None and self.trajectories is None:
            raise ArgumentError(
                "One history runs in one process; --executor is for --trajectories"
            )
        dt = parse_seconds(self.dt)
        return SimulationPlan(
            steps=_steps(self.duration, self.steps, dt),
            dt=dt,
            seed=seeding.resolve_seed(seed),
            method=self.method,
            record_every=self.record_every,
            axes=tuple(parse_axis(text) for text in self.axis or ()),
            actions=_actions(self.measure or (), self.collapse or ()),
        )


def simulate(
    biome: Annotated[str | None, Parameter(show_default=False)] = None,
    /,
    *,
    run: Annotated[RunFlags, Parameter(name="*")] = RunFlags(),
    seed: Count = None,
    out: PathWord = DEFAULT_OUT,
    json: Flag = False,
    figures: Annotated[bool, Parameter(negative="--no-figures")] = True,
    list_: Annotated[bool, Parameter(name="--list", negative=())] = False,
) -> int:
    """Run a biome headless and write a bundle: results, table, events and figures.

    Args:
        biome: Name of a biome, or a path to its file.
        run: What to run, and how.
        seed: Root of all randomness; a fresh one is drawn, and shown, without it.
        out: Folder that the bundle goes into.
        json: Print the results as one JSON document instead of a summary.
        figures: Draw figures.
        list_: List the biomes, scenarios and challenges, and end.
    """
    if list_:
        given = {
            "BIOME": biome is not None,
            "--seed": seed is not None,
            "--out": out != DEFAULT_OUT,
            "--no-figures": not figures,
        }
        _refuse_for_list([name for name, is_given in given.items() if is_given], run)
        return write_list(as_json=json)
    if biome is None:
        raise ArgumentError("Which biome? Name one, or see them all with --list")
    from spacewheat_sim.content.files import is_scenario

    found = _find(biome)
    if is_scenario(found):
        _refuse_for_scenario(run)
        return _run_scenario(found, seed=seed, out=out, json=json, figures=figures)
    from spacewheat_sim.cli.simulate_run import run_and_report
    from spacewheat_sim.engine.compile import load_biome

    return run_and_report(
        load_biome(found),
        run.plan(seed),
        trajectories=run.trajectories,
        out=out,
        figures=figures,
        executor=run.executor or "serial",
        as_json=json,
    )


def _steps(duration: str | None, steps: int | None, dt: float) -> int:
    from spacewheat_sim.engine.bath.arguments import checked_seconds

    checked_seconds(dt, "--dt")
    if duration is not None and steps is not None:
        raise ArgumentError("--duration and --steps say the same thing; give one")
    if steps is None:
        seconds = DEFAULT_DURATION if duration is None else parse_seconds(duration)
        checked_seconds(seconds, "--duration")
        if seconds / dt > LARGEST_COUNT:
            raise ArgumentError(
                f"{seconds:g} s in steps of {dt:g} s would be more than "
                f"{LARGEST_COUNT:,} steps; choose a larger --dt"
            )
        return max(1, round(seconds / dt))
    checked_number(steps, "--steps")
    checked_seconds(steps * dt, "--steps times --dt")
    return steps


def _actions(
    measure: list[str] | tuple[()], collapse: list[str] | tuple[()]
) -> tuple[Action, ...]:
    from spacewheat_sim.engine.bath.ensemble.measurements import ScheduledMeasurement
    from spacewheat_sim.lab.simulation.simulation import Collapse

    actions: list[Action] = []
    for text in measure:
        time, axis, rest = parse_timed(text, "T:NORTH/SOUTH[:STRENGTH]")
        north, south = parse_axis(axis)
        strength = (
            DEFAULT_STRENGTH if rest is None else parse_number(rest, "a strength")
        )
        actions.append(ScheduledMeasurement(time, north, south, strength=strength))
    for text in collapse:
        time, emoji, rest = parse_timed(text, "T:EMOJI")
        if rest is not None:
            raise ArgumentError(f"{text!r} is not of the form T:EMOJI")
        actions.append(Collapse(time, emoji))
    return tuple(actions)


def _find(name: str) -> Path:
    """Return the file of the biome or scenario called ``name``, or at that path."""
    from spacewheat_sim.content.packs.library import Library

    return Library().find(name, scenarios=True)


def _refuse_for_list(given: list[str], run: RunFlags) -> None:
    """Refuse whatever a list has no use for."""
    if names := given + run.given:
        raise ArgumentError(
            f"--list runs nothing, and has no use for {', '.join(names)}; leave out "
            "one or the other"
        )


def _refuse_for_scenario(run: RunFlags) -> None:
    """Refuse flags that only a biome's bath has a use for."""
    if given := run.given:
        raise ArgumentError(
            f"A scenario runs an experiment, which has no {', '.join(given)}; change "
            "its parameters in its file, or with `python -m experiments run`"
        )


def _run_scenario(
    path: Path, *, seed: int | None, out: Path, json: bool, figures: bool
) -> int:
    """Run the experiment that a scenario names, with its parameters and seed."""
    from spacewheat_sim.cli.lab import run_and_report
    from spacewheat_sim.content.files import read_scenario
    from spacewheat_sim.lab.experiments import get_experiment

    scenario = read_scenario(path)
    return run_and_report(
        get_experiment(scenario.experiment),
        scenario.parameters,
        seed=scenario.seed if seed is None else seed,
        out=out,
        json=json,
        figures=figures,
    )
