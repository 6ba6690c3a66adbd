"""The pictures of emojis, cut from the atlas and its pages."""

from __future__ import annotations

from functools import lru_cache

from PIL import Image

from spacewheat_sim.assets.atlas import FOLDER, picture_cell

# Pages are 4 MB each once they are read.
PAGES_KEPT = 4


def emoji_image(emoji: str, pixels: int | None = None) -> Image.Image | None:
    """Return the picture of an emoji, RGBA and square; None where it has none.

    Args:
        emoji: An emoji, with or without U+FE0F.
        pixels: Width and height; those of its cell by default.
    """
    cell = picture_cell(emoji)
    if cell is None:
        return None
    box = (cell.x, cell.y, cell.x + cell.size, cell.y + cell.size)
    if pixels is None:
        return _image(cell.image).crop(box)
    # Pillow weights colors by alpha when it scales, so that edges get no dark rim.
    return _image(cell.image).resize((pixels, pixels), Image.Resampling.LANCZOS, box)


@lru_cache(PAGES_KEPT)
def _image(name: str) -> Image.Image:
    with Image.open(FOLDER / name) as image:
        return image.convert("RGBA")
