"""A scenario: an experiment of the lab with its parameters, as content."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SerializerFunctionWrapHandler,
    Strict,
    WrapSerializer,
)
from pydantic_core import PydanticCustomError

from spacewheat_sim.content.biome import Axis
from spacewheat_sim.content.fields import SchemaVersion, Text, Words
from spacewheat_sim.content.model import ContentModel, FrozenMapping
from spacewheat_sim.content.problems import show_value


def _plain(value: Any) -> Any:
    """Return ``value`` if it is a scalar or a list of scalars, the list as a tuple."""
    if isinstance(value, list | tuple):
        return tuple(_plain(item) for item in value)
    finite = not isinstance(value, float) or math.isfinite(value)
    if not finite or not isinstance(value, bool | int | float | str):
        raise PydanticCustomError(
            "parameter",
            "{shown} is not a parameter",
            {"shown": show_value(value), "wanted": "a number, a word, or a list"},
        )
    return value


def _dump(mapping: Mapping[str, Any], handler: SerializerFunctionWrapHandler) -> Any:
    return handler(dict(mapping))


Parameters = Annotated[
    Mapping[str, Annotated[Any, BeforeValidator(_plain)]],
    AfterValidator(FrozenMapping),
    WrapSerializer(_dump),
]


class Scenario(ContentModel):
    """The content of a file ``biomes/lab/*.yaml``.

    Attributes:
        name: Its name.
        description: One sentence.
        experiment: Name of the experiment that it runs.
        parameters: Values of the experiment's parameters, by name.
        seed: Root seed of the run.
        axes: Pairs of emojis for the sandbox.
    """

    schema_version: Annotated[SchemaVersion, Field(alias="schema")]
    name: Text
    description: Words = ""
    experiment: Text
    parameters: Parameters = Field(default_factory=lambda: FrozenMapping({}))
    seed: Annotated[int, Strict(), Field(ge=0)] = 0
    axes: tuple[Axis, ...] = ()
