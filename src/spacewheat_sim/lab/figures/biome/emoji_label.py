"""Color emojis as labels: pictures, since text fonts lack them, or else names."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.offsetbox import AnnotationBbox, OffsetBox, OffsetImage, TextArea

from spacewheat_sim.assets.atlas import picture_cell
from spacewheat_sim.assets.pictures import emoji_image
from spacewheat_sim.emoji import canonical_emoji, emoji_name
from spacewheat_sim.lab.figures.glyphs import drawable_text
from spacewheat_sim.lab.figures.style import FAINT_INK, INK

LINE_LETTERS = 9  # of a name in a box
SMALLEST = 5.0  # points of its letters; the box grows instead
PADDING = 0.08  # of a box, in sizes

_names: ContextVar[Mapping[str, str]] = ContextVar(
    "_names", default=MappingProxyType({})
)


@contextmanager
def icon_names(names: Mapping[str, str]) -> Iterator[None]:
    """Let emojis that have no picture be called by ``names`` in what is drawn inside.

    Args:
        names: Canonical emoji to the name of its icon.
    """
    token = _names.set(names)
    try:
        yield
    finally:
        _names.reset(token)


def shown_name(emoji: str) -> str:
    """Return what an emoji without a picture is called: as its icon, or by Unicode.

    Example:
        >>> with icon_names({"🫍": "Black Fin"}):
        ...     shown_name("🫍"), shown_name("🫌"), shown_name("spin")
        ('Black Fin', 'monarch butterfly', 'spin')
    """
    key = canonical_emoji(emoji)
    for name in (_names.get().get(key, ""), emoji_name(key)):
        if drawable_text(name):
            return drawable_text(name)
    return unicodedata.name(key[0], "unnamed sign").lower()


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
    has_picture = picture_cell(emoji) is not None
    padding = 0.0 if has_picture else PADDING * size
    label = AnnotationBbox(
        _picture(emoji, size, alpha) if has_picture else _named_box(emoji, size),
        xy,
        xycoords=coords,
        frameon=not has_picture,
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


def _picture(emoji: str, size: float, alpha: float) -> OffsetBox:
    pixels = np.asarray(emoji_image(emoji))
    return OffsetImage(pixels, zoom=size / pixels.shape[0], alpha=alpha)


def _named_box(emoji: str, size: float) -> OffsetBox:
    name = shown_name(emoji)
    lines = textwrap.wrap(name, LINE_LETTERS) or [name]
    # A letter is about 0.66 of its font size wide: the box stays as wide as a picture.
    inner = (1 - 2 * PADDING) * size
    longest = max(1, *map(len, lines))
    font_size = max(SMALLEST, min(0.65 * inner / len(lines), inner / (0.66 * longest)))
    style = {"fontsize": font_size, "color": INK, "parse_math": False}
    return TextArea("\n".join(lines), textprops=style)
