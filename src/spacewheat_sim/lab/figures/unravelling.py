"""The distance of each method from the master equation, against the step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from spacewheat_sim.lab.figures.label_spread import spread_labels
from spacewheat_sim.lab.figures.scales import decades, fit_log, set_decades
from spacewheat_sim.lab.figures.style import (
    FAINT_INK,
    PALETTE,
    add_axes,
    draw_heading,
    heading_height,
    house_style,
    new_figure,
    size_in_points,
)

SHOWN = {
    "spec": ("the source document's update", PALETTE[1], "o"),
    "trajectory": ("mean of quantum trajectories", PALETTE[2], "s"),
    "master": ("master equation", PALETTE[0], "D"),
}
SMALLEST = 1e-17
"""Drawn for a distance of exactly 0."""
LEFT, FOOT, WIDTH, HEIGHT, RIGHT = 0.8, 0.6, 4.6, 3.2, 2.2  # inches
LINE = 13.0  # points between the names of methods

Row = Sequence[Any]


@house_style
def unravelling_figure(rows: Sequence[Row], *, title: str) -> Figure:
    """Draw the distance to the exact populations against dt, a line per method.

    Args:
        rows: (dt in s, method, distance, its noise, …) with total variation distances.
        title: Plain text.
    """
    steps = sorted({row[0] for row in rows})
    points = {
        method: sorted((row for row in rows if row[1] == method), key=_dt)
        for method in SHOWN
    }
    points = {method: found for method, found in points.items() if found}
    note = _subtitle(points, steps)
    width = LEFT + WIDTH + RIGHT
    head = heading_height(title, note, width) + 0.1
    figure = new_figure(width, FOOT + HEIGHT + head)
    draw_heading(figure, title, note, left=LEFT)
    axes = add_axes(figure, LEFT, FOOT, WIDTH, HEIGHT)
    sizes = [max(row[2], SMALLEST) for row in rows]
    low, high = decades([*sizes, *(2.0 * row[3] for row in rows)]) or (-17, 0)
    set_decades(axes, "y", low, high)
    fit_log(axes, "x", steps)
    for method, found in points.items():
        _, color, marker = SHOWN[method]
        dt = [row[0] for row in found]
        distance = [max(row[2], SMALLEST) for row in found]
        axes.plot(dt, distance, marker=marker, ms=4, color=color, lw=1.4)
        if method == "trajectory":
            _draw_noise(axes, dt, [row[3] for row in found], color)
    _name_lines(axes, points, low, high)
    axes.axhline(1.0, color=FAINT_INK, lw=0.7, ls=":")
    axes.set_ylim(10.0**low, 10.0**high)
    axes.grid(visible=True, which="major")
    axes.set_xlabel("step dt (s)")
    axes.set_ylabel("distance")
    return figure


def _dt(row: Row) -> float:
    return float(row[0])


def _subtitle(points: dict[str, list[Row]], steps: Sequence[float]) -> str:
    note = "distance ½ Σ|p − p exact| of the final populations, from 0 to 1"
    if "trajectory" in points:
        note += "   ·   band: sampling noise expected of the trajectories"
    if len(points.get("spec", [])) < len(steps):
        note += "   ·   spec is left out if dt is too long for it"
    if any(row[2] == 0.0 for found in points.values() for row in found):
        note += f"   ·   at {SMALLEST:g}: no difference"
    return note


def _draw_noise(
    axes: Axes, dt: Sequence[float], noise: Sequence[float], color: str
) -> None:
    low, high = [0.3 * n for n in noise], [2 * n for n in noise]
    # A single step has no width; its band is a wide line.
    if len(dt) == 1:
        axes.vlines(dt, low, high, color=color, alpha=0.15, lw=12)
    else:
        axes.fill_between(dt, low, high, color=color, alpha=0.15, lw=0)


def _name_lines(axes: Axes, points: dict[str, list[Row]], low: int, high: int) -> None:
    """Name each line at the right of the frame, near its last point."""
    height = size_in_points(axes)[1]
    ends = [math.log10(max(found[-1][2], SMALLEST)) for found in points.values()]
    wanted = [height * (end - low) / (high - low) for end in ends]
    places = spread_labels(wanted, gap=LINE, low=0.0, high=height)
    for place, method in zip(places, points, strict=True):
        name, color, _ = SHOWN[method]
        axes.annotate(
            name,
            (1.02, place / height),
            xycoords="axes fraction",
            color=color,
            va="center",
            annotation_clip=False,
        )
