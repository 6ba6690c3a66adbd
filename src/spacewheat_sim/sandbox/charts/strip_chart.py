"""A strip chart: lines over time, with their names at the right end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from spacewheat_sim.arrays import FloatArray, IndexArray
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.points import Points
from spacewheat_sim.sandbox.shapes import Align, Color, Line, Polyline
from spacewheat_sim.sandbox.words.number_text import short

EMOJI = 15.0
# Distance between two names at the right end.
NAME_GAP = 15.0
# Room for emojis as names, and the most room for names in letters, in pixels and as a
# share of the chart.
EMOJI_ROOM, MOST_NAME_ROOM, MOST_NAME_SHARE = 26.0, 110.0, 0.3
# A thin line connects the end of a line with its name.
LEADER = 8.0
# Room under and left of the chart for its scales.
FOOT, MARGIN = 16.0, 4.0
# A line has at most this many points; more cannot be seen.
POINTS = 200


@dataclass(frozen=True, slots=True)
class Series:
    """A line of a strip chart.

    Attributes:
        name: Its name, shown at its end: an emoji, or letters.
        values: A value at each time, (T,); one that is not finite leaves a gap.
        color: Of the line and of its exact value.
        emoji: Whether ``name`` is an emoji.
        exact: The expected value, drawn dashed, or None.
    """

    name: str
    values: FloatArray
    color: Color
    emoji: bool = False
    exact: float | None = None


def draw_strip(
    canvas: Canvas,
    area: Rect,
    times: FloatArray,
    series: Sequence[Series],
    *,
    span: float,
    limits: tuple[float, float] | None = None,
    number: Callable[[float], str] = short,
    unit: str = "s",
) -> None:
    """Add a strip chart of the last ``span`` seconds, or another unit, of ``times``.

    Args:
        canvas: The frame.
        area: Its place; it has no background of its own.
        times: Ascending, (T,); the last one is now.
        series: The lines, most important first; each is drawn above those after it.
        span: Length of the chart in time.
        limits: Lowest and highest value; None fits the lines.
        number: Converts a value on the scale to text.
        unit: Unit of time.
    """
    low, high = limits or _limits(series)
    texts = [(value, number(value)) for value in (low, (low + high) / 2, high)]
    left = max(canvas.measure.width(text, SMALL) for _, text in texts) + 6.0
    right = _name_room(canvas, series, area)
    plot = Rect(
        area.x + left,
        area.y + 8.0,
        max(1.0, area.w - left - right),
        max(1.0, area.h - 8.0 - FOOT),
    )
    _draw_scales(canvas, plot, texts, (low, high), span, unit)
    for line in reversed(series):
        if line.exact is not None and low <= line.exact <= high:
            _draw_dashes(canvas, plot, _height(plot, line.exact, low, high), line.color)
    if len(times):
        kept = thinned(times, span)
        x = plot.right + (times[kept] - times[-1]) * (plot.w / span)
        for line in reversed(series):
            y = _heights(plot, line.values[kept], low, high)
            _draw_line(canvas, x, y, line.color)
        _draw_names(canvas, plot, area, series, (low, high))


def thinned(times: FloatArray, span: float) -> IndexArray:
    """Return the indices of ``times`` to draw: the last of each of some equal periods.

    The periods do not move with time, so that a line does not flicker.
    """
    first = int(np.searchsorted(times, times[-1] - span))
    if len(times) - first <= POINTS:
        return np.arange(first, len(times))
    period = np.floor(times[first:] * (POINTS / span))
    last = np.flatnonzero(np.append(period[1:] != period[:-1], True))
    return last + first


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Return places near the ``wanted`` ones, ``gap`` apart, within low … high.

    The order is kept; if there is too little room, the places are as far apart as
    possible.

    Example:
        >>> spread([5.0, 6.0, 30.0], 10.0, 0.0, 40.0)
        [5.0, 15.0, 30.0]
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    if len(order) > 1:
        gap = min(gap, (high - low) / (len(order) - 1))
    places = [0.0] * len(wanted)
    floor = low
    for i in order:
        places[i] = max(wanted[i], floor)
        floor = places[i] + gap
    ceiling = high
    for i in reversed(order):
        places[i] = min(places[i], ceiling)
        ceiling = places[i] - gap
    return places


def _limits(series: Sequence[Series]) -> tuple[float, float]:
    """Return limits around all lines and exact values, with a margin."""
    parts = [line.values[np.isfinite(line.values)] for line in series]
    exact = [line.exact for line in series if line.exact is not None]
    values = np.concatenate([*parts, np.array(exact, dtype=np.float64)])
    if not len(values):
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    air = 0.08 * (high - low) or 0.1 * abs(high) or 1.0
    return low - air, high + air


def _name_room(canvas: Canvas, series: Sequence[Series], area: Rect) -> float:
    rooms = [
        EMOJI_ROOM
        if line.emoji
        else canvas.measure.width(line.name, SMALL) + LEADER + 5.0
        for line in series
    ]
    return min(max(rooms, default=8.0), MOST_NAME_ROOM, MOST_NAME_SHARE * area.w)


def _height(plot: Rect, value: float, low: float, high: float) -> float:
    return plot.bottom - (value - low) / (high - low) * plot.h


def _heights(plot: Rect, values: FloatArray, low: float, high: float) -> FloatArray:
    y = plot.bottom - (values - low) * (plot.h / (high - low))
    return np.asarray(np.clip(y, plot.y, plot.bottom))


def _draw_scales(
    canvas: Canvas,
    plot: Rect,
    texts: Sequence[tuple[float, str]],
    limits: tuple[float, float],
    span: float,
    unit: str,
) -> None:
    middle = texts[1:2] if plot.h >= 60.0 else []
    for value, text in [texts[0], *middle, texts[2]]:
        y = _height(plot, value, *limits)
        canvas.add(Line(plot.x, y, plot.right, y, palette.GRID))
        canvas.text(plot.x - 4.0, y, text, size=SMALL, color=palette.DIM, align="right")
    _draw_times(canvas, plot, span, unit)


def _draw_times(canvas: Canvas, plot: Rect, span: float, unit: str) -> None:
    y = plot.bottom + FOOT / 2 + 1.0
    begin, middle, now = f"−{span:g} {unit}", f"−{span / 2:g} {unit}", "now"

    def write(x: float, text: str, align: Align) -> None:
        canvas.text(x, y, text, size=SMALL, color=palette.DIM, align=align)

    width = sum(canvas.measure.width(text, SMALL) for text in (begin, now)) + 10.0
    write(plot.right, now, "right")
    if plot.w >= width:
        write(plot.x, begin, "left")
    if plot.w >= 2 * width:
        write(plot.center[0], middle, "center")


def _draw_dashes(canvas: Canvas, plot: Rect, y: float, color: Color) -> None:
    faint = palette.mix(palette.PANEL, color, 0.7)
    for number in range(int(plot.w / 10.0)):
        x = plot.x + 10.0 * number
        canvas.add(Line(x, y, x + 5.0, y, faint))


def _draw_line(canvas: Canvas, x: FloatArray, y: FloatArray, color: Color) -> None:
    finite = np.isfinite(y)
    points = np.stack([x, y], axis=1)
    for part in np.split(points, np.flatnonzero(np.diff(finite)) + 1):
        if len(part) > 1 and np.isfinite(part[0, 1]):
            canvas.add(Polyline(Points(part), color, 1.5))


def _draw_names(
    canvas: Canvas,
    plot: Rect,
    area: Rect,
    series: Sequence[Series],
    limits: tuple[float, float],
) -> None:
    """Add the name of each line at the height of its end, without overlaps."""
    named = [line for line in series if np.isfinite(line.values[-1])]
    fitting = max(1, int(plot.h / NAME_GAP) + 1)
    named = named[:fitting]
    ends = [min(max(float(line.values[-1]), limits[0]), limits[1]) for line in named]
    heights = [_height(plot, value, *limits) for value in ends]
    places = spread(heights, NAME_GAP, plot.y, plot.bottom)
    for line, height, y in zip(named, heights, places, strict=True):
        x = plot.right + LEADER
        faint = palette.mix(palette.PANEL, line.color, 0.5)
        canvas.add(Line(plot.right, height, x, y, faint))
        if line.emoji:
            canvas.emoji(x + 2.0 + EMOJI / 2, y, EMOJI, line.name)
        else:
            room = area.right - x - 3.0
            canvas.text(x + 3.0, y, line.name, size=SMALL, color=line.color, width=room)
