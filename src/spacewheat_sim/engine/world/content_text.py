"""Icons and biomes as JSON text that keeps the order in which they were authored.

The order of an icon's transfers counts: ``spec`` applies them in it, and a trajectory
draws its channels in it. JSON objects with sorted keys would lose it, so that logs and
snapshots carry content as text of its own.
"""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import ValidationError

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.challenge.challenge import Challenge
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.model import REPORT_LATER, ContentModel
from spacewheat_sim.content.rhythms.rhythm import Rhythm
from spacewheat_sim.content.schema_errors import problem_text
from spacewheat_sim.errors import ArgumentError

Model = TypeVar("Model", bound=ContentModel)


def text_of(content: Icon | Rhythm | Biome | Challenge) -> str:
    """Return content as JSON text, without the place of its file.

    Of a challenge that is what was authored, and its key.
    """
    if isinstance(content, Challenge):
        return _text(content.model_dump(mode="json", by_alias=True, exclude_unset=True))
    data = content.model_dump(mode="json", by_alias=True, exclude_none=True)
    if isinstance(content, Biome):
        del data["emojis" if content.register_axes else "register"]
        if not content.meta:
            del data["meta"]
        if content.initial.uniform:
            data["initial"] = "uniform"
    return _text(data)


def content_of(kind: type[Model], text: str) -> Model:
    """Return the content of a ``kind`` that :func:`text_of` was given.

    The rules that an author of a biome must obey are not applied again: what has run
    once may name the defaults of another method's options.

    Raises:
        ArgumentError: ``text`` is no such content.
    """
    try:
        context = REPORT_LATER if kind is Biome else None
        return kind.model_validate_json(text, context=context)
    except ValidationError as error:
        told = problem_text(kind, error)
        raise ArgumentError(f"The text is no {kind.__name__.lower()}: {told}") from None


def _text(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
