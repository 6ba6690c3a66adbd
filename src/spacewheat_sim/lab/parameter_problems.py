"""What is wrong with the parameters of an experiment, in the words of its flags."""

from __future__ import annotations

import reprlib
from typing import Any, Literal, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from spacewheat_sim.lab.experiment import Parameters, allowed_range

_KINDS = {int: "whole numbers", float: "finite numbers", str: "text"}


def parameter_problems(
    model: type[Parameters], error: ValidationError, before: str = ""
) -> str:
    """Return what is wrong with parameters and what is allowed.

    Args:
        model: The parameters that were checked.
        error: What came of it.
        before: What stands before each name, such as ``--``.
    """
    told = (_told(model, each, before) for each in error.errors(include_url=False))
    return "; ".join(dict.fromkeys(told))


def _told(model: type[Parameters], problem: ErrorDetails, before: str) -> str:
    said = problem["msg"].removeprefix("Value error, ")
    if not problem["loc"]:
        return said
    name = str(problem["loc"][0])
    field = model.model_fields[name]
    is_bound = problem["type"].startswith(("greater_than", "less_than"))
    allowed = allowed_range(field) if is_bound else _allowed(field)
    # What our own validators say is better than a range.
    if allowed and problem["type"] != "value_error":
        said = f"allowed: {allowed}"
    return f"{before}{name} cannot be {reprlib.repr(problem['input'])}; {said}"


def _allowed(field: FieldInfo) -> str:
    """Return what a parameter may be, e.g. ``whole numbers ≥ 1``; empty if unknown."""
    kind = _kind(field.annotation)
    if get_origin(kind) is Literal:
        return ", ".join(map(str, get_args(kind)))
    if get_origin(kind) is tuple:
        return f"{len(get_args(kind))} numbers"
    return f"{_KINDS.get(kind, '')} {allowed_range(field)}".strip()


def _kind(annotation: Any) -> Any:
    """Return the type of a parameter that may also be None, or have validators."""
    if get_origin(annotation) in (None, Literal, tuple):
        return annotation
    return _kind(get_args(annotation)[0])
