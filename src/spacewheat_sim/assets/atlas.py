"""Where each emoji sits in the atlas image; needs no imaging library.

The pictures are those of Noto Emoji; see ``NOTICE-EMOJI-ATLAS.txt`` beside this file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from spacewheat_sim.emoji import canonical_emoji

FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True)
class AtlasIndex:
    """The table of the atlas.

    Attributes:
        cell_size: Width and height of a cell in pixels.
        cells: (column, row) of each canonical emoji, counted from the upper left.
    """

    cell_size: int
    cells: dict[str, tuple[int, int]]


@cache
def _load_index() -> AtlasIndex:
    text = (FOLDER / "emoji_atlas.json").read_text(encoding="utf-8")
    table = json.loads(text)
    cells = {emoji: (column, row) for emoji, (column, row) in table["cells"].items()}
    return AtlasIndex(table["cell_size"], cells)


def atlas_image_path() -> Path:
    """Return the path of the atlas image, an RGBA PNG."""
    return FOLDER / "emoji_atlas.png"


def atlas_cell(emoji: str) -> tuple[int, int, int] | None:
    """Return the upper left corner and the size of an emoji's cell.

    Args:
        emoji: An emoji, with or without U+FE0F.

    Returns:
        ``(x, y, size)`` in pixels of the atlas image, or None where it has no picture.

    Example:
        >>> atlas_cell("☀\ufe0f") == atlas_cell("☀")
        True
        >>> atlas_cell("Ω") is None
        True
    """
    index = _load_index()
    cell = index.cells.get(canonical_emoji(emoji))
    if cell is None:
        return None
    column, row = cell
    return column * index.cell_size, row * index.cell_size, index.cell_size


def atlas_emojis() -> tuple[str, ...]:
    """Return every emoji that has a picture, in canonical form and atlas order."""
    return tuple(_load_index().cells)
