"""Data of any kind that an author keeps in a file, and that nothing reads."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from spacewheat_sim.content.model import FrozenMapping
from spacewheat_sim.content.problems import KeyPath, show_key_path, show_value
from spacewheat_sim.content.yaml.builder import MAX_DEPTH
from spacewheat_sim.plain_values import CONTROL

# YAML takes 1024 characters of a key; one may need ten, as \U0001f407.
LONGEST_KEY = 100


def _frozen(value: Any, at: KeyPath) -> Any:
    """Return plain data as immutable data; NaN and infinities are errors."""
    where = f"{show_key_path(at)}: " if at else ""
    if len(at) >= MAX_DEPTH:  # in a file it is below a key
        wanted = f"at most {MAX_DEPTH} levels"
        raise _error("", "the data is nested too deeply", wanted)
    if isinstance(value, Mapping):
        for key in value:
            if not _is_text(key) or len(key) > LONGEST_KEY:
                wanted = f"text of at most {LONGEST_KEY} characters"
                raise _error(where, f"{show_value(key)} is no key", wanted)
        return FrozenMapping(
            {key: _frozen(inner, (*at, key)) for key, inner in value.items()}
        )
    if isinstance(value, list | tuple):
        return tuple(_frozen(inner, (*at, i)) for i, inner in enumerate(value))
    if isinstance(value, float) and not math.isfinite(value):
        raise _error(where, f"{value} is not a finite number", "a finite number")
    if value is None or _is_text(value) or isinstance(value, bool | int | float):
        return value
    wanted = "text, numbers, true, false, null, and lists and mappings of them"
    raise _error(where, f"{show_value(value)} cannot be in a file", wanted)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and not CONTROL.search(value)


def _error(where: str, message: str, wanted: str) -> PydanticCustomError:
    return PydanticCustomError(
        "free-data", "{text}", {"text": f"{where}{message}", "wanted": wanted}
    )


def _plain(value: Any) -> Any:
    """Return immutable data as dicts and lists."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, tuple) else value


FreeMapping = Annotated[
    Mapping[str, Any],
    AfterValidator(lambda mapping: _frozen(mapping, ())),
    PlainSerializer(_plain),
    WithJsonSchema({"type": "object"}),
]
"""A mapping of plain data, as deep as a file may be."""
