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
from spacewheat_sim.errors import ArgumentError

Model = TypeVar("Model", bound=ContentModel)


def icon_text(icon: Icon) -> str:
    """Return ``icon`` as JSON text."""
    return _text(_plain(icon))


def biome_text(biome: Biome) -> str:
    """Return ``biome`` as JSON text, without the place of its file."""
    data = _plain(biome)
    del data["emojis" if biome.register_axes else "register"]
    if biome.initial.uniform:
        data["initial"] = "uniform"
    return _text(data)


def rhythm_text(rhythm: Rhythm) -> str:
    """Return ``rhythm`` as JSON text."""
    return _text(_plain(rhythm))


def challenge_text(challenge: Challenge) -> str:
    """Return ``challenge`` as JSON text: what was authored, and its key."""
    return _text(challenge.model_dump(mode="json", by_alias=True, exclude_unset=True))


def read_challenge_text(text: str) -> Challenge:
    """Return the challenge of :func:`challenge_text`.

    Raises:
        ArgumentError: ``text`` is no challenge.
    """
    return _read(Challenge, text)


def read_rhythm(text: str) -> Rhythm:
    """Return the rhythm of :func:`rhythm_text`.

    Raises:
        ArgumentError: ``text`` is no rhythm.
    """
    return _read(Rhythm, text)


def read_icon(text: str) -> Icon:
    """Return the icon of :func:`icon_text`.

    Raises:
        ArgumentError: ``text`` is no icon.
    """
    return _read(Icon, text)


def read_biome_text(text: str) -> Biome:
    """Return the biome of :func:`biome_text`.

    The rules that an author must obey are not applied again: what has run once may
    name the defaults of another method's options.

    Raises:
        ArgumentError: ``text`` is no biome.
    """
    return _read(Biome, text, REPORT_LATER)


def _plain(model: ContentModel) -> dict[str, Any]:
    return model.model_dump(mode="json", by_alias=True, exclude_none=True)


def _text(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _read(model: type[Model], text: str, context: str | None = None) -> Model:
    try:
        return model.model_validate_json(text, context=context)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "its text"
        raise ArgumentError(
            f"The text is no {model.__name__.lower()}: {place}: {first['msg']}"
        ) from None
