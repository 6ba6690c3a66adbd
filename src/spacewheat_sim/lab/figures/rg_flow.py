"""The flow of a coupling under coarse-graining: its map, its iterations, its axis."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.lab.figures.coupling_scale import CouplingScale
from spacewheat_sim.lab.figures.measured import with_error
from spacewheat_sim.lab.figures.style import (
    FAINT_INK,
    HAIRLINE,
    INK,
    PALETTE,
    add_axes,
    draw_heading,
    heading_height,
    house_style,
    new_figure,
)

LEFT, SQUARE, GAP, SIDE, RIGHT = 0.72, 4.7, 0.85, 3.1, 0.35  # inches
FOOT, STRIP, STRIP_GAP, CAPTION = 0.2, 0.75, 0.6, 0.22  # inches
CLOSEST_ARROWS = 0.026  # of the strip's width
NEAREST_MARK = 0.12  # of the axis, between 0 and a fixed point, unless it is bent
FARTHEST_MARK = 8.0  # times the largest coupling; fixed points beyond are not drawn
SETTLED = 0.005  # of the axis, below which a coupling has flowed to 0
WEAKER, STRONGER, MARK = PALETTE[0], PALETTE[1], PALETTE[2]

Step = tuple[int, float, float, float]
"""Iteration from 1, K, K' and its error."""


@dataclass(frozen=True)
class Curve:
    """K' as a function of K, known in closed form.

    Attributes:
        name: What it is.
        function: K → K' for K > 0.
        exact: Whether the steps should lie on it; else it is drawn as a comparison.
    """

    name: str
    function: Callable[[float], float]
    exact: bool


@house_style
def rg_flow_figure(
    steps: Sequence[Step],
    *,
    flows: int,
    curve: Curve,
    marks: Sequence[tuple[float, float, str]],
    notes: Sequence[str] = (),
    subtitle: str,
) -> Figure:
    """Draw K' against K with two staircases, the flow on the K axis, all iterations.

    Args:
        steps: Of all flows, by iteration and within it by flow.
        flows: How many flows there are.
        curve: A closed form, drawn as a line.
        marks: Fixed points other than 0 and ∞: K, its error, its name.
        notes: Lines of text at the lower right.
        subtitle: Plain text.

    Raises:
        ArgumentError: there are no steps, or flows of different length.
    """
    if not steps or len(steps) % flows:
        raise ArgumentError(
            f"Argument `steps` must hold the same steps of {flows} flows, but has "
            f"{len(steps)}"
        )
    # (flows, n_iter + 1): each flow's couplings from its start.
    table = np.array([step[1:] for step in steps]).reshape(-1, flows, 3)
    paths = np.concatenate([table[:1, :, 0], table[:, :, 1]]).T
    # A lattice can order, a chain cannot.
    ordered = bool(marks)
    marks = [m for m in marks if m[0] < FARTHEST_MARK * float(table[0, :, 0].max())]
    scale = _scale(table, marks)
    title = "Flow of couplings under coarse-graining"
    width = LEFT + SQUARE + GAP + SIDE + RIGHT
    head = heading_height(title, subtitle, width)
    figure = new_figure(width, FOOT + STRIP + STRIP_GAP + SQUARE + CAPTION + head)
    draw_heading(figure, title, subtitle, left=LEFT)
    bottom = FOOT + STRIP + STRIP_GAP
    plane = add_axes(figure, LEFT, bottom, SQUARE, SQUARE)
    course = add_axes(figure, LEFT + SQUARE + GAP, bottom, SIDE, SQUARE)
    strip = add_axes(figure, LEFT, FOOT, SQUARE, STRIP)
    _draw_map(plane, table, curve, marks, scale)
    _draw_staircases(plane, paths)
    _draw_course(course, paths, marks, scale)
    _draw_strip(strip, table, marks, scale, ordered=ordered)
    figure.text(
        (LEFT + SQUARE + GAP) / width,
        (FOOT + 0.5 * STRIP) / figure.get_size_inches()[1],
        "\n".join(notes),
        va="center",
        fontsize=8.5,
        linespacing=1.5,
    )
    return figure


def _scale(
    table: np.ndarray, marks: Sequence[tuple[float, float, str]]
) -> CouplingScale:
    """Return the scale of both axes, for initial couplings, their images and marks.

    If a fixed point would be close to 0, the axis is logarithmic beyond it.
    """
    first = table[0, :, :2]
    starts = float(first[:, 0].max())
    reach = [float(np.nanmax(first)), *(1.6 * K for K, _, _ in marks)]
    # A steep first step would leave most of the frame empty.
    limit = 1.06 * min(max(reach), max(1.6 * starts, *reach[1:], 0.0)) or 0.05
    nearest = min((K for K, _, _ in marks), default=limit)
    return CouplingScale(limit, nearest if nearest < NEAREST_MARK * limit else None)


def _draw_map(
    axes: Axes,
    table: np.ndarray,
    curve: Curve,
    marks: Sequence[tuple[float, float, str]],
    scale: CouplingScale,
) -> None:
    limit = scale.limit
    scale.apply(axes, "x")
    scale.apply(axes, "y")
    bent = "" if scale.width is None else ", on an asinh scale"
    axes.set(xlabel=f"coupling K{bent}", ylabel="coupling after one step, K′")
    axes.grid(visible=True)
    _draw_diagonal(axes, limit)
    _draw_curve(axes, curve, scale)
    _draw_steps(axes, table, limit)
    for mark, error, name in marks:
        _draw_ring(axes, mark, mark)
        axes.annotate(
            f"{name} = {with_error(mark, error)}",
            (mark, mark),
            (9, -9),
            textcoords="offset points",
            va="top",
            fontsize=8.5,
            color=MARK,
            bbox={"fc": "white", "ec": "none", "pad": 1.2, "alpha": 0.85},
            zorder=7,
        )
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        ncols=2,
        borderaxespad=0.1,
        frameon=False,
        fontsize=8,
    )


def _draw_diagonal(axes: Axes, limit: float) -> None:
    axes.plot([0, limit], [0, limit], color=FAINT_INK, lw=0.8, zorder=1.5)
    axes.annotate(
        "K′ = K",
        (0.93, 0.93),
        (0, -4),
        xycoords="axes fraction",
        textcoords="offset points",
        rotation=45,
        ha="center",
        va="top",
        fontsize=8,
        color=FAINT_INK,
    )


def _draw_curve(axes: Axes, curve: Curve, scale: CouplingScale) -> None:
    K = scale.samples()
    axes.plot(
        K,
        [curve.function(float(each)) for each in K],
        color=INK if curve.exact else FAINT_INK,
        lw=1.2 if curve.exact else 0.9,
        ls=(0, ()) if curve.exact else (0, (4, 2)),
        zorder=2,
        label=curve.name,
    )


def _draw_steps(axes: Axes, table: np.ndarray, limit: float) -> None:
    start, new, error = table.reshape(-1, 3).T
    inside = (np.abs(start) <= limit) & (np.abs(new) <= limit)
    axes.errorbar(
        start[inside],
        new[inside],
        yerr=error[inside] if error.any() else None,
        fmt="o",
        ms=3.2,
        color=INK,
        mec="white",
        mew=0.5,
        elinewidth=0.9,
        zorder=4,
        label="steps of the flows",
    )


def _draw_staircases(axes: Axes, paths: np.ndarray) -> None:
    """Draw the staircase of the longest flow on either side."""
    for falls, color in ((True, WEAKER), (False, STRONGER)):
        side = [path for path in paths if (path[-1] < path[0]) == falls]
        side = [path for path in side if path[-1] != path[0]]
        if not side:
            continue
        path = min(side, key=lambda each: abs(each[1] - each[0]) / max(each[0], 1e-9))
        x = np.repeat(path, 2)[:-1]
        y = np.concatenate([[0.0], np.repeat(path[1:], 2)])
        axes.plot(x, y, color=color, lw=1.1, alpha=0.9, zorder=3)
        axes.plot(path[:1], [0.0], "o", ms=4, color=color, clip_on=False, zorder=5)


def _draw_course(
    axes: Axes,
    paths: np.ndarray,
    marks: Sequence[tuple[float, float, str]],
    scale: CouplingScale,
) -> None:
    count = _shown_iterations(paths, scale)
    scale.apply(axes, "y")
    for path in paths[:, : count + 1]:
        color = STRONGER if path[-1] > path[0] else WEAKER
        axes.plot(range(count + 1), path, color=color, lw=1.0, alpha=0.75, zorder=2)
        axes.plot(range(count + 1), path, "o", ms=2.4, color=color, zorder=3)
    for mark, _, _ in marks:
        axes.axhline(mark, color=MARK, lw=1.0, zorder=1.5)
    axes.set(xlim=(-0.08 * count, 1.02 * count), ylabel="coupling K")
    total = paths.shape[1] - 1
    more = f", the first {count} of {total}" if count < total else ""
    axes.set_xlabel(f"iteration{more}")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(visible=True, axis="y")
    style: dict[str, Any] = {"fontsize": 8.5, "va": "bottom"}
    style |= {"transform": axes.transAxes}
    if (paths[:, -1] < paths[:, 0]).any():
        axes.text(0, 1.02, "to disorder, K → 0", color=WEAKER, **style)
    if (paths[:, -1] > paths[:, 0]).any():
        axes.text(1, 1.02, "to order, K → ∞", color=STRONGER, ha="right", **style)


def _shown_iterations(paths: np.ndarray, scale: CouplingScale) -> int:
    """Return the number of iterations to draw: until all flows left or reached 0."""
    inside = (paths > SETTLED * scale.limit) & (paths < scale.limit)
    last = np.flatnonzero(inside.any(axis=0))
    total = int(paths.shape[1]) - 1
    return min(total, max(int(last[-1]) + 1 if last.size else total, 2))


def _draw_strip(
    axes: Axes,
    table: np.ndarray,
    marks: Sequence[tuple[float, float, str]],
    scale: CouplingScale,
    *,
    ordered: bool,
) -> None:
    """Draw arrows in the direction of the flow, and the fixed points."""
    axes.set(xlim=(0, 1), ylim=(-1, 1), yticks=[])
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.tick_params(bottom=False, labelbottom=False)
    axes.axhline(0.0, color=HAIRLINE, lw=1.0, zorder=1)
    axes.text(
        0.0,
        0.75,
        "flow on the K axis, to the scale of the frame above; ∞ at its end",
        fontsize=8.5,
        va="center",
    )
    places = [scale.place(K) for K, _, _ in marks]
    last, room = -math.inf, CLOSEST_ARROWS
    for K, new in sorted(zip(table[0, :, 0], table[0, :, 1], strict=True)):
        x, end = scale.place(float(K)), scale.place(float(new))
        crowded = any(abs(x - place) < 1.5 * room for place in places)
        if not room < x < 1.0 - room or x - last < 2 * room or new == K or crowded:
            continue
        last = x
        length = math.copysign(min(abs(end - x), 1.6 * room), end - x)
        axes.annotate(
            "",
            (x + length / 2, 0.0),
            (x - length / 2, 0.0),
            arrowprops={
                "arrowstyle": "-|>",
                "color": WEAKER if new < K else STRONGER,
                "lw": 1.1,
                "shrinkA": 0,
                "shrinkB": 0,
            },
        )
    axes.text(0.0, -0.75, "0", ha="center", va="center", fontsize=8)
    axes.text(1.0, -0.75, "∞", ha="center", va="center", fontsize=9)
    for (mark, _, _), place in zip(marks, places, strict=True):
        axes.text(place, -0.75, f"{mark:.3g}", ha="center", va="center", fontsize=8)
        _draw_ring(axes, place, 0.0)
    axes.plot([0.0], [0.0], "o", ms=7, color=INK, clip_on=False, zorder=5)
    # The ordered fixed point is stable for a lattice and unstable for a chain.
    fill = INK if ordered else "white"
    axes.plot([1.0], [0], "o", ms=7, mfc=fill, mec=INK, clip_on=False, zorder=5)


def _draw_ring(axes: Axes, x: float, y: float) -> None:
    """Mark an unstable fixed point; a filled point is a stable one."""
    axes.plot([x], [y], "o", ms=8, mfc="white", mec=MARK, mew=1.8, zorder=6)
