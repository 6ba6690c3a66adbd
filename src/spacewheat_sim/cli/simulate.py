"""``spacewheat simulate``: run a biome headless and leave a bundle."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from spacewheat_sim.choices import DEFAULT_STRENGTH, TICKS_PER_SECOND, Method
from spacewheat_sim.cli.arguments import (
    LARGEST_COUNT,
    PathWord,
    WholeNumber,
    checked_number,
    parse_axis,
    parse_number,
    parse_seconds,
    parse_timed,
)
from spacewheat_sim.cli.output import write_json
from spacewheat_sim.errors import ArgumentError

if TYPE_CHECKING:
    from spacewheat_sim.lab.simulation.simulation import Action

DEFAULT_DURATION = 60.0
DEFAULT_STEP = f"1/{TICKS_PER_SECOND}"
DEFAULT_OUT = Path("runs")

Word = Annotated[str | None, Parameter(show_default=False)]
Words = Annotated[list[str] | None, Parameter(negative=(), show_default=False)]
Flag = Annotated[bool, Parameter(negative=())]


def simulate(
    biome: Annotated[str | None, Parameter(show_default=False)] = None,
    /,
    *,
    duration: Word = None,
    steps: Annotated[WholeNumber | None, Parameter(show_default=False)] = None,
    dt: str = DEFAULT_STEP,
    method: Annotated[Method | None, Parameter(show_default=False)] = None,
    seed: Annotated[WholeNumber | None, Parameter(show_default=False)] = None,
    axis: Words = None,
    measure: Words = None,
    collapse: Words = None,
    trajectories: Annotated[WholeNumber | None, Parameter(show_default=False)] = None,
    record_every: Annotated[WholeNumber | None, Parameter(show_default=False)] = None,
    out: PathWord = DEFAULT_OUT,
    json: Flag = False,
    figures: Annotated[bool, Parameter(negative="--no-figures")] = True,
    list_: Annotated[bool, Parameter(name="--list", negative=())] = False,
) -> int:
    """Run a biome headless and write a bundle: results, table, events and figures.

    Args:
        biome: Name of a biome, or a path to its file.
        duration: Seconds of game time; 60 where neither this nor --steps is given.
        steps: Number of steps, instead of --duration.
        dt: Seconds per step; fractions are fine.
        method: Instead of the biome's own.
        seed: Root of all randomness; a fresh one is drawn, and told, without it.
        axis: NORTH/SOUTH, an axis to follow; may be repeated.
        measure: T:NORTH/SOUTH[:STRENGTH], a measurement at T seconds; may be repeated.
        collapse: T:EMOJI, a full collapse at T seconds; may be repeated.
        trajectories: Average this many trajectories instead of following one.
        record_every: Steps between recorded rows; about 3,600 rows without it.
        out: Folder that the bundle goes into.
        json: Print the results as one JSON document instead of a summary.
        figures: Draw figures.
        list_: List the biomes and scenarios, and end.
    """
    for_a_bath: dict[str, object] = {
        "--duration": duration,
        "--steps": steps,
        "--dt": None if dt == DEFAULT_STEP else dt,
        "--method": method,
        "--axis": axis,
        "--measure": measure,
        "--collapse": collapse,
        "--trajectories": trajectories,
        "--record-every": record_every,
    }
    if list_:
        for_a_run: dict[str, object] = {
            "BIOME": biome,
            "--seed": seed,
            "--out": None if out == DEFAULT_OUT else out,
            "--no-figures": None if figures else True,
        }
        _refuse_for_list(for_a_run | for_a_bath)
        return _list(as_json=json)
    if biome is None:
        raise ArgumentError("Which biome? Name one, or see them all with --list")
    from spacewheat_sim.content.scenario_files import is_scenario

    found = _find(biome)
    if is_scenario(found):
        _refuse_for_scenario(for_a_bath)
        return _run_scenario(found, seed=seed, out=out, json=json, figures=figures)
    from spacewheat_sim import seeding
    from spacewheat_sim.engine.compile import load_biome
    from spacewheat_sim.lab.simulation.simulation import SimulationPlan

    checked_number(record_every, "--record-every")
    checked_number(trajectories, "--trajectories")
    compiled = load_biome(found)
    step = parse_seconds(dt)
    plan = SimulationPlan(
        steps=_steps(duration, steps, step),
        dt=step,
        seed=seeding.resolve_seed(seed),
        method=method,
        record_every=record_every,
        axes=tuple(parse_axis(text) for text in axis or ()),
        actions=_actions(measure or (), collapse or ()),
    )
    from spacewheat_sim.cli.simulate_run import run_and_report

    return run_and_report(
        compiled,
        plan,
        trajectories=trajectories,
        out=out,
        figures=figures,
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
    from spacewheat_sim.lab.simulation.simulation import Collapse, Measurement

    actions: list[Action] = []
    for text in measure:
        time, axis, rest = parse_timed(text, "T:NORTH/SOUTH[:STRENGTH]")
        north, south = parse_axis(axis)
        strength = (
            DEFAULT_STRENGTH if rest is None else parse_number(rest, "a strength")
        )
        actions.append(Measurement(time, north, south, strength))
    for text in collapse:
        time, emoji, rest = parse_timed(text, "T:EMOJI")
        if rest is not None:
            raise ArgumentError(f"{text!r} is not of the form T:EMOJI")
        actions.append(Collapse(time, emoji))
    return tuple(actions)


def _find(name: str) -> Path:
    """Return the file of the biome or scenario called ``name``, or at that path."""
    from spacewheat_sim.content.biome_files import list_biomes
    from spacewheat_sim.content.entries import as_path, find_entry
    from spacewheat_sim.content.scenario_files import list_scenarios

    path = as_path(name)
    return path or find_entry("biome", name, (*list_biomes(), *list_scenarios())).path


def _refuse_for_list(given: dict[str, object]) -> None:
    """Refuse whatever a list has no use for."""
    names = [name for name, value in given.items() if value is not None]
    if names:
        raise ArgumentError(
            f"--list runs nothing, and has no use for {', '.join(names)}; leave out "
            "one or the other"
        )


def _refuse_for_scenario(flags: dict[str, object]) -> None:
    """Refuse flags that only a biome's bath has a use for."""
    given = [name for name, value in flags.items() if value is not None]
    if given:
        raise ArgumentError(
            f"A scenario runs an experiment, which has no {', '.join(given)}; change "
            "its parameters in its file, or with `python -m experiments run`"
        )


def _run_scenario(
    path: Path, *, seed: int | None, out: Path, json: bool, figures: bool
) -> int:
    """Run the experiment that a scenario names, with its parameters and seed."""
    from spacewheat_sim.cli.lab import run_and_report
    from spacewheat_sim.content.scenario_files import read_scenario
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


def _list(*, as_json: bool) -> int:
    from spacewheat_sim.content.biome_files import list_biomes
    from spacewheat_sim.content.scenario_files import list_scenarios

    kinds = {"biomes": list_biomes(), "scenarios": list_scenarios()}
    if as_json:
        listed = {
            kind: [{"key": entry.key, "name": entry.name} for entry in entries]
            for kind, entries in kinds.items()
        }
        write_json(listed)
        return 0
    width = max(len(entry.key) for entries in kinds.values() for entry in entries)
    for kind, entries in kinds.items():
        sys.stdout.write(f"{kind.capitalize()}:\n")
        for entry in entries:
            sys.stdout.write(f"  {entry.key:<{width}}  {entry.name}\n")
    return 0
