"""Emojis that have no picture: their names, on a tile and within text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Protocol

from spacewheat_sim.assets.atlas import pictured_emojis
from spacewheat_sim.emoji import canonical_emoji, emoji_name, known_emojis

# Letters of a tile in logical pixels; smaller ones are illegible.
LARGEST, SMALLEST = 18.0, 7.0
# Height of a line, in heights of its letters.
LINE = 1.15


class TextMeasure(Protocol):
    """Measures the width of text."""

    def width(self, text: str, size: float, bold: bool = False) -> float:
        """Return the width of one line in logical pixels."""


def name_of(emoji: str, names: Mapping[str, str]) -> str:
    """Return the name of an emoji: its icon's, or else Unicode's.

    Example:
        >>> name_of("🫍", {"🫍": "Black Fin"}), name_of("🫍", {}), name_of("Ω2", {})
        ('Black Fin', 'orca', 'Ω2')
    """
    key = canonical_emoji(emoji)
    return names.get(key) or emoji_name(key)


def named_in_text(text: str, names: Mapping[str, str]) -> str:
    """Return ``text`` with names in place of emojis that have no picture.

    Example:
        >>> named_in_text("🫍 took 🐟", {"🫍": "Black Fin"})
        'Black Fin took 🐟'
    """
    if text.isascii() or not _lacks_a_picture(text):
        return text
    return _pictureless().sub(lambda found: name_of(found[0], names), text)


def tile_lines(
    name: str, width: float, height: float, measure: TextMeasure
) -> tuple[float, list[str]]:
    """Return the size of the letters of a name on a tile, and its lines.

    The words stand one below another where this makes larger letters. What is illegible
    in full is cut: a few letters say more than none.
    """
    words = name.split() or [name]
    whole, below = (
        _fitting(lines, width, height, measure) for lines in ([name], words)
    )
    size, lines = max((whole, [name]), (below, words), key=lambda each: each[0])
    if size >= SMALLEST:
        return size, lines
    kept = next(
        (
            name[:count]
            for count in range(len(name), 1, -1)
            if measure.width(name[:count], SMALLEST) <= width
        ),
        name[:1],
    )
    return min(SMALLEST, _fitting([kept], width, height, measure)), [kept]


def _fitting(
    lines: list[str], width: float, height: float, measure: TextMeasure
) -> float:
    """Return the largest letters with which ``lines`` fit."""
    widest = max(measure.width(line, LARGEST) for line in lines) or LARGEST
    return max(
        1.0,
        min(LARGEST, width * LARGEST / widest, height / (LINE * len(lines))),
    )


@lru_cache(4096)
def _lacks_a_picture(text: str) -> bool:
    """Return whether an emoji in ``text`` has no picture; texts recur."""
    return _pictureless().search(text) is not None


@cache
def _pictureless() -> re.Pattern[str]:
    missing = known_emojis() - pictured_emojis()
    longest_first = sorted(missing, key=len, reverse=True)
    each = ("".join(re.escape(c) + "\ufe0f?" for c in e) for e in longest_first)
    # Behind a joiner it is a part of another emoji, which may have a picture.
    return re.compile(f"(?<!\u200d)(?:{'|'.join(each)})")
