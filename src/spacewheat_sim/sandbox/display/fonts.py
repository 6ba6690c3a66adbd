"""Width and picture of text with emojis."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import pygame

from spacewheat_sim.sandbox.display.emojis import emoji_picture, split_runs
from spacewheat_sim.sandbox.shapes import Color

# An emoji in text, in heights of the font: its picture, and its width.
EMOJI_SIZE, EMOJI_ROOM = 1.15, 1.25
LONGEST = 2000  # characters; a longer line fits on no screen

_INVISIBLE = re.compile("[\ufe0e\ufe0f\u200b-\u200f\U0001f3fb-\U0001f3ff]")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class Fonts:
    """DejaVu Sans at a scale; it has Greek, arrows and mathematics.

    Args:
        scale: Pixels per logical pixel.
    """

    def __init__(self, scale: float = 1.0) -> None:
        pygame.font.init()
        self.scale = scale
        self._font = lru_cache(64)(_load_font)
        self._width = lru_cache(8192)(self._measure)

    def width(self, text: str, size: float, bold: bool = False) -> float:
        """Return the width of one line in logical pixels."""
        return self._width(text, size, bold)

    def render(
        self, text: str, size: float, color: Color, bold: bool = False
    ) -> pygame.Surface:
        """Return a picture of one line, with the width of :meth:`width`."""
        pixels = self._pixels(size)
        font = self._font(pixels, bold)
        runs = split_runs(text[:LONGEST])
        if len(runs) == 1 and not runs[0].is_emoji:
            return font.render(_plain(text[:LONGEST]), True, color)
        width = self._pixel_width(text, pixels, bold)
        line = pygame.Surface((width, font.get_height()), pygame.SRCALPHA)
        x = 0
        for run in runs:
            if run.is_emoji:
                side, room = _emoji_pixels(pixels)
                middle = (line.get_height() - side) // 2
                picture = emoji_picture(run.text, side)
                line.blit(picture, (x + (room - side) // 2, middle))
                x += room
            else:
                part = font.render(_plain(run.text), True, color)
                line.blit(part, (x, 0))
                x += part.get_width()
        return line

    def _pixels(self, size: float) -> int:
        return max(1, round(size * self.scale))

    def _measure(self, text: str, size: float, bold: bool) -> float:
        return self._pixel_width(text, self._pixels(size), bold) / self.scale

    def _pixel_width(self, text: str, pixels: int, bold: bool) -> int:
        font, (_, room) = self._font(pixels, bold), _emoji_pixels(pixels)
        return sum(
            room if run.is_emoji else font.size(_plain(run.text))[0]
            for run in split_runs(text[:LONGEST])
        )


def _emoji_pixels(pixels: int) -> tuple[int, int]:
    return round(pixels * EMOJI_SIZE), round(pixels * EMOJI_ROOM)


def _plain(text: str) -> str:
    """Return text without invisible characters, which fonts show as boxes."""
    return _INVISIBLE.sub("", _UNPRINTABLE.sub(" ", text))


def _load_font(pixels: int, bold: bool) -> pygame.font.Font:
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return pygame.font.Font(str(_font_folder() / name), pixels)


@lru_cache
def _font_folder() -> Path:
    # The fonts are part of matplotlib; importing it would take a second.
    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("matplotlib, which contains the fonts of the window")
    return Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
