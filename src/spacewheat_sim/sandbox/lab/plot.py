"""A chart of curves y(x) with axes, for scenes of the lab."""

from __future__ import annotations

import math
from collections.abc import Sequence

from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.shapes import Color, Disc, Line, Polyline
from spacewheat_sim.sandbox.words.number_text import short

LEFT, BOTTOM, TOP, RIGHT = 46.0, 38.0, 34.0, 14.0


def nice_ticks(low: float, high: float, most: int) -> list[float]:
    """Return at most ``most`` round numbers, evenly spaced, within the limits.

    Example:
        >>> nice_ticks(0.0, 1.0, 6)
        [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    """
    rough = (high - low) / max(1, most - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    steps = [power * factor for factor in (1, 2, 5, 10, 20)]
    for step in steps:
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last - first + 1 <= most:
            return [round(step * i, 12) for i in range(first, last + 1)]
    return [low, high]


class Plot:
    """Axes in a panel; draws curves in the units of the data.

    Args:
        canvas: The frame.
        area: The panel.
        title: Above the chart.
        x: Limits of x.
        y: Limits of y.
        x_label: Label of x.
        legend: Name of each color.
    """

    def __init__(
        self,
        canvas: Canvas,
        area: Rect,
        *,
        title: str,
        x: tuple[float, float],
        y: tuple[float, float],
        x_label: str,
        legend: Sequence[tuple[str, Color]] = (),
    ) -> None:
        self._canvas, self._area, self._x, self._y = canvas, area, x, y
        canvas.panel(area)
        self._frame = Rect(
            area.x + LEFT,
            area.y + TOP,
            max(1.0, area.w - LEFT - RIGHT),
            max(1.0, area.h - TOP - BOTTOM),
        )
        self._draw_heading(title, legend)
        self._draw_axes(area, x_label)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return the place of a point, in logical pixels."""
        frame, (x0, x1), (y0, y1) = self._frame, self._x, self._y
        return (
            frame.x + (x - x0) / (x1 - x0) * frame.w,
            frame.bottom - (y - y0) / (y1 - y0) * frame.h,
        )

    def line(
        self, xs: Sequence[float], ys: Sequence[float], color: Color, width: float = 2.0
    ) -> None:
        """Add a curve, clipped to the frame."""
        if len(xs) > 1:
            points = tuple(self.at(x, y) for x, y in zip(xs, ys, strict=True))
            self._canvas.clip(self._frame.inset(-2.0))
            self._canvas.add(Polyline(points, color, width))
            self._canvas.clip(None)

    def dots(self, xs: Sequence[float], ys: Sequence[float], color: Color) -> None:
        """Add a dot at each point."""
        for x, y in zip(xs, ys, strict=True):
            self._canvas.add(Disc(*self.at(x, y), 2.5, color))

    def dashes(self, xs: Sequence[float], ys: Sequence[float], color: Color) -> None:
        """Add a dashed curve through many points: every other segment."""
        points = [self.at(x, y) for x, y in zip(xs, ys, strict=True)]
        self._canvas.clip(self._frame.inset(-2.0))
        for (x0, y0), (x1, y1) in zip(points[::2], points[1::2], strict=False):
            self._canvas.add(Line(x0, y0, x1, y1, color, 1.5))
        self._canvas.clip(None)

    def marker(self, x: float, color: Color, label: str = "") -> None:
        """Add a vertical line at ``x``, with a label at its top."""
        px, top = self.at(x, self._y[1])
        self._canvas.add(Line(px, top, px, self._frame.bottom, color, 1.0, 0.8))
        if label:
            right = px < self._frame.center[0]
            self._canvas.text(
                px + (6.0 if right else -6.0),
                top + 9.0,
                label,
                size=SMALL,
                color=color,
                align="left" if right else "right",
            )

    def _draw_heading(self, title: str, legend: Sequence[tuple[str, Color]]) -> None:
        """Add the legend at the right, and the title in the rest."""
        x, y = self._area.right - 12.0, self._area.y + 14.0
        for label, color in reversed(legend):
            x -= self._canvas.text(
                x, y, label, size=SMALL, color=palette.DIM, align="right"
            )
            self._canvas.add(Line(x - 24.0, y, x - 6.0, y, color, 2.0))
            x -= 38.0
        left = self._area.x + 12.0
        self._canvas.text(left, y, title, size=SMALL, width=max(0.0, x - left))

    def _draw_axes(self, area: Rect, x_label: str) -> None:
        canvas, frame = self._canvas, self._frame
        for value in nice_ticks(*self._y, max(2, int(frame.h / 34))):
            _, y = self.at(self._x[0], value)
            canvas.add(Line(frame.x, y, frame.right, y, palette.GRID, 1.0))
            canvas.text(
                frame.x - 6.0,
                y,
                short(value),
                size=SMALL,
                color=palette.DIM,
                align="right",
            )
        for value in nice_ticks(*self._x, max(2, int(frame.w / 60))):
            x, _ = self.at(value, self._y[0])
            canvas.add(Line(x, frame.bottom, x, frame.bottom + 4.0, palette.FAINT, 1.0))
            canvas.text(
                x,
                frame.bottom + 13.0,
                short(value),
                size=SMALL,
                color=palette.DIM,
                align="center",
            )
        canvas.text(
            frame.center[0],
            area.bottom - 9.0,
            x_label,
            size=SMALL,
            color=palette.DIM,
            align="center",
            width=frame.w,
        )
