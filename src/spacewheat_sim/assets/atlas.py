"""Where the picture of each emoji sits; needs no imaging library.

The atlas holds the emoji of the built-in content and many others; pages, each a file of
its own, hold all others of Unicode's list that Noto Emoji draws. They are read only
where one of theirs is drawn. See ``NOTICE-EMOJI-ATLAS.txt`` beside this file.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

from spacewheat_sim.emoji import canonical_emoji

FOLDER = Path(__file__).resolve().parent
ATLAS = "emoji_atlas.png"
# Cells in a row of a page, and their pixels.
PAGE_COLUMNS, PAGE_CELL = 16, 64


class Cell(NamedTuple):
    """A square of an image.

    Attributes:
        image: Name of the image in :data:`FOLDER`.
        x: Pixels from its left edge.
        y: Pixels from its upper edge.
        size: Width and height in pixels.
    """

    image: str
    x: int
    y: int
    size: int


@cache
def _atlas_cells() -> dict[str, Cell]:
    table = json.loads((FOLDER / "emoji_atlas.json").read_text(encoding="utf-8"))
    size = table["cell_size"]
    return {
        emoji: Cell(ATLAS, column * size, row * size, size)
        for emoji, (column, row) in table["cells"].items()
    }


@cache
def _page_cells() -> dict[str, Cell]:
    text = (FOLDER / "emoji_pages.txt").read_text(encoding="utf-8")
    found = {}
    for number, line in enumerate(text.splitlines()):
        for place, emoji in enumerate(line.split()):
            row, column = divmod(place, PAGE_COLUMNS)
            x, y = column * PAGE_CELL, row * PAGE_CELL
            found[emoji] = Cell(f"emoji_pages/{number:02d}.webp", x, y, PAGE_CELL)
    return found


def atlas_image_path() -> Path:
    """Return the path of the atlas image, an RGBA PNG."""
    return FOLDER / ATLAS


def picture_cell(emoji: str) -> Cell | None:
    """Return where an emoji's picture is.

    Args:
        emoji: An emoji, with or without U+FE0F.

    Returns:
        Its cell in the atlas or on a page, or None where it has no picture.

    Example:
        >>> picture_cell("☀\ufe0f") == picture_cell("☀")
        True
        >>> picture_cell("Ω") is None
        True
    """
    key = canonical_emoji(emoji)
    return _atlas_cells().get(key) or _page_cells().get(key)


def atlas_emojis() -> tuple[str, ...]:
    """Return every emoji of the atlas, in canonical form and atlas order."""
    return tuple(_atlas_cells())


@cache
def pictured_emojis() -> frozenset[str]:
    """Return every emoji that has a picture, in canonical form."""
    return frozenset((*_atlas_cells(), *_page_cells()))
