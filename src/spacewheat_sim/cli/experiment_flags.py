"""A command whose flags are the fields of an experiment's parameter model."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from cyclopts import Parameter

from spacewheat_sim.cli.arguments import PathWord, WholeNumber
from spacewheat_sim.lab.experiment import Experiment, allowed_range
from spacewheat_sim.lab.run_experiment import idle_notes

RunCommand = Callable[..., int]


def experiment_command(
    experiment: Experiment[Any],
    run: Callable[..., int],
) -> RunCommand:
    """Return a function with one keyword per parameter, and the common flags.

    A field ``J_env`` becomes ``--J_env`` and ``--J-env``. ``run`` is called with the
    experiment, the values, and ``seed``, ``out``, ``json`` and ``figures``.
    """

    def command(**given: Any) -> int:
        common = {n: given.pop(n, default) for n, (_, default, _) in COMMON.items()}
        for note in idle_notes(experiment, given):
            sys.stderr.write(f"note: {note}\n")
        return run(experiment, given, **common)

    options = [
        _option(name, bare_type(info.annotation), info.default, _help(info))
        for name, info in experiment.parameters.model_fields.items()
    ]
    options += [_option(name, *rest) for name, rest in COMMON.items()]
    command.__doc__ = experiment.summary
    command.__annotations__ = {option.name: option.annotation for option in options}
    # The command-line library reads the flags from the signature.
    command.__signature__ = inspect.Signature(options)  # type: ignore[attr-defined]
    return command


COMMON: dict[str, tuple[Any, Any, str]] = {
    "seed": (
        WholeNumber | None,
        None,
        "root seed; by default a fresh one, which is printed",
    ),
    "out": (PathWord, Path("runs"), "folder for the bundle"),
    "json": (bool, False, "print the results as one JSON document"),
    "figures": (bool, True, "draw figures"),
}


def bare_type(annotation: Any) -> Any:
    """Return a type without its validators, which the model applies later."""
    if get_origin(annotation) is Annotated:
        return bare_type(get_args(annotation)[0])
    parts = tuple(map(bare_type, get_args(annotation)))
    if get_origin(annotation) in (Union, UnionType):
        return Union[parts]  # noqa: UP007 -- built at run time
    if get_origin(annotation) is tuple:
        return tuple[parts]  # type: ignore[valid-type]
    # The library would silently round 12.7 to 13.
    return WholeNumber if annotation is int else annotation


def _help(info: Any) -> str:
    bounds = allowed_range(info)
    return f"{info.description or ''}{f' ({bounds})' if bounds else ''}"


def _option(name: str, annotation: Any, default: Any, text: str) -> inspect.Parameter:
    names = list(dict.fromkeys((f"--{name}", f"--{name.replace('_', '-')}")))
    negative = "--no-figures" if name == "figures" else ()
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=default,
        annotation=Annotated[
            annotation, Parameter(name=names, help=text, negative=negative)
        ],
    )
