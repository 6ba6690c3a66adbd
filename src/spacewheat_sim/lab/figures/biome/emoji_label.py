"""Color emojis as labels: pictures from the atlas, since text fonts lack them."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from matplotlib import image as mpl_image
from matplotlib.axes import Axes
from matplotlib.offsetbox import AnnotationBbox, OffsetBox, OffsetImage, TextArea
from numpy.typing import NDArray

from spacewheat_sim.assets.atlas import atlas_cell, atlas_image_path
from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.lab.figures.glyphs import has_glyphs
from spacewheat_sim.lab.figures.style import FAINT_INK, INK

LONGEST_TEXT = 4  # characters that are legible in a box
PADDING = 0.08  # of a box, in sizes


@cache
def _atlas_pixels() -> NDArray[np.float32]:
    pixels: NDArray[np.float32] = mpl_image.imread(atlas_image_path())
    return pixels


def short_name(emoji: str) -> str:
    """Return the name of an emoji without a picture: itself, or a code point.

    Example:
        >>> short_name("spin"), short_name("🪬")
        ('spin', '1FAAC')
    """
    text = canonical_emoji(emoji)
    if has_glyphs(text):
        return text[:LONGEST_TEXT]
    return f"{ord(text[0]):X}"


def place_emoji(
    axes: Axes,
    emoji: str,
    xy: tuple[float, float],
    *,
    size: float,
    coords: Any = "data",
    alpha: float = 1.0,
    zorder: float = 5.0,
) -> AnnotationBbox:
    """Draw ``emoji`` centered at ``xy``, in color, or a named box without a picture.

    Args:
        axes: Axes to draw on; the emoji may lie outside their frame.
        emoji: An emoji, with or without U+FE0F, or any short text.
        xy: Place of its center.
        size: Width and height in points.
        coords: What ``xy`` means: ``"data"``, ``"axes fraction"``,
            ``"figure fraction"``, or a pair of these for x and y.
        alpha: Opacity.
        zorder: Order of drawing.
    """
    cell = atlas_cell(emoji)
    padding = PADDING * size if cell is None else 0.0
    label = AnnotationBbox(
        _named_box(emoji, size) if cell is None else _picture(cell, size, alpha),
        xy,
        xycoords=coords,
        frameon=cell is None,
        annotation_clip=False,
        zorder=zorder,
        fontsize=1.0,  # the unit of the padding, in points
        bboxprops={
            "boxstyle": f"round,pad={padding:.3f}",
            "facecolor": "#f1f3f5",
            "edgecolor": FAINT_INK,
            "linewidth": 0.6,
            "alpha": alpha,
        },
    )
    axes.add_artist(label)
    return label


def _picture(cell: tuple[int, int, int], size: float, alpha: float) -> OffsetBox:
    x, y, pixels = cell
    picture = _atlas_pixels()[y : y + pixels, x : x + pixels]
    return OffsetImage(picture, zoom=size / pixels, alpha=alpha)


def _named_box(emoji: str, size: float) -> OffsetBox:
    name = short_name(emoji)
    # A letter is about 0.66 of its font size wide: the box stays as wide as a picture.
    inner = (1 - 2 * PADDING) * size
    font_size = min(0.65 * inner, inner / (0.66 * max(len(name), 1)))
    style = {"fontsize": font_size, "color": INK, "parse_math": False}
    return TextArea(name, textprops=style)
