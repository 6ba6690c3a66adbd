"""The populations of a line and of its branches, as lines of the river."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from spacewheat_sim.arrays import FloatArray, IndexArray
from spacewheat_sim.engine.session.timeline.branch import Branch
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.river.courses import Course, Courses
from spacewheat_sim.sandbox.biome.river.window import TimeWindow
from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.charts.strip_chart import EMOJI, LEADER, NAME_GAP, spread
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.points import Points
from spacewheat_sim.sandbox.shapes import Color, Disc, Line, Polyline

# Points of a line: more cannot be seen.
POINTS = 240
# Other branches that are drawn, the latest ones, and how faint they are.
MOST_BRANCHES, FAINT = 4, 0.5

Named = Sequence[tuple[str, Color]]


def draw_line(
    canvas: Canvas,
    window: TimeWindow,
    courses: Courses,
    line: Branch,
    emojis: Named,
    top: float,
) -> None:
    """Add the populations of ``emojis`` on the way to the end of ``line``.

    Args:
        canvas: The frame.
        window: What is seen of the past.
        courses: The populations.
        line: The branch.
        emojis: Each with its color, most important first.
        top: The population at the upper edge.
    """
    names = [emoji for emoji, _ in emojis]
    times, _, values = courses.along(line, names, window.start, window.end)
    _draw(canvas, window, times, values, [color for _, color in emojis], top, 1.5)
    if len(times):
        end = min(window.x(float(times[-1])), window.plot.right)
        _draw_names(canvas, window.plot, end, emojis, values[-1] / top)


def draw_branches(
    canvas: Canvas,
    window: TimeWindow,
    courses: Courses,
    branches: Sequence[Branch],
    line: Branch,
    emojis: Named,
    top: float,
) -> None:
    """Add what became of the other branches, faintly, and where they leave."""
    path = line.path
    left = {branch: after.start.tick for branch, after in pairwise(path)}
    names = [emoji for emoji, _ in emojis]
    colors = [palette.mix(palette.PANEL, color, FAINT) for _, color in emojis]
    others = [branch for branch in branches if branch is not line]
    for branch in others[-MOST_BRANCHES:]:
        course = courses.of(branch)
        rows = _seen(course, window, left.get(branch, 0))
        times = course.times[rows]
        _draw(canvas, window, times, course.values(names, rows), colors, top, 1.0)
    for branch in branches:
        at = _start(courses, branch)
        if branch.parent is not None and at is not None:
            x = window.x(at)
            if window.plot.x <= x <= window.plot.right:
                canvas.add(Disc(x, window.plot.bottom, 3.0, palette.TEXT))


def _start(courses: Courses, branch: Branch) -> float | None:
    times = courses.of(branch).times
    return float(times[0]) if len(times) else None


def _seen(course: Course, window: TimeWindow, tick: int) -> slice:
    """Return the rows in the window, from ``tick`` on."""
    first = int(np.searchsorted(course.times, window.start, "right")) - 1
    first = max(first, int(np.searchsorted(course.ticks, tick, "right")) - 1)
    last = int(np.searchsorted(course.times, window.end, "left")) + 1
    return slice(max(0, first), max(0, last))


def _draw(
    canvas: Canvas,
    window: TimeWindow,
    times: FloatArray,
    values: FloatArray,
    colors: Sequence[Color],
    top: float,
    width: float,
) -> None:
    kept = _thinned(times, window.span)
    if len(kept) < 2:
        return
    plot = window.plot
    x = plot.x + (times[kept] - window.start) * (plot.w / window.span)
    y = plot.bottom - np.clip(values[kept] / top, 0.0, 1.0) * plot.h
    lines = np.stack([np.broadcast_to(x, y.T.shape), y.T], axis=2).round(1)
    for line, color in reversed(list(zip(lines, colors, strict=True))):
        canvas.shapes.append(Polyline(Points(line), color, width))


def _thinned(times: FloatArray, span: float) -> IndexArray:
    """Return which rows to draw: the last of each of some equal periods.

    The periods do not move with time, so that a line does not flicker.
    """
    period = np.floor(times * (POINTS / span))
    return np.flatnonzero(np.append(period[1:] != period[:-1], True))


def _draw_names(
    canvas: Canvas, plot: Rect, end: float, emojis: Named, shares: FloatArray
) -> None:
    """Add the emojis at the ends of their lines, which are at ``end``."""
    shown = emojis[: max(1, int(plot.h / NAME_GAP) + 1)]
    heights = [plot.bottom - min(float(s), 1.0) * plot.h for s in shares[: len(shown)]]
    places = spread(heights, NAME_GAP, plot.y, plot.bottom)
    for (emoji, color), height, y in zip(shown, heights, places, strict=True):
        x = end + LEADER
        faint = palette.mix(palette.PANEL, color, 0.5)
        canvas.add(Line(end, height, x, y, faint))
        canvas.emoji(x + 2.0 + EMOJI / 2, y, EMOJI, emoji)
