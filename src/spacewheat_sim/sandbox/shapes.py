"""The shapes of a frame: plain data that a painter can paint.

All lengths are logical pixels, y downward; colors are (red, green, blue) of 0 … 255,
and ``alpha`` is 0 … 1. Shapes are painted in the order of the list.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import is_
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.points import Points, Vertices

Color = tuple[int, int, int]
Align = Literal["left", "center", "right"]


class Fill(NamedTuple):
    """A filled rectangle, with rounded corners if ``radius`` is above 0."""

    rect: Rect
    color: Color
    radius: float = 0.0
    alpha: float = 1.0


class Outline(NamedTuple):
    """The border of a rectangle."""

    rect: Rect
    color: Color
    width: float = 1.0
    radius: float = 0.0


class Disc(NamedTuple):
    """A filled circle."""

    x: float
    y: float
    r: float
    color: Color
    alpha: float = 1.0


class Ring(NamedTuple):
    """A circle's line, centered on radius ``r``."""

    x: float
    y: float
    r: float
    color: Color
    width: float = 1.0
    alpha: float = 1.0


class Glow(NamedTuple):
    """A soft halo that fades from ``alpha`` at the center to 0 at radius ``r``."""

    x: float
    y: float
    r: float
    color: Color
    alpha: float = 1.0


class Ellipse(NamedTuple):
    """The line of an ellipse that fills ``rect``."""

    rect: Rect
    color: Color
    width: float = 1.0


class Line(NamedTuple):
    """A straight line."""

    x0: float
    y0: float
    x1: float
    y1: float
    color: Color
    width: float = 1.0
    alpha: float = 1.0


class Arrow(NamedTuple):
    """A line with an arrowhead at its end (x1, y1)."""

    x0: float
    y0: float
    x1: float
    y1: float
    color: Color
    width: float = 2.0
    alpha: float = 1.0


class Polyline(NamedTuple):
    """Lines from point to point."""

    points: Vertices
    color: Color
    width: float = 1.0
    alpha: float = 1.0


class Lines(NamedTuple):
    """Polylines of equally many points, one upon another.

    Attributes:
        points: (L, P, 2).
        colors: L of them.
        widths: L of them.
    """

    points: Points
    colors: tuple[Color, ...]
    widths: tuple[float, ...]


class Dots(NamedTuple):
    """Discs, one upon another.

    Attributes:
        points: (D, 2).
        colors: D of them.
        radii: D of them.
    """

    points: Points
    colors: tuple[Color, ...]
    radii: tuple[float, ...]


class Polygon(NamedTuple):
    """A filled polygon."""

    points: Vertices
    color: Color
    alpha: float = 1.0


class Trail(NamedTuple):
    """Lines from point to point that fade toward the first, which is the oldest."""

    points: Vertices
    color: Color
    width: float = 2.0


class Globe(NamedTuple):
    """The wire frame of a sphere: outline, equator, two meridians; z upward."""

    x: float
    y: float
    r: float
    color: Color


class Emoji(NamedTuple):
    """An emoji that has a picture, centered, ``size`` high."""

    x: float
    y: float
    size: float
    emoji: str
    alpha: float = 1.0


class Text(NamedTuple):
    """One line of text; (x, y) is its left, center or right end at middle height."""

    x: float
    y: float
    text: str
    size: float
    color: Color
    align: Align = "left"
    bold: bool = False


class Picture(NamedTuple):
    """An image (H, W, 3) of bytes, stretched over ``rect`` without smoothing."""

    rect: Rect
    pixels: NDArray[np.uint8]

    def __eq__(self, other: object) -> bool:
        """Return whether ``other`` is the same image at the same place."""
        return (
            isinstance(other, Picture)
            and self.rect == other.rect
            and np.array_equal(self.pixels, other.pixels)
        )

    def __ne__(self, other: object) -> bool:
        """Return whether it is not: a tuple's own would compare arrays."""
        return not self == other

    def __hash__(self) -> int:
        """Return a hash of place and image."""
        return hash((self.rect, self.pixels.shape, self.pixels.tobytes()))


class Clip(NamedTuple):
    """Clip all later shapes to ``rect``; None ends clipping."""

    rect: Rect | None


class Sheet(NamedTuple):
    """The ``following`` shapes are cut off at the edges of ``rect``, and cover it.

    What shows a frame leaves the sheet as it is while its shapes are the same. A sheet
    may lie on a sheet, as the ground of what moves: then a picture of it is kept.
    """

    rect: Rect
    following: int


Shape = (
    Fill
    | Outline
    | Disc
    | Ring
    | Glow
    | Ellipse
    | Line
    | Arrow
    | Polyline
    | Lines
    | Dots
    | Polygon
    | Trail
    | Globe
    | Emoji
    | Text
    | Picture
    | Clip
    | Sheet
)


def same(shapes: Sequence[Shape], others: Sequence[Shape]) -> bool:
    """Return whether two lists paint the same.

    As tuples, a disc and a glow of the same numbers would be equal.
    """
    return shapes == others and all(map(is_, map(type, shapes), map(type, others)))
