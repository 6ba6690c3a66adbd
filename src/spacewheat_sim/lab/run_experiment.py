"""Runs an experiment and writes its bundle."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from spacewheat_sim.errors import ArgumentError, UnknownNameError
from spacewheat_sim.lab.bundle.bundle import Bundle
from spacewheat_sim.lab.bundle.unfinished import settle_unfinished
from spacewheat_sim.lab.experiment import Experiment, Outcome, Streams
from spacewheat_sim.lab.memory import memory_notice
from spacewheat_sim.lab.parameter_problems import parameter_problems
from spacewheat_sim.lab.progress import Progress


@dataclass(frozen=True)
class Run:
    """A finished run: its bundle's folder, its status and its results.

    Attributes:
        path: The bundle's folder.
        status: The status in its ``meta.json``.
        seed: Root seed.
        results: Its results, or those so far if it was interrupted.
        interrupt: The request to stop that ended it, if any.
    """

    path: Path
    status: str
    seed: int
    results: Mapping[str, Any]
    interrupt: KeyboardInterrupt | None = None


def checked_parameters(experiment: Experiment[Any], values: Mapping[str, Any]) -> Any:
    """Return the experiment's parameters from ``values`` and defaults.

    Raises:
        UnknownNameError: the experiment has no such parameter.
        ArgumentError: a value is out of bounds; the message gives the bounds.
    """
    fields = experiment.parameters.model_fields
    for name in values:
        if name not in fields:
            raise UnknownNameError(
                "parameter", name, fields, f"of experiment {experiment.name}"
            )
    try:
        return experiment.parameters.model_validate(dict(values))
    except ValidationError as error:
        told = parameter_problems(experiment.parameters, error, "--")
        raise ArgumentError(told) from None


def idle_notes(experiment: Experiment[Any], values: Mapping[str, Any]) -> list[str]:
    """Return a line for each value, other than a default, that has no effect.

    Raises:
        UnknownNameError, ArgumentError: as in :func:`checked_parameters`.
    """
    parameters = checked_parameters(experiment, values)
    fields = experiment.parameters.model_fields
    return [
        f"--{name} has no effect here; it is for {user}"
        for name, user in parameters.idle.items()
        if name in values and getattr(parameters, name) != fields[name].default
    ]


def run_experiment(
    experiment: Experiment[Any],
    parameters: Any,
    seed: int,
    out: Path,
    *,
    figures: bool = True,
    tell: Callable[[str], None] = lambda _line: None,
    progress: Callable[[float], object] = lambda _share: None,
) -> Run:
    """Run and write the bundle under ``out``.

    ``tell`` is called with notices on memory and on killed runs, ``progress`` with the
    share of the run that is done. The bundle of an interrupted run says ``interrupted``
    and has the results so far.
    """
    if experiment.memory is not None:
        tell(memory_notice(experiment.memory(parameters)))
    meta = {
        "kind": "experiment",
        "experiment": experiment.name,
        "parameters": parameters.model_dump(mode="json"),
        "seed": seed,
    }
    for line in settle_unfinished(out):
        tell(line)
    results: Mapping[str, Any] = {}
    with Bundle(out, experiment.name, meta) as bundle:
        with bundle.timed("run"):
            outcome = experiment.run(parameters, Streams(seed, Progress(progress)))
        if outcome.interrupt is not None:
            bundle.stop(outcome.interrupt)
        results = outcome.results
        write_outcome(bundle, outcome)
        if figures and outcome.interrupt is None:
            bundle.draw(outcome.figures)
    return Run(bundle.path, bundle.status, seed, results, bundle.interrupt)


def write_outcome(bundle: Bundle, outcome: Outcome) -> None:
    """Write results and table; a number that is not finite becomes null or empty."""
    bundle.timings.update(outcome.timings)
    with bundle.writing():
        bundle.write_results(known(outcome.results))
        bundle.write_table(outcome.columns, known(outcome.rows))


def known(value: Any) -> Any:
    """Return ``value`` as plain JSON data; numbers that are not finite become None."""
    if isinstance(value, Mapping):
        return {str(key): known(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [known(item) for item in value]
    if hasattr(value, "tolist"):
        return known(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
