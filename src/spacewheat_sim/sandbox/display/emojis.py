"""Pictures of emojis in any size, and the places of emojis in a text."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

import numpy as np
import pygame
from PIL import Image, ImageFilter

from spacewheat_sim.assets.atlas import atlas_cell, atlas_emojis, atlas_image_path
from spacewheat_sim.emoji import VARIATION_SELECTOR_16
from spacewheat_sim.sandbox import palette

# Width of the light rim of a dark emoji, as a share of its size; least contrast.
RIM, SEEN = 0.045, 3.0


class Run(NamedTuple):
    """A part of a text: one emoji of the atlas, or characters of the font."""

    text: str
    is_emoji: bool


def emoji_picture(emoji: str, pixels: int) -> pygame.Surface:
    """Return a picture of an emoji of the atlas, ``pixels`` wide and high."""
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
    return [
        Run(part, is_emoji=number % 2 == 1)
        for number, part in enumerate(_emoji_pattern().split(text))
        if part
    ]


@cache
def _visible(emoji: str) -> Image.Image:
    """Return the picture of an emoji; one as dark as the ground gets a light rim."""
    cell = atlas_cell(emoji)
    if cell is None:
        raise KeyError(emoji)
    x, y, size = cell
    picture = _atlas().crop((x, y, x + size, y + size))
    if not is_dark(picture):
        return picture
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
