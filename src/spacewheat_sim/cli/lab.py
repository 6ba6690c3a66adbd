"""``spacewheat lab``: reproducible experiments."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cyclopts import App

from spacewheat_sim.cli.arguments import Flag
from spacewheat_sim.cli.notices import tell_line, tell_notice
from spacewheat_sim.cli.output import write_json
from spacewheat_sim.cli.runs.compare import compare
from spacewheat_sim.cli.runs.report import report
from spacewheat_sim.cli.runs.rerun import rerun
from spacewheat_sim.errors import UnknownNameError
from spacewheat_sim.interrupts import exit_code

if TYPE_CHECKING:
    from spacewheat_sim.lab.experiment import Experiment

MOST_SHOWN = 6  # entries of a list or mapping in the summary


app = App(
    name="lab",
    help="List experiments, run, sweep and compare them, and run them again.",
)
run_app = App(name="run", help="Run an experiment and write its bundle.")
sweep_app = App(name="sweep", help="Run an experiment at many points.")
app.command(run_app)
app.command(report)
app.command(sweep_app)
app.command(compare)
app.command(rerun)


@app.command(name="list")
def list_experiments(*, json: Flag = False) -> int:
    """List the experiments with their parameters.

    Args:
        json: Print one JSON document.
    """
    from spacewheat_sim.lab.experiment import allowed_range
    from spacewheat_sim.lab.experiments import NAMES, get_experiment

    experiments = [get_experiment(name) for name in NAMES]
    if json:
        schemas = {
            e.name: {"summary": e.summary, "schema": e.parameters.model_json_schema()}
            for e in experiments
        }
        write_json(schemas)
        return 0
    for experiment in experiments:
        sys.stdout.write(f"{experiment.name}: {experiment.summary}\n")
        for name, info in experiment.parameters.model_fields.items():
            default = "" if info.default is None else f" [{_shown(info.default)}]"
            bounds = allowed_range(info)
            bounds = f" ({bounds})" if bounds else ""
            sys.stdout.write(f"  --{name:<16} {info.description}{bounds}{default}\n")
        sys.stdout.write("\n")
    return 0


def prepare(words: list[str]) -> None:
    """Add to ``lab run`` or ``lab sweep`` the experiment in ``words``, or all of them.

    Importing the parameter models takes time that other commands should not spend.
    """
    if words[:2] == ["lab", "run"]:
        from spacewheat_sim.cli.experiment_flags import experiment_command

        _add(run_app, words[2:], lambda e: experiment_command(e, run_and_report))
    elif words[:2] == ["lab", "sweep"]:
        from spacewheat_sim.cli.sweeps.experiment import sweep_command

        _add(sweep_app, words[2:], sweep_command)


def _add(
    group: App,
    words: list[str],
    command_of: Callable[[Experiment[Any]], Callable[..., int]],
) -> None:
    """Add the command of the experiment that ``words`` begin with, or of all."""
    from spacewheat_sim.lab.experiments import NAMES, get_experiment

    named = words[0] if words and not words[0].startswith("-") else None
    if named is not None and named not in NAMES:
        raise UnknownNameError("experiment", named, NAMES, "in the lab")
    for name in NAMES if named is None else [named]:
        if name not in group:
            group.command(command_of(get_experiment(name)), name=name)


def run_and_report(
    experiment: Experiment[Any],
    values: Mapping[str, Any],
    *,
    seed: int | None,
    out: Path,
    json: bool,
    figures: bool,
) -> int:
    """Run an experiment, write its bundle and report on stdout."""
    from spacewheat_sim import seeding
    from spacewheat_sim.cli.progress_bar import share_bar
    from spacewheat_sim.lab.run_experiment import (
        checked_parameters,
        known,
        run_experiment,
    )

    parameters = checked_parameters(experiment, values)
    if isinstance(biome := getattr(parameters, "biome", None), str):
        from spacewheat_sim.engine.compile import load_biome

        tell_notice(load_biome(biome))
    with share_bar(experiment.name) as progress:
        done = run_experiment(
            experiment,
            parameters,
            seeding.resolve_seed(seed),
            out,
            figures=figures,
            tell=tell_line,
            progress=progress,
        )
    report = {
        "bundle": str(done.path),
        "status": done.status,
        "seed": done.seed,
        "results": known(done.results),
    }
    if json:
        write_json(report)
    else:
        sys.stdout.write(f"{experiment.name}, seed {done.seed}: {done.status}\n\n")
        for name, value in report["results"].items():
            sys.stdout.write(f"  {name:<28} {_shown(value)}\n")
            for line in _series(value):
                sys.stdout.write(f"    {line}\n")
        sys.stdout.write(f"\nBundle: {done.path}\n")
    if done.interrupt is None:
        return 0
    return exit_code(done.interrupt)


def _series(value: Any) -> Iterator[str]:
    """Yield a line for each list in a mapping, without exact values and errors."""
    if isinstance(value, Mapping):
        for name, numbers in value.items():
            is_list = isinstance(numbers, list | tuple)
            if is_list and not name.endswith(("_exact", "_error")):
                yield f"{name:<26} {_shown(numbers)}"


def _shown(value: Any) -> str:
    """Return ``value`` as text: short numbers, long lists cut."""
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, list | tuple):
        head = " ".join(_shown(item) for item in value[:MOST_SHOWN])
        return head + (f" … ({len(value)} in all)" if len(value) > MOST_SHOWN else "")
    if not value and isinstance(value, Mapping | list | tuple):
        return "none"
    if isinstance(value, Mapping):
        # Exact values and errors would hide the numbers themselves.
        names = [n for n in value if not n.endswith(("_exact", "_error"))]
        scalar = [n for n in names if not isinstance(value[n], Mapping | list | tuple)]
        shown = [f"{n} {_shown(value[n])}" for n in scalar[:MOST_SHOWN]]
        series = sum(isinstance(value[n], list | tuple) for n in names)
        rest = len(value) - len(shown) - series
        more = [f"… (+{rest} in results.json)"] if rest else []
        return " ".join([", ".join(shown)] * bool(shown) + more)
    return "unknown" if value is None else str(value)
