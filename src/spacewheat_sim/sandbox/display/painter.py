"""Paints the shapes of a frame onto a surface."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import floor, isfinite
from typing import Any

import numpy as np
import pygame

from spacewheat_sim.arrays import FloatArray, UInt32Array
from spacewheat_sim.sandbox.display import kernels
from spacewheat_sim.sandbox.display.curves import CIRCLE, arrow_outline
from spacewheat_sim.sandbox.display.emojis import emoji_picture
from spacewheat_sim.sandbox.display.fonts import Fonts
from spacewheat_sim.sandbox.display.globe import globe_picture
from spacewheat_sim.sandbox.display.rows import Box, Strokes, packed, pixel_rows
from spacewheat_sim.sandbox.display.sheets import Sheets
from spacewheat_sim.sandbox.display.surfaces import SurfaceCache
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.points import as_array
from spacewheat_sim.sandbox.shapes import (
    Align,
    Arrow,
    Clip,
    Color,
    Disc,
    Dots,
    Ellipse,
    Emoji,
    Fill,
    Globe,
    Glow,
    Line,
    Lines,
    Outline,
    Picture,
    Polygon,
    Polyline,
    Ring,
    Shape,
    Sheet,
    Text,
    Trail,
)

# The share of a text that is before its place.
BEFORE: dict[Align, float] = {"left": 0.0, "center": 0.5, "right": 1.0}
LARGEST_EMOJI, LARGEST_GLOBE, MOST_COLORS = 1024, 2048, 4096


class Painter:
    """Paints onto one surface of 32 bits a pixel.

    Args:
        surface: The surface to paint on; it may be replaced between frames.
        scale: Pixels per logical pixel.

    Attributes:
        fonts: Measures the text that will be painted.
    """

    def __init__(self, surface: pygame.Surface, scale: float = 1.0) -> None:
        self.surface = surface
        self.scale = float(scale)
        self.fonts = Fonts(self.scale)
        self._made = SurfaceCache()
        self._strokes = Strokes(surface.get_size())
        self._packed: dict[Color, int] = {}
        self._rows: UInt32Array | None = None
        self._sheets = Sheets()
        # What can be painted on, and the part of it that the last clip left.
        self._edges: Box = (0, 0, *surface.get_size())
        self._clip = self._edges
        self._ways: dict[type, Callable[[Any], None]] = {
            Fill: self._fill,
            Outline: self._outline,
            Disc: self._disc,
            Dots: self._dots,
            Ring: self._ring,
            Glow: self._glow,
            Ellipse: self._ellipse,
            Line: self._line,
            Arrow: self._arrow,
            Polyline: self._polyline,
            Lines: self._lines,
            Polygon: self._polygon,
            Trail: self._trail,
            Globe: self._globe,
            Emoji: self._emoji,
            Text: self._text,
            Picture: self._picture,
            Clip: self._set_clip,
        }

    @property
    def whole(self) -> Box:
        """The surface's own edges."""
        return (0, 0, *self.surface.get_size())

    def box(self, rect: Rect) -> Box:
        """Return edges on whole pixels, so that neighbors touch without a gap."""
        (x, y, w, h), scale = rect, self.scale
        return (
            floor(x * scale + 0.5),
            floor(y * scale + 0.5),
            floor((x + w) * scale + 0.5),
            floor((y + h) * scale + 0.5),
        )

    def paint(self, shapes: Sequence[Shape], within: Box | None = None) -> None:
        """Paint ``shapes`` in order, over what is on the surface ``within`` a box."""
        if self._strokes.size != self.surface.get_size():
            self._strokes = Strokes(self.surface.get_size())
        self._edges = self.whole
        if within is not None:
            self._edges = self._cut(within)
        self._paint(shapes)
        self._edges = self.whole
        self._set_clip(Clip(None))

    def _paint(self, shapes: Sequence[Shape]) -> None:
        """Paint ``shapes`` inside the present edges."""
        self._set_clip(Clip(None))
        ways, place = self._ways, 0
        while place < len(shapes):
            shape = shapes[place]
            place += 1
            if type(shape) is Sheet:
                self._sheet(shape, shapes[place : place + shape.following])
                place += shape.following
            else:
                ways[type(shape)](shape)
        self._rows = None

    def _sheet(self, sheet: Sheet, shapes: Sequence[Shape]) -> None:
        """Paint ``shapes`` on a sheet, or its picture where they are as they were."""
        outside, self._edges = self._edges, self._cut(self.box(sheet.rect))
        picture = self._sheets.picture(self._edges, shapes)
        if picture is not None:
            self._blit(picture, self._edges[:2])
        else:
            self._paint(shapes)
            self._sheets.keep(self._edges, shapes, self.surface)
        self._edges = outside
        self._set_clip(Clip(None))

    # --- rectangles ---------------------------------------------------------------

    def _fill(self, shape: Fill) -> None:
        box = self.box(shape.rect)
        kernels.fill_box(
            self._pixels(),
            self._clip,
            box,
            self._corner(box, shape.radius),
            self._color(shape.color),
            shape.alpha,
        )

    def _outline(self, shape: Outline) -> None:
        box = self.box(shape.rect)
        if box[0] < box[2] and box[1] < box[3]:
            kernels.outline_box(
                self._pixels(),
                self._clip,
                box,
                self._corner(box, shape.radius),
                self._whole(shape.width),
                self._color(shape.color),
            )

    def _picture(self, shape: Picture) -> None:
        left, top, right, bottom = self.box(shape.rect)
        height, width = shape.pixels.shape[:2]
        if left < right and top < bottom and height and width:
            picture = pygame.image.frombuffer(
                shape.pixels.tobytes(), (width, height), "RGB"
            )
            stretched = pygame.transform.scale(picture, (right - left, bottom - top))
            self._blit(stretched, (left, top))

    # --- circles ------------------------------------------------------------------

    def _disc(self, shape: Disc) -> None:
        r = shape.r * self.scale
        self._circle(shape.x, shape.y, -1.0, r, shape.color, shape.alpha)

    def _dots(self, shape: Dots) -> None:
        kernels.discs(
            self._pixels(),
            self._clip,
            shape.points.array * self.scale,
            np.array(shape.radii) * self.scale,
            self._colors(shape.colors),
        )

    def _ring(self, shape: Ring) -> None:
        r, half = shape.r * self.scale, shape.width * self.scale / 2
        self._circle(shape.x, shape.y, r - half, r + half, shape.color, shape.alpha)

    def _circle(
        self, x: float, y: float, inner: float, outer: float, color: Color, alpha: float
    ) -> None:
        x, y = x * self.scale, y * self.scale
        if outer > 0 and isfinite(x + y + outer):
            kernels.ring(
                self._pixels(),
                self._clip,
                x,
                y,
                inner,
                outer,
                self._color(color),
                alpha,
            )

    def _glow(self, shape: Glow) -> None:
        x, y, r = shape.x * self.scale, shape.y * self.scale, shape.r * self.scale
        if r > 0 and isfinite(x + y + r):
            color = self._color(shape.color)
            kernels.glow(self._pixels(), self._clip, x, y, r, color, shape.alpha)

    def _ellipse(self, shape: Ellipse) -> None:
        (x, y), rect = shape.rect.center, shape.rect
        points = CIRCLE * (rect.w / 2, rect.h / 2) + (x, y)
        self._stroke(points, shape.width, shape.color)

    # --- lines --------------------------------------------------------------------

    def _line(self, shape: Line) -> None:
        x0, y0, x1, y1, color, width, alpha = shape
        if x0 == x1 or y0 == y1:
            self._straight(shape)
        else:
            self._stroke(np.array([(x0, y0), (x1, y1)]), width, color, alpha, alpha)

    def _straight(self, shape: Line) -> None:
        """Paint a vertical or horizontal line on whole pixels, where it is sharpest."""
        x0, y0, x1, y1, color, width, alpha = shape
        thick, scale = self._whole(width), self.scale
        if x0 == x1:
            start = floor(x0 * scale - thick / 2 + 0.5)
            top, bottom = (y0, y1) if y0 < y1 else (y1, y0)
            box = (start, _near(top * scale), start + thick, _near(bottom * scale))
        else:
            start = floor(y0 * scale - thick / 2 + 0.5)
            left, right = (x0, x1) if x0 < x1 else (x1, x0)
            box = (_near(left * scale), start, _near(right * scale), start + thick)
        kernels.fill_box(self._pixels(), self._clip, box, 0, self._color(color), alpha)

    def _arrow(self, shape: Arrow) -> None:
        outline = arrow_outline(shape.x0, shape.y0, shape.x1, shape.y1, shape.width)
        self._fill_points(outline, shape.color, shape.alpha)

    def _polyline(self, shape: Polyline) -> None:
        if len(shape.points) > 1:
            points, alpha = as_array(shape.points), shape.alpha
            self._stroke(points, shape.width, shape.color, alpha, alpha)

    def _lines(self, shape: Lines) -> None:
        self._strokes.paint_many(
            self._pixels(),
            self._clip,
            shape.points.array * self.scale,
            np.array(shape.widths) * self.scale,
            self._colors(shape.colors),
        )

    def _trail(self, shape: Trail) -> None:
        if len(shape.points) > 1:
            points = as_array(shape.points)
            self._stroke(points, shape.width, shape.color, 0.0, 1.0)

    def _stroke(
        self,
        points: FloatArray,
        width: float,
        color: Color,
        first: float = 1.0,
        last: float = 1.0,
    ) -> None:
        self._strokes.paint(
            self._pixels(),
            self._clip,
            points * self.scale,
            width * self.scale,
            self._color(color),
            first,
            last,
        )

    def _polygon(self, shape: Polygon) -> None:
        if len(shape.points) > 2:
            self._fill_points(as_array(shape.points), shape.color, shape.alpha)

    def _fill_points(self, points: FloatArray, color: Color, alpha: float) -> None:
        if points.size:
            kernels.fill_polygon(
                self._pixels(),
                self._clip,
                points * self.scale,
                self._color(color),
                alpha,
            )

    # --- cached pictures ----------------------------------------------------------

    def _emoji(self, shape: Emoji) -> None:
        (x, y, high, emoji, alpha), scale = shape, self.scale
        size = min(max(_near(high * scale), 1), LARGEST_EMOJI)
        picture = self._made.get((emoji, size))
        if picture is None:
            picture = self._made.keep((emoji, size), emoji_picture(emoji, size))
        picture.set_alpha(_near(255 * alpha))
        half = size / 2
        left, top = floor(x * scale - half + 0.5), floor(y * scale - half + 0.5)
        self._blit(picture, (left, top))

    def _globe(self, shape: Globe) -> None:
        x, y, r, color = shape
        r *= self.scale
        if 0 < r < LARGEST_GLOBE:
            picture = self._made.get((r, color))
            if picture is None:
                made = globe_picture(r, color, self.scale)
                picture = self._made.keep((r, color), made)
            half = picture.get_width() / 2
            left, top = _near(x * self.scale - half), _near(y * self.scale - half)
            self._blit(picture, (left, top))

    def _text(self, shape: Text) -> None:
        x, y, text, size, color, align, bold = shape
        key, scale = (text, size, color, bold), self.scale
        picture = self._made.get(key)
        if picture is None:
            picture = self._made.keep(key, self.fonts.render(*key))
        width, height = picture.get_size()
        left = floor(x * scale - BEFORE[align] * width + 0.5)
        self._blit(picture, (left, floor(y * scale - height / 2 + 0.5)))

    # --- from logical to real pixels ----------------------------------------------

    def _set_clip(self, shape: Clip) -> None:
        edges = self._edges
        self._clip = edges if shape.rect is None else self._cut(self.box(shape.rect))
        left, top, right, bottom = self._clip
        self.surface.set_clip((left, top, right - left, bottom - top))

    def _cut(self, box: Box) -> Box:
        """Return the part of ``box`` inside the present edges."""
        low_x, low_y, high_x, high_y = self._edges
        left, top = min(max(box[0], low_x), high_x), min(max(box[1], low_y), high_y)
        right, bottom = min(box[2], high_x), min(box[3], high_y)
        return (left, top, max(left, right), max(top, bottom))

    def _corner(self, box: Box, radius: float) -> int:
        left, top, right, bottom = box
        return max(
            0, min(_near(radius * self.scale), (right - left) // 2, (bottom - top) // 2)
        )

    def _whole(self, width: float) -> int:
        return max(1, _near(width * self.scale))

    def _blit(self, picture: pygame.Surface, place: tuple[int, int]) -> None:
        self._rows = None
        self.surface.blit(picture, place)

    def _color(self, color: Color) -> int:
        number = self._packed.get(color)
        if number is None:
            if len(self._packed) >= MOST_COLORS:
                self._packed.clear()
            number = self._packed[color] = packed(self.surface, color)
        return number

    def _colors(self, colors: tuple[Color, ...]) -> UInt32Array:
        return np.array([self._color(color) for color in colors], np.uint32)

    def _pixels(self) -> UInt32Array:
        """Return the pixels; as long as they exist the surface is locked for blits."""
        if self._rows is None:
            self._rows = pixel_rows(self.surface)
        return self._rows


def _near(value: float) -> int:
    return floor(value + 0.5)
