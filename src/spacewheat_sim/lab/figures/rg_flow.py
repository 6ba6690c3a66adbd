"""The flow of a coupling under coarse-graining: its map, its iterations, its axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from spacewheat_sim.errors import ArgumentError
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

LEFT, SQUARE, GAP, SIDE, RIGHT = 0.72, 4.7, 0.3, 3.3, 0.35  # inches
FOOT, STRIP, STRIP_GAP = 0.62, 0.62, 0.55  # inches
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
    subtitle: str,
) -> Figure:
    """Draw K' against K with two staircases, the flow on the K axis, all iterations.

    Args:
        steps: Of all flows, by iteration and within it by flow.
        flows: How many flows there are.
        curve: A closed form to draw as a line.
        marks: Fixed points other than 0 and ∞: K, its error, its name.
        subtitle: What was done, in plain text.

    Raises:
        ArgumentError: there is no step, or not the same number from every flow.
    """
    if not steps or len(steps) % flows:
        raise ArgumentError(
            f"Argument `steps` must hold the same steps of {flows} flows, but has "
            f"{len(steps)}"
        )
    # (flows, n_iter + 1): each flow's couplings from its start.
    table = np.array([step[1:] for step in steps]).reshape(-1, flows, 3)
    paths = np.concatenate([table[:1, :, 0], table[:, :, 1]]).T
    limit = _limit(table, marks)
    title = "Where couplings flow under coarse-graining"
    width = LEFT + SQUARE + GAP + SIDE + RIGHT
    head = heading_height(title, subtitle, width)
    figure = new_figure(width, FOOT + STRIP + STRIP_GAP + SQUARE + head)
    draw_heading(figure, title, subtitle, left=LEFT)
    bottom = FOOT + STRIP + STRIP_GAP
    plane = add_axes(figure, LEFT, bottom, SQUARE, SQUARE)
    course = add_axes(figure, LEFT + SQUARE + GAP, bottom, SIDE, SQUARE)
    strip = add_axes(figure, LEFT, FOOT, SQUARE, STRIP)
    _draw_map(plane, table, curve, marks, limit)
    _draw_staircases(plane, paths, limit)
    _draw_course(course, paths, marks, limit)
    _draw_strip(strip, table, marks, limit)
    return figure


def _limit(table: np.ndarray, marks: Sequence[tuple[float, float, str]]) -> float:
    """Return the end of both axes: the starts, their images and the marks fit in."""
    first = table[0, :, :2]
    reach = [float(np.nanmax(first)), *(1.6 * K for K, _, _ in marks), 0.05]
    # A steep first step would leave most of the plane empty.
    return 1.06 * min(max(reach), max(1.6 * float(first[:, 0].max()), *reach[1:]))


def _draw_map(
    axes: Axes,
    table: np.ndarray,
    curve: Curve,
    marks: Sequence[tuple[float, float, str]],
    limit: float,
) -> None:
    axes.set(xlim=(0, limit), ylim=(0, limit), xlabel="K", ylabel="K′", aspect="equal")
    axes.grid(visible=True)
    axes.plot([0, limit], [0, limit], color=FAINT_INK, lw=0.8, zorder=1.5)
    axes.annotate(
        "K′ = K",
        (0.93 * limit, 0.93 * limit),
        (0, -4),
        textcoords="offset points",
        rotation=45,
        ha="center",
        va="top",
        fontsize=8,
        color=FAINT_INK,
    )
    K = np.linspace(1e-4, 1.0, 400) * limit
    style = (0, ()) if curve.exact else (0, (4, 2))
    axes.plot(
        K,
        [curve.function(float(each)) for each in K],
        color=INK if curve.exact else FAINT_INK,
        lw=1.2 if curve.exact else 0.9,
        ls=style,
        zorder=2,
        label=curve.name,
    )
    start, new, error = table.reshape(-1, 3).T
    inside = (np.abs(start) <= limit) & (np.abs(new) <= limit)
    axes.errorbar(
        start[inside],
        new[inside],
        yerr=error[inside],
        fmt="o",
        ms=3.2,
        color=INK,
        mec="white",
        mew=0.5,
        elinewidth=0.9,
        zorder=4,
        label="steps of the flows",
    )
    for mark, mark_error, name in marks:
        axes.plot([mark], [mark], **_ring(), zorder=6)
        axes.annotate(
            f"{name} = {_with_error(mark, mark_error)}",
            (mark, mark),
            (9, -9),
            textcoords="offset points",
            va="top",
            fontsize=8.5,
            color=MARK,
            bbox={"fc": "white", "ec": "none", "pad": 1.2, "alpha": 0.85},
            zorder=7,
        )
    axes.legend(loc="upper left", frameon=False, fontsize=8)


def _draw_staircases(axes: Axes, paths: np.ndarray, limit: float) -> None:
    """Draw the staircase of the flow that takes longest on either side."""
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
    limit: float,
) -> None:
    count = paths.shape[1] - 1
    for path in paths:
        color = WEAKER if path[-1] < path[0] else STRONGER
        axes.plot(range(count + 1), path, color=color, lw=1.0, alpha=0.75, zorder=2)
        axes.plot(range(count + 1), path, "o", ms=2.4, color=color, zorder=3)
    for mark, _, _ in marks:
        axes.axhline(mark, color=MARK, lw=1.0, zorder=1.5)
    axes.set(xlim=(-0.08 * count, 1.02 * count), ylim=(0, limit), xlabel="iteration")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.tick_params(labelleft=False)
    axes.grid(visible=True, axis="y")


def _draw_strip(
    axes: Axes,
    table: np.ndarray,
    marks: Sequence[tuple[float, float, str]],
    limit: float,
) -> None:
    """Draw arrows from each start towards its image, and the fixed points."""
    axes.set(xlim=(0, limit), ylim=(-1, 1), yticks=[], xlabel="flow of K")
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(bottom=False, labelbottom=False)
    axes.axhline(0.0, color=HAIRLINE, lw=1.0, zorder=1)
    starts, images = table[0, :, 0], table[0, :, 1]
    for K, new in zip(starts, images, strict=True):
        if not 0.0 <= K <= limit or new == K:
            continue
        color = WEAKER if new < K else STRONGER
        axes.annotate(
            "",
            (min(max(new, 0.0), limit), 0.0),
            (K, 0.0),
            arrowprops={"arrowstyle": "-|>", "color": color, "lw": 1.1},
        )
    axes.plot([0.0], [0.0], "o", ms=7, color=INK, clip_on=False, zorder=5)
    for mark, _, _ in marks:
        axes.plot([mark], [0.0], **_ring(), zorder=5)


def _ring() -> dict[str, object]:
    return {"marker": "o", "ms": 8, "mfc": "white", "mec": MARK, "mew": 1.8}


def _with_error(value: float, error: float) -> str:
    """Return a value with its error in units of the last digits, e.g. 0.4409(9)."""
    if error <= 0.0:
        return f"{value:.4f}"
    digits = max(0, -int(np.floor(np.log10(error))))
    return f"{value:.{digits}f}({round(error * 10**digits)})"
