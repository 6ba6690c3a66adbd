"""Pictures of emojis in any size, and the places of emojis in a text."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

import pygame
from PIL import Image

from spacewheat_sim.assets.atlas import atlas_cell, atlas_emojis, atlas_image_path
from spacewheat_sim.emoji import VARIATION_SELECTOR_16


class Run(NamedTuple):
    """A part of a text: one emoji of the atlas, or characters of the font."""

    text: str
    is_emoji: bool


def emoji_picture(emoji: str, pixels: int) -> pygame.Surface:
    """Return a picture of an emoji of the atlas, ``pixels`` wide and high."""
    cell = atlas_cell(emoji)
    if cell is None:
        raise KeyError(emoji)
    x, y, size = cell
    # Pillow weights colors by alpha when it scales, so that edges get no dark rim.
    picture = _atlas().resize(
        (pixels, pixels), Image.Resampling.LANCZOS, (x, y, x + size, y + size)
    )
    return pygame.image.frombuffer(
        picture.tobytes("raw", "BGRA"), (pixels, pixels), "BGRA"
    )


def split_runs(text: str) -> list[Run]:
    """Return ``text`` as runs; the longest matching emoji is used.

    Example:
        >>> [run.text for run in split_runs("🐺 took 🐇")]
        ['🐺', ' took ', '🐇']
    """
    return [
        Run(part, is_emoji=number % 2 == 1)
        for number, part in enumerate(_emoji_pattern().split(text))
        if part
    ]


@cache
def _atlas() -> Image.Image:
    with Image.open(atlas_image_path()) as image:
        return image.convert("RGBA")


@cache
def _emoji_pattern() -> re.Pattern[str]:
    longest_first = sorted(atlas_emojis(), key=len, reverse=True)
    may_follow = f"{VARIATION_SELECTOR_16}?"
    each = ("".join(re.escape(c) + may_follow for c in e) for e in longest_first)
    return re.compile(f"({'|'.join(each)})")
