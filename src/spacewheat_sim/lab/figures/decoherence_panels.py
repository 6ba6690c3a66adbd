"""Panels of a central spin against time: layout, curves and labels."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.lab.figures.label_spread import spread_labels
from spacewheat_sim.lab.figures.style import (
    FAINT_INK,
    add_axes,
    draw_heading,
    heading_height,
    new_figure,
    size_in_points,
)
from spacewheat_sim.lab.figures.thinning import thin_line, thin_rows

LEFT, PLOT_WIDTH, RIGHT = 0.85, 7.0, 1.35  # inches
FOOT, GAP = 0.55, 0.28  # inches
UNJOINED = "   ·   points: the rows are too far apart for a line"


def lay_out(
    heights: Sequence[float],
    title: str,
    subtitle: str,
    *,
    gaps: Sequence[float] | None = None,
) -> tuple[Figure, list[Axes]]:
    """Return the figure with its heading, and axes of these heights from the top.

    Args:
        heights: Of the frames, in inches.
        title: Plain text.
        subtitle: Plain text.
        gaps: Between the frames, one fewer, in inches.
    """
    gaps = [GAP] * (len(heights) - 1) if gaps is None else gaps
    width = LEFT + PLOT_WIDTH + RIGHT
    head = heading_height(title, subtitle, width)
    total = FOOT + sum(heights) + sum(gaps) + head
    figure = new_figure(width, total)
    draw_heading(figure, title, subtitle, left=LEFT)
    top, axes = total - head, []
    for height, gap in zip(heights, [0.0, *gaps], strict=True):
        top -= gap + height
        axes.append(add_axes(figure, LEFT, top, PLOT_WIDTH, height))
        axes[-1].grid(visible=True)
    return figure, axes


def draw_time_axis(axes: Sequence[Axes], time: FloatArray) -> None:
    """Give frames a common time axis, with numbers on the lowest one."""
    for each in axes:
        each.set_xlim(0.0, float(time[-1]))
        each.tick_params(labelbottom=each is axes[-1])
    axes[-1].set_xlabel("time (s)")


def draw_course(
    axes: Axes,
    time: FloatArray,
    values: FloatArray,
    color: str,
    width: float,
    *,
    joined: bool,
) -> None:
    """Draw a line, or separate points if the times are too far apart for one."""
    if joined:
        axes.plot(*thin_line(time, values), color=color, lw=width)
        return
    rows = thin_rows(time.size, limit=600)
    axes.plot(
        time[rows], values[rows], ls="", marker=".", ms=4.0, color=color, clip_on=False
    )


def mark_levels(axes: Axes, levels: dict[float, str], *, right: bool = True) -> None:
    """Draw horizontal lines with their names."""
    for level, text in levels.items():
        axes.axhline(level, color=FAINT_INK, lw=0.7, ls=(0, (4, 2)), zorder=1.5)
        axes.annotate(
            text,
            (1.0 if right else 0.0, level),
            xycoords=("axes fraction", "data"),
            xytext=(-3 if right else 3, 2),
            textcoords="offset points",
            ha="right" if right else "left",
            va="bottom",
            fontsize=7.5,
            color=FAINT_INK,
        )


def label_ends(
    axes: Axes, values: Sequence[float], texts: Sequence[str], colors: Sequence[str]
) -> None:
    """Name each line at the right of the frame, near its last value."""
    low, high = axes.get_ylim()
    gap = 12.0 * (high - low) / size_in_points(axes)[1]
    places = spread_labels(values, gap=gap, low=low, high=high)
    for place, text, color in zip(places, texts, colors, strict=True):
        axes.annotate(
            text,
            (1.0, place),
            xycoords=("axes fraction", "data"),
            xytext=(7, 0),
            textcoords="offset points",
            va="center",
            fontsize=8.5,
            color=color,
        )
