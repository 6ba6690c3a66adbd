"""Problems of the schema validation, in the words of authors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from spacewheat_sim.content.model import ContentModel
from spacewheat_sim.content.problems import (
    KeyPath,
    Kind,
    Problem,
    show_key_path,
    show_value,
    suggestion,
)
from spacewheat_sim.content.yaml.document import YamlDocument, canonical_key_path

_WANTED_TYPES = {
    "float_type": "a number",
    "int_type": "a whole number",
    "string_type": "text",
    "bool_type": "true or false",
    "path_type": "a path",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "finite_number": "a finite number",
}
_EMPTY = {"string_too_short": "some text", "too_short": "at least one entry"}
_BOUNDS = {
    "greater_than": ("gt", "above"),
    "greater_than_equal": ("ge", "of at least"),
    "less_than": ("lt", "below"),
    "less_than_equal": ("le", "of at most"),
}
# Parts of pydantic's places that are in no file: a key itself, and the forms that a
# value may have.
MARKS = ("[key]", "[name]", "[own]", "[number]", "[changing]")
_MEANINGLESS = {*_BOUNDS, "finite_number"}


def schema_problem(
    document: YamlDocument,
    model: type[ContentModel],
    error: ErrorDetails,
    at: KeyPath,
    emoji_names: Mapping[str, str],
) -> Problem:
    """Return one validation error of ``model``, read at ``at``, as a problem.

    Args:
        document: The file.
        model: The model that was read.
        error: The validation error.
        at: Key path of the model in the file.
        emoji_names: Emoji by icon name, for suggestions.
    """
    at_key = error["loc"][-1:] == ("[key]",)
    inner = tuple(part for part in error["loc"] if part not in MARKS)
    rule = error["type"]
    message, wanted = _words(rule, error, model, inner, emoji_names)
    written = document.authored.get(canonical_key_path((*at, *inner)))
    if rule == "string_type" and written:
        message, wanted = f"{written} is not text in YAML", f'"{written}" in quotes'
    kind: Kind = "meaningless" if rule in _MEANINGLESS else "malformed"
    return document.problem(
        (*at, *inner),
        message,
        wanted,
        kind=kind,
        rule=rule,
        at_key=at_key or rule == "extra_forbidden",
    )


def first_problem(model: type[ContentModel], error: ValidationError) -> tuple[str, str]:
    """Return where a ``model`` that is in no file is wrong first, and how."""
    first = error.errors(include_url=False)[0]
    inner = tuple(part for part in first["loc"] if part not in MARKS)
    place = show_key_path(inner) if inner else ""
    # A rule says itself what it wants.
    if first["type"] in ("value_error", "json_invalid"):
        return place, first["msg"].removeprefix("Value error, ")
    message, wanted = _words(first["type"], first, model, inner, {})
    return place, f"{message}; wanted {wanted}"


def problem_text(model: type[ContentModel], error: ValidationError) -> str:
    """Return where a ``model`` that is in no file is wrong first, and how, as text."""
    return ": ".join(filter(None, first_problem(model, error)))


def _words(
    rule: str,
    error: ErrorDetails,
    model: type[ContentModel],
    inner: KeyPath,
    emoji_names: Mapping[str, str],
) -> tuple[str, str]:
    """Return the problem and what is allowed."""
    value = show_value(error["input"])
    context: dict[str, Any] = error.get("ctx", {})
    if rule == "extra_forbidden":
        known = _keys_at(model, inner[:-1])
        return (
            f"unknown key {inner[-1]}",
            f"one of {', '.join(known)}{suggestion(str(inner[-1]), known)}",
        )
    if rule == "missing":
        return "this key is missing", f"a value for {inner[-1]}"
    if rule == "literal_error":
        expected = str(context["expected"])
        choices = re.findall(r"'([^']*)'", expected) or [expected.lower()]
        near = suggestion(str(error["input"]), choices)
        return f"unknown value {value}", f"one of {', '.join(choices)}{near}"
    if rule == "emoji":
        plain = context["message"] == "is not an emoji"
        near = _emoji_of_name(str(error["input"]), emoji_names) if plain else ""
        return error["msg"], f"{context['wanted']}{near}"
    if rule in _BOUNDS:
        key, word = _BOUNDS[rule]
        negative = key == "ge" and context[key] == 0
        wrong = "is negative" if negative else "is out of range"
        return f"{value} {wrong}", f"a number {word} {context[key]:g}"
    if rule == "too_long":
        most = context["max_length"]
        return f"there are more than {most:,}", f"at most {most:,}"
    if rule in _EMPTY:
        return "this is empty", _EMPTY[rule]
    if rule in _WANTED_TYPES:
        wanted = _WANTED_TYPES[rule]
        return f"{value} is not {wanted}", wanted
    return error["msg"], str(context.get("wanted", "another value"))


def _emoji_of_name(name: str, emoji_names: Mapping[str, str]) -> str:
    by_name = {known.lower(): emoji for known, emoji in emoji_names.items()}
    if name.lower() in by_name:
        return f" (did you mean {by_name[name.lower()]}?)"
    return suggestion(name, emoji_names)


def _keys_at(model: type[ContentModel], inner: KeyPath) -> tuple[str, ...]:
    """Return the keys of the model at ``inner`` within ``model``."""
    for part in inner:
        field = model.model_fields.get(str(part))
        if field is not None:
            model = _model_in(field.annotation) or model
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _model_in(annotation: Any) -> type[ContentModel] | None:
    """Return the model in ``annotation``, e.g. ``Axis`` in ``tuple[Axis, ...]``."""
    if isinstance(annotation, type) and issubclass(annotation, ContentModel):
        return annotation
    inner = (_model_in(argument) for argument in get_args(annotation))
    return next((model for model in inner if model is not None), None)
