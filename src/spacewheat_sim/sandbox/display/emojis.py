"""Pictures of emojis in any size, and the places of emojis in a text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
import pygame
from PIL import Image, ImageFilter

from spacewheat_sim.assets.atlas import pictured_emojis
from spacewheat_sim.assets.pictures import emoji_image
from spacewheat_sim.emoji import VARIATION_SELECTOR_16
from spacewheat_sim.sandbox import palette

# Width of the light rim of a dark emoji, as a share of its size; least contrast.
RIM, SEEN = 0.045, 3.0

# Emojis below this character are signs of text, such as © and ↔: the font has them, and
# they are pictures in a text only where U+FE0F asks for it.
FIRST_PICTURE = "\u231a"


class Run(NamedTuple):
    """A part of a text: one emoji that has a picture, or characters of the font."""

    text: str
    is_emoji: bool


def emoji_picture(emoji: str, pixels: int) -> pygame.Surface:
    """Return a picture of an emoji, ``pixels`` wide and high.

    Raises:
        KeyError: It has none.
    """
    # Pillow weights colors by alpha when it scales, so that edges get no dark rim.
    picture = _visible(emoji).resize((pixels, pixels), Image.Resampling.LANCZOS)
    return pygame.image.frombuffer(
        picture.tobytes("raw", "BGRA"), (pixels, pixels), "BGRA"
    )


def split_runs(text: str) -> list[Run]:
    """Return ``text`` as runs; the longest matching emoji is used.

    Example:
        >>> [run.text for run in split_runs("🐺 took 🐇")]
        ['🐺', ' took ', '🐇']
    """
    if text.isascii():
        return [Run(text, is_emoji=False)] if text else []
    runs, begin = [], 0
    for first, last in _places(text):
        if begin < first:
            runs.append(Run(text[begin:first], is_emoji=False))
        runs.append(Run(text[first:last], is_emoji=True))
        begin = last
    if begin < len(text):
        runs.append(Run(text[begin:], is_emoji=False))
    return runs


def _places(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the emojis of ``text`` begin and end."""
    at = 0
    while at < len(text):
        end = _end(text, at)
        if end > at:
            yield at, end
        at = max(end, at + 1)


def _end(text: str, begin: int) -> int:
    """Return where the longest emoji from ``begin`` ends, or ``begin``."""
    beginnings, pictured = _beginnings(), pictured_emojis()
    key, end = "", begin
    for place in range(begin, len(text)):
        if text[place] == VARIATION_SELECTOR_16:
            if key and place == end:
                end += 1
            continue
        key += text[place]
        if key not in beginnings:
            break
        if key in pictured:
            end = place + 1
    found = text[begin:end]
    is_sign = len(found) == 1 and found < FIRST_PICTURE
    return begin if is_sign else end


@cache
def _beginnings() -> frozenset[str]:
    """Return all that an emoji with a picture may begin with."""
    return frozenset(
        emoji[:size] for emoji in pictured_emojis() for size in range(1, len(emoji) + 1)
    )


@cache
def _visible(emoji: str) -> Image.Image:
    """Return the picture of an emoji; one as dark as the ground gets a light rim."""
    picture = emoji_image(emoji)
    if picture is None:
        raise KeyError(emoji)
    if not is_dark(picture):
        return picture
    size = picture.width
    rim = max(2, round(RIM * size))
    inner = picture.resize((size - 2 * rim, size - 2 * rim), Image.Resampling.LANCZOS)
    placed = Image.new("RGBA", (size, size))
    placed.paste(inner, (rim, rim))
    grown = placed.getchannel("A").filter(ImageFilter.MaxFilter(2 * rim + 1))
    light = Image.new("RGBA", (size, size), palette.DIM)
    light.putalpha(grown)
    light.alpha_composite(placed)
    return light


def is_dark(picture: Image.Image) -> bool:
    """Return whether less than half of a picture can be seen on the ground.

    That is a contrast of 3, as of all that is drawn.
    """
    pixels = np.asarray(picture).reshape(-1, 4)
    colors = pixels[pixels[:, 3] > 127, :3]
    kinds, counts = np.unique(colors // 8, axis=0, return_counts=True)
    seen = [
        palette.contrast((8 * r + 4, 8 * g + 4, 8 * b + 4), palette.PANEL) >= SEEN
        for r, g, b in kinds.tolist()
    ]
    return bool(counts[seen].sum() < 0.5 * counts.sum())
