"""The error of each method of the Ising model, and its cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator

from spacewheat_sim.lab.figures.methods import (
    CROWD,
    QUANTITIES,
    STYLES,
    Mark,
    legend_of,
    mark_style,
    methods_of,
    say_in_panel,
    temperature_panels,
)
from spacewheat_sim.lab.figures.scales import decades, set_decades
from spacewheat_sim.lab.figures.style import (
    FAINT_INK,
    INK,
    add_axes,
    draw_heading,
    heading_height,
    house_style,
    new_figure,
)

SUBTITLE = (
    "|found − exact|, if another method gives the exact value"
    "   ·   on the lower edge: no difference"
)
NAME_WIDTH, COST_WIDTH, ROW = 1.9, 3.9, 0.36  # inches
ROUNDING = (-17, -15)
"""Decades of a panel in which all differences are 0."""


@house_style
def errors_figure(marks: Sequence[Mark], *, in_field: bool, title: str) -> Figure:
    """Draw |found − exact| of each method against T, logarithmically.

    A dash marks the standard error of a sampled number.
    """
    names = ["free_energy", "energy", "heat_capacity", "susceptibility"]
    if in_field:
        names.insert(3, "magnetization")
    known = [
        mark
        for mark in marks
        if any(_difference(mark, name) is not None for name in names)
    ]
    keys = legend_of(known, names)
    if any(mark.error(name) for mark in known for name in names):
        keys.append(_dash_key())
    figure, panels = temperature_panels(
        names, marks, keys, title=title, subtitle=SUBTITLE
    )
    for axes, name in zip(panels, names, strict=True):
        axes.set_ylabel(f"error of {QUANTITIES[name].rsplit(' ', 1)[-1]}")
        if not _draw_differences(axes, marks, name):
            say_in_panel(axes, "no exact value is known")
    return figure


def _difference(mark: Mark, name: str) -> float | None:
    value, exact = mark.value(name), mark.exact_value(name)
    return None if value is None or exact is None else abs(value - exact)


def _draw_differences(axes: Axes, marks: Sequence[Mark], name: str) -> bool:
    """Draw the differences of one quantity; return whether there are any."""
    known = [mark for mark in marks if _difference(mark, name) is not None]
    if not known:
        return False
    crowded = len({mark.T for mark in marks}) > CROWD
    sizes = [_difference(mark, name) or 0.0 for mark in known]
    errors = [mark.error(name) or 0.0 for mark in known]
    low, high = decades([*sizes, *errors]) or ROUNDING
    low -= 0.0 in sizes
    set_decades(axes, "y", low, high)
    edge = 10.0**low
    for method in methods_of(known):
        for trusted in (True, False):
            points = [
                (mark.T, max(size, edge), error)
                for mark, size, error in zip(known, sizes, errors, strict=True)
                if mark.method == method and mark.is_trusted(name) == trusted
            ]
            if not points:
                continue
            T, y, bars = zip(*points, strict=True)
            style = mark_style(method, trusted=trusted, crowded=crowded)
            axes.plot(T, y, ls="", zorder=3, clip_on=False, **style)
            if any(bars):
                color = STYLES[method].color
                axes.plot(T, bars, "_", color=color, ms=9, mew=1.0, zorder=2.5)
    return True


def _dash_key() -> Artist:
    style = STYLES["monte_carlo"]
    label = "standard error"
    return Line2D([], [], ls="", marker="_", color=style.color, ms=9, label=label)


@house_style
def cost_figure(
    timings: Mapping[str, float], temperatures: int, *, title: str
) -> Figure:
    """Draw the seconds that each method took as points on a logarithmic axis."""
    many = f"{temperatures} temperatures" if temperatures > 1 else "one temperature"
    note = f"wall time for {many}, including the loading of compiled code"
    width, height = NAME_WIDTH + COST_WIDTH + 1.0, ROW * max(len(timings), 1)
    head = heading_height(title, note, width) + 0.1
    figure = new_figure(width, 0.6 + height + head)
    draw_heading(figure, title, note, left=0.3)
    axes = add_axes(figure, NAME_WIDTH, 0.6, COST_WIDTH, height)
    names = list(timings)[::-1]
    low, high = decades(timings.values()) or (-3, 0)
    set_decades(axes, "x", low, high)
    for place, name in enumerate(names):
        value = max(timings[name], 10.0**low)
        color = STYLES[name].color
        axes.plot([value], [place], "o", color=color, ms=7, clip_on=False)
        axes.annotate(
            f"{timings[name]:.2g} s",
            (value, place),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            color=INK,
            bbox={"fc": "white", "ec": "none", "pad": 0.8},
            annotation_clip=False,
        )
    axes.set_ylim(-0.6, max(len(names), 1) - 0.4)
    axes.yaxis.set_major_locator(FixedLocator(range(len(names))))
    axes.set_yticklabels([STYLES[name].name for name in names])
    axes.set_xlabel("seconds, logarithmic")
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=True, color=FAINT_INK, alpha=0.25)
    return figure
