"""Figures of tensor renormalization: its errors, and its conformal data."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from spacewheat_sim.lab.figures.scales import decades, fit_values, set_decades
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
LEFT, FOOT, LEGEND = 0.85, 0.6, 0.28  # inches
WIDTH, HEIGHT, BETWEEN, RIGHT = 3.6, 3.3, 1.0, 0.4  # inches, of the frames
SMALLEST = 1e-17
"""Drawn for an error of exactly 0."""
ROUNDING = 1e-15
"""Errors of ln Z per site below it are rounding."""
LARGEST_DIMENSION = 4.0
"""Larger dimensions are drawn at the upper edge."""
FIRST_DIMENSION = 9
"""Column of x₁ in a row."""
MOST_TICKS = 9

Row = Sequence[Any]


@house_style
def error_figure(rows: Sequence[Row]) -> Figure:
    """Draw |error of ln Z per site| against chi_max, and against the side.

    Args:
        rows: (scheme, chi_max, L, chi, weight, ln Z/N, exact, error, …).
    """
    L, chi_max = max(row[2] for row in rows), max(row[1] for row in rows)
    title = "Tensor renormalization against the exact torus"
    subtitle = (
        "error of ln Z per site against Kaufman's sum for the same size"
        f"   ·   left: L = {L}   ·   right: chi_max = {chi_max}"
    )
    figure, (left, right) = _two_panels(title, subtitle, _schemes(rows))
    by_chi = [row for row in rows if row[2] == L]
    by_size = [row for row in rows if row[1] == chi_max]
    for axes, kept, column in ((left, by_chi, 1), (right, by_size, 2)):
        for scheme, style in _schemes(rows):
            points = [row for row in kept if row[0] == scheme]
            y = [max(abs(row[7]), SMALLEST) for row in points]
            axes.plot([row[column] for row in points], y, lw=1.5, **style)
        _set_error_axis(axes, [abs(row[7]) for row in kept])
        _set_octaves(axes, [row[column] for row in kept])
    left.set_xlabel("chi_max, values kept per leg")
    left.set_ylabel("|error| of ln Z per site")
    right.set_xlabel("side L")
    return figure


def _set_error_axis(axes: Axes, errors: Sequence[float]) -> None:
    """Fit the axis to the errors, and mark those that are rounding."""
    low, high = decades(max(error, SMALLEST) for error in errors) or (-17, -15)
    set_decades(axes, "y", low, high)
    axes.grid(visible=True, axis="y")
    if min(errors) >= ROUNDING:
        return
    axes.axhspan(10.0**low, ROUNDING, color=FAINT_INK, alpha=0.1, lw=0)
    label = "rounding; at 10⁻¹⁷: none" if 0.0 in errors else "rounding"
    axes.annotate(
        label,
        (0.98, 0.0),
        xycoords="axes fraction",
        xytext=(0, 3),
        textcoords="offset points",
        ha="right",
        va="bottom",
        color=FAINT_INK,
        fontsize=8,
    )


@house_style
def scaling_figure(rows: Sequence[Row]) -> Figure:
    """Draw scaling dimensions and central charge of the tensors against the side.

    Args:
        rows: (…, central charge, x₁, …, x₈) after eight columns as of `error_figure`.
    """
    chi_max = max(row[1] for row in rows)
    kept = [row for row in rows if row[1] == chi_max]
    dimensions = [x for row in kept for x in _known(row[FIRST_DIMENSION:])]
    subtitle = (
        f"chi_max = {chi_max}   ·   dashes: exact values of the Ising fixed point"
        "   ·   small L: corrections of size; large L: truncation drives it away"
    )
    if max(dimensions, default=0.0) > LARGEST_DIMENSION:
        subtitle += f"   ·   triangles: above {LARGEST_DIMENSION:g}"
    title = "Conformal data of the critical tensor"
    figure, (left, right) = _two_panels(title, subtitle, _schemes(kept))
    charges = []
    for scheme, style in _schemes(kept):
        points = [row for row in kept if row[0] == scheme]
        sizes = [row[2] for row in points]
        for column in range(FIRST_DIMENSION, len(points[0])):
            _draw_dimension(left, sizes, [row[column] for row in points], style)
        charge = [_or_nan(row[FIRST_DIMENSION - 1]) for row in points]
        right.plot(sizes, charge, lw=1.5, **style)
        charges += charge
    for value, text in EXACT_DIMENSIONS.items():
        _draw_exact(left, value, text)
    right.axhline(0.5, color=FAINT_INK, lw=0.8, ls=(0, (4, 2)), zorder=1)
    for axes in (left, right):
        _set_octaves(axes, [row[2] for row in kept])
        axes.set_xlabel("side L")
    left.set_ylim(0.0, min(1.08 * max([*dimensions, 2.1]), LARGEST_DIMENSION))
    left.set_ylabel("scaling dimensions x")
    fit_values(right, [*charges, 0.5])
    right.set_ylabel("central charge c")
    return figure


def _draw_dimension(
    axes: Axes, sizes: Sequence[int], values: Sequence[Any], style: dict[str, Any]
) -> None:
    """Draw one dimension; a triangle marks values outside the frame."""
    y = [_or_nan(value) for value in values]
    within = [min(value, LARGEST_DIMENSION) for value in y]
    inside = [v if v < LARGEST_DIMENSION else math.nan for v in within]
    axes.plot(sizes, within, lw=0.8, alpha=0.85, color=style["color"])
    axes.plot(sizes, inside, ls="", alpha=0.85, **style)
    beyond = [L for L, v in zip(sizes, y, strict=True) if v >= LARGEST_DIMENSION]
    top = [LARGEST_DIMENSION] * len(beyond)
    axes.plot(beyond, top, "^", color=style["color"], ms=5.5, clip_on=False)


def _draw_exact(axes: Axes, value: float, text: str) -> None:
    axes.axhline(value, color=FAINT_INK, lw=0.8, ls=(0, (4, 2)), zorder=1)
    axes.annotate(
        text,
        (1.015, value),
        xycoords=("axes fraction", "data"),
        va="top" if value == 1.0 else "bottom" if value == 1.125 else "center",
        color=FAINT_INK,
        annotation_clip=False,
    )


def _known(values: Iterable[Any]) -> list[float]:
    return [v for v in values if v is not None and math.isfinite(v)]


def _or_nan(value: Any) -> float:
    return math.nan if value is None else float(value)


def _schemes(rows: Sequence[Row]) -> list[tuple[str, dict[str, Any]]]:
    """Return the schemes of the rows, each with its style."""
    present = {row[0] for row in rows}
    return [
        (scheme, {"label": name, "color": color, "marker": marker, "ms": 4.5})
        for scheme, (name, color, marker) in SHOWN.items()
        if scheme in present
    ]


def _two_panels(
    title: str, subtitle: str, schemes: Sequence[tuple[str, dict[str, Any]]]
) -> tuple[Figure, tuple[Axes, Axes]]:
    """Return a figure of two panels, with the legend above the right one."""
    width = LEFT + 2 * WIDTH + BETWEEN + RIGHT
    height = FOOT + HEIGHT + LEGEND + heading_height(title, subtitle, width)
    figure = new_figure(width, height)
    draw_heading(figure, title, subtitle, left=LEFT)
    left = add_axes(figure, LEFT, FOOT, WIDTH, HEIGHT)
    right = add_axes(figure, LEFT + WIDTH + BETWEEN, FOOT, WIDTH, HEIGHT)
    right.legend(
        handles=[Line2D([], [], lw=1.5, **style) for _, style in schemes],
        frameon=False,
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        borderaxespad=0.2,
        ncols=2,
        fontsize=8.5,
    )
    return figure, (left, right)


def _set_octaves(axes: Axes, values: Iterable[int]) -> None:
    """Label values on an axis of powers of two, as many as fit.

    Where values are long, powers of two are written as such.
    """
    ticks = sorted(set(values))
    low, high = math.log2(ticks[0]), math.log2(ticks[-1])
    room = 0.04 * (high - low) or 0.5
    axes.set_xscale("log", base=2)
    axes.set_xlim(2.0 ** (low - room), 2.0 ** (high + room))
    apart = (high - low) / MOST_TICKS
    shown: list[float] = []
    for tick in reversed(ticks):
        if not shown or math.log2(shown[-1] / tick) >= apart:
            shown.append(float(tick))
    axes.xaxis.set_major_locator(FixedLocator(shown))
    powers = ticks[-1] >= 2**14

    def label(value: float, _place: int) -> str:
        exponent = math.log2(value)
        if powers and exponent == round(exponent):
            return f"$2^{{{exponent:.0f}}}$"
        return f"{value:.0f}"

    axes.xaxis.set_major_formatter(FuncFormatter(label))
    axes.xaxis.set_minor_locator(NullLocator())
