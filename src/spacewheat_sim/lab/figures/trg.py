"""Figures of tensor renormalization: its errors, and its conformal data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullLocator

from spacewheat_sim.lab.figures.style import (
    FAINT_INK,
    PALETTE,
    add_axes,
    draw_heading,
    heading_height,
    house_style,
    new_figure,
)

SHOWN = {
    "levin_nave": ("Levin–Nave", PALETTE[1], "s"),
    "bond_weighted": ("bond-weighted", PALETTE[0], "o"),
}
EXACT_DIMENSIONS = {0.125: "1/8", 1.0: "1", 1.125: "9/8", 2.0: "2"}
LEFT, FOOT = 0.85, 0.6  # inches
WIDTH, HEIGHT, BETWEEN, RIGHT = 3.6, 3.3, 1.0, 0.35  # inches, of the frames
FLOOR = 1e-16
FIRST_DIMENSION = 9
"""Column of x₁ in a row."""

Row = Sequence[Any]


@house_style
def error_figure(rows: Sequence[Row]) -> Figure:
    """Draw |error of ln Z per site| against chi_max, and against the side.

    Args:
        rows: (scheme, chi_max, L, chi, weight, ln Z/N, exact, error, …).
    """
    L, chi_max = max(row[2] for row in rows), max(row[1] for row in rows)
    figure, (left, right) = _two_panels(
        "Tensor renormalization against the exact torus",
        "error of ln Z per site against Kaufman's sum for the same size"
        f"   ·   left: L = {L}   ·   right: chi_max = {chi_max}",
    )
    few = len({row[1] for row in rows}) <= 10
    for scheme, (name, color, marker) in SHOWN.items():
        style: dict[str, Any] = {"color": color, "marker": marker, "ms": 4.5, "lw": 1.5}
        of_scheme = [row for row in rows if row[0] == scheme]
        if not of_scheme:
            continue
        by_chi = [(row[1], abs(row[7])) for row in of_scheme if row[2] == L]
        by_size = [(row[2], abs(row[7])) for row in of_scheme if row[1] == chi_max]
        for axes, points in ((left, by_chi), (right, by_size)):
            x = [point[0] for point in points]
            axes.plot(x, [max(point[1], FLOOR) for point in points], **style)
        if scheme == of_scheme[0][0]:
            right.plot([], [], label=name, **style)
    _set_log_axis(left, sorted({row[1] for row in rows}), few=few)
    _set_log_axis(right, sorted({row[2] for row in rows}), few=True)
    for axes in (left, right):
        axes.set_yscale("log")
        axes.yaxis.set_minor_locator(NullLocator())
        axes.grid(visible=True, axis="y")
    right.axhspan(FLOOR / 3, 1e-15, color=FAINT_INK, alpha=0.1, lw=0)
    right.set_ylim(bottom=FLOOR / 3)
    right.yaxis.set_major_locator(LogLocator(base=100.0))
    right.annotate(
        "rounding",
        (0.98, 3e-16),
        xycoords=("axes fraction", "data"),
        ha="right",
        va="center",
        color=FAINT_INK,
        fontsize=8,
    )
    left.set_xlabel("chi_max, values kept per leg")
    left.set_ylabel("|error| of ln Z per site")
    right.set_xlabel("side L")
    right.legend(frameon=False, loc="center right", fontsize=8.5)
    return figure


@house_style
def scaling_figure(rows: Sequence[Row]) -> Figure:
    """Draw scaling dimensions and central charge of the tensors against the side.

    Args:
        rows: (…, central charge, x₁, …, x₈) after eight columns as of `error_figure`.
    """
    chi_max = max(row[1] for row in rows)
    figure, (left, right) = _two_panels(
        "Conformal data of the critical tensor",
        f"chi_max = {chi_max}   ·   dashes: exact values of the Ising fixed point"
        "   ·   small L: corrections of size; large L: truncation drives it away",
    )
    kept = [row for row in rows if row[1] == chi_max]
    for scheme, (name, color, marker) in SHOWN.items():
        points = [row for row in kept if row[0] == scheme]
        if not points:
            continue
        sizes = [row[2] for row in points]
        style: dict[str, Any] = {"color": color, "marker": marker, "ms": 4.0}
        for column in range(FIRST_DIMENSION, len(points[0])):
            values = [row[column] for row in points]
            left.plot(sizes, values, lw=0.8, alpha=0.85, **style)
        charges = [row[FIRST_DIMENSION - 1] for row in points]
        right.plot(sizes, charges, lw=1.5, label=name, **style)
    for value, text in EXACT_DIMENSIONS.items():
        left.axhline(value, color=FAINT_INK, lw=0.8, ls=(0, (4, 2)), zorder=1)
        low = value == 1.0
        left.annotate(
            text,
            (1.015, value),
            xycoords=("axes fraction", "data"),
            va="top" if low else "bottom" if value == 1.125 else "center",
            color=FAINT_INK,
            annotation_clip=False,
        )
    right.axhline(0.5, color=FAINT_INK, lw=0.8, ls=(0, (4, 2)), zorder=1)
    left.set_ylim(0.0, 2.3)
    right.set_ylim(0.45, 0.61)
    for axes in (left, right):
        _set_log_axis(axes, sorted({row[2] for row in rows}), few=True)
        axes.set_xlabel("side L")
    left.set_ylabel("scaling dimensions x")
    right.set_ylabel("central charge c")
    right.legend(frameon=False, loc="upper right", fontsize=8.5)
    return figure


def _two_panels(title: str, subtitle: str) -> tuple[Figure, tuple[Axes, Axes]]:
    width = LEFT + 2 * WIDTH + BETWEEN + RIGHT
    height = FOOT + HEIGHT + heading_height(title, subtitle, width)
    figure = new_figure(width, height)
    draw_heading(figure, title, subtitle, left=LEFT)
    left = add_axes(figure, LEFT, FOOT, WIDTH, HEIGHT)
    return figure, (
        left,
        add_axes(figure, LEFT + WIDTH + BETWEEN, FOOT, WIDTH, HEIGHT),
    )


def _set_log_axis(axes: Axes, values: list[int], *, few: bool) -> None:
    """Label the values themselves on a logarithmic axis, at most about ten."""
    axes.set_xscale("log", base=2)
    step = 1 if few else -(-len(values) // 10)
    axes.xaxis.set_major_locator(FixedLocator([float(v) for v in values[::step]]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))
    axes.xaxis.set_minor_locator(NullLocator())
