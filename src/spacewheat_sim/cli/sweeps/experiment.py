"""``spacewheat lab sweep NAME``: an experiment at many points."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

from cyclopts import Parameter

from spacewheat_sim.cli.arguments import PathWord, WholeNumber
from spacewheat_sim.cli.experiment_flags import bare_type
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.lab.experiment import Experiment, allowed_range

_COMMON: dict[str, tuple[Any, Any, str]] = {
    "zip": (bool, False, "take first values together, then second ones, and so on"),
    "seeds": (WholeNumber | None, None, "replicates of each point, by default one"),
    "keep": (
        Literal["none", "recordings", "figures"],
        "none",
        "a bundle of each row: none, recordings, or figures too",
    ),
    "seed": (
        WholeNumber | None,
        None,
        "root seed; by default a fresh one, which is printed",
    ),
    "out": (PathWord, Path("runs"), "folder for the bundle"),
    "resume": (PathWord | None, None, "bundle of a sweep to go on with"),
    "executor": (
        str,
        "serial",
        "serial, processes, processes:N, dask or dask://HOST:PORT",
    ),
    "force": (bool, False, "go on although the program has changed"),
    "fail_fast": (bool, False, "end at the first point that fails"),
    "json": (bool, False, "print one JSON document"),
}
Run = Callable[[Experiment[Any], dict[str, Any], dict[str, Any]], int]


def sweep_command(experiment: Experiment[Any]) -> Callable[..., int]:
    """Return a function with one keyword of values for each parameter."""

    def command(**given: Any) -> int:
        common = {n: given.pop(n, default) for n, (_, default, _) in _COMMON.items()}
        return _sweep(experiment, given, common)

    fields = experiment.parameters.model_fields
    options = []
    for name, info in fields.items():
        bounds = allowed_range(info)
        text = f"{info.description or ''}{f' ({bounds})' if bounds else ''}"
        options.append(_option(name, list[str] | None, None, text, many=True))
    options += [_option(name, *rest) for name, rest in _COMMON.items()]
    command.__doc__ = (
        f"Sweep {experiment.name}: each parameter has one value, several, or a range "
        "START:STOP:COUNT with both ends included."
    )
    command.__annotations__ = {option.name: option.annotation for option in options}
    # The command-line library reads the flags from the signature.
    command.__signature__ = inspect.Signature(options)  # type: ignore[attr-defined]
    return command


def _option(
    name: str, annotation: Any, default: Any, text: str, *, many: bool = False
) -> inspect.Parameter:
    names = list(dict.fromkeys((f"--{name}", f"--{name.replace('_', '-')}")))
    parameter = Parameter(
        name=names, help=text, negative=(), consume_multiple=many, show_default=not many
    )
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=default,
        annotation=Annotated[annotation, parameter],
    )


def _sweep(
    experiment: Experiment[Any], given: dict[str, Any], common: dict[str, Any]
) -> int:
    from spacewheat_sim.cli.sweeps.how import How
    from spacewheat_sim.cli.sweeps.report import sweep_and_report

    keys = ("zip", "seeds", "keep", "seed")
    said: dict[str, Any] = {"set": {}, "fixed": {}}
    said |= {key: common.pop(key) for key in keys}
    for name, words in given.items():
        if words:
            _add(said, experiment, name, words)
    defaults = {name: default for name, (_, default, _) in _COMMON.items()}
    said = {k: v for k, v in said.items() if v not in ({}, defaults.get(k))}
    return sweep_and_report({"experiment": experiment.name, **said}, How(**common))


def _add(
    said: dict[str, Any], experiment: Experiment[Any], name: str, words: Sequence[str]
) -> None:
    """Note the values of a parameter: swept if there are several, else fixed."""
    from spacewheat_sim.lab.sweep.axes import read_value, read_values

    info = experiment.parameters.model_fields[name]
    values = [part for word in words for part in word.split(",")]
    if _is_grid(info.annotation):
        if any(":" in value for value in values):
            raise ArgumentError(
                f"--{name} is a grid itself, whose values are not swept; wanted START "
                "STOP COUNT"
            )
        said["fixed"][name] = [read_value(value, f"--{name}") for value in values]
        return
    ranges = [value for value in values if ":" in value]
    if ranges and len(values) > 1:
        raise ArgumentError(
            f"--{name} has a range and other values; give one range, or values alone"
        )
    found = read_values(ranges[0] if ranges else values, f"--{name}")
    if len(found) == 1:
        said["fixed"][name] = found[0]
    else:
        said["set"][name] = ranges[0] if ranges else list(found)


def _is_grid(annotation: Any) -> bool:
    """Return whether a parameter is several values itself, such as START STOP COUNT."""
    bare = bare_type(annotation)
    return any(get_origin(part) is tuple for part in (bare, *get_args(bare)))
