"""How far each method is from the master equation, against the step length."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.figure import Figure

from spacewheat_sim.lab.figures.style import (
    FAINT_INK,
    PALETTE,
    add_axes,
    draw_heading,
    house_style,
    new_figure,
)

SHOWN = {
    "spec": ("the source document's update", PALETTE[1], "o"),
    "trajectory": ("mean of quantum trajectories", PALETTE[2], "s"),
    "master": ("master equation", PALETTE[0], "D"),
}
FLOOR = 1e-16


def _dt(row: tuple[Any, ...]) -> float:
    return float(row[0])


@house_style
def unravelling_figure(rows: Sequence[Sequence[Any]], *, title: str) -> Figure:
    """Draw the distance to the exact populations against dt, a line per method.

    Args:
        rows: (dt in s, method, distance, its noise, …) with total variation distances.
        title: Plain text.
    """
    figure = new_figure(7.6, 4.6)
    draw_heading(
        figure,
        title,
        "distance ½ Σ|p − p exact| of the final populations, from 0 to 1"
        "   ·   band: sampling noise expected of the trajectories",
        left=0.8,
    )
    axes = add_axes(figure, 0.8, 0.6, 4.6, 3.2)
    axes.set_xscale("log")
    axes.set_yscale("log")
    for method, (name, color, marker) in SHOWN.items():
        points = sorted((tuple(row) for row in rows if row[1] == method), key=_dt)
        if not points:
            continue
        dt = [row[0] for row in points]
        distance = [max(row[2], FLOOR) for row in points]
        axes.plot(dt, distance, marker=marker, ms=4, color=color, lw=1.4)
        axes.annotate(
            name,
            (1.02, distance[-1]),
            xycoords=("axes fraction", "data"),
            color=color,
            va="center",
            annotation_clip=False,
        )
        if method == "trajectory":
            noise = [row[3] for row in points]
            low, high = [0.3 * n for n in noise], [2 * n for n in noise]
            axes.fill_between(dt, low, high, color=color, alpha=0.15, lw=0)
    axes.set_ylim(FLOOR, 3)
    axes.axhline(1.0, color=FAINT_INK, lw=0.7, ls=":")
    axes.grid(visible=True, which="major")
    axes.set_xlabel("step dt (s)")
    axes.set_ylabel("distance")
    return figure
