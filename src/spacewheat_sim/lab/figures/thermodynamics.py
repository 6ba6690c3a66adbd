"""The quantities of the Ising model against temperature, by all methods."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from spacewheat_sim.lab.figures.methods import (
    CROWD,
    QUANTITIES,
    Mark,
    legend_of,
    mark_style,
    methods_of,
    say_in_panel,
    temperature_panels,
    temperature_range,
)
from spacewheat_sim.lab.figures.scales import fit_values
from spacewheat_sim.lab.figures.style import FAINT_INK, INK, house_style
from spacewheat_sim.lab.sampled_lines import SampledLine

SUBTITLE = "per spin, k_B = 1   ·   bars: standard errors"


class InfiniteLattice(NamedTuple):
    """Exact results for the infinite lattice at h = 0.

    Attributes:
        critical_temperature: Temperature of the ordering transition.
        temperatures: Of the spontaneous magnetization, empty if it is staggered.
        magnetization: The spontaneous magnetization.
    """

    critical_temperature: float
    temperatures: Sequence[float] = ()
    magnetization: Sequence[float] = ()


def shown_quantities(marks: Sequence[Mark], *, in_field: bool) -> list[str]:
    """Return the quantities to draw.

    Without a field m is 0, and ⟨|m|⟩ is drawn instead, if a method gives it.
    """
    names = ["free_energy", "energy", "heat_capacity", "susceptibility"]
    if in_field:
        return [*names[:3], "magnetization", *names[3:]]
    if any(mark.value("abs_magnetization") is not None for mark in marks):
        return [*names[:3], "abs_magnetization", *names[3:], "susceptibility_abs"]
    return names


@house_style
def quantities_figure(
    marks: Sequence[Mark],
    lines: Mapping[str, SampledLine],
    infinite: InfiniteLattice | None = None,
    *,
    in_field: bool,
    title: str,
) -> Figure:
    """Draw every quantity against T: points of each method, and the exact line.

    Args:
        marks: The points; those that did not converge are hollow.
        lines: Exact curves by quantity.
        infinite: Results for the infinite lattice, if they apply.
        in_field: Whether h is not 0.
        title: Plain text.
    """
    names = shown_quantities(marks, in_field=in_field)
    shown = {name: line for name, line in lines.items() if name in names}
    keys = [
        *legend_of(marks, names),
        *_line_keys(list(shown.values())),
        *(_infinite_keys(infinite, marks, names) if infinite else []),
    ]
    figure, panels = temperature_panels(
        names, marks, keys, title=title, subtitle=SUBTITLE
    )
    for axes, name in zip(panels, names, strict=True):
        axes.set_ylabel(QUANTITIES[name])
        values, bars = [], []
        if name in shown:
            _draw_line(axes, shown[name])
            values += shown[name].y
        if infinite:
            values += _draw_infinite(axes, infinite, marks, name)
        found, ends = _draw_marks(axes, marks, name)
        values += found
        bars += ends
        if any(math.isfinite(value) for value in values):
            fit_values(axes, values, bars)
        else:
            say_in_panel(axes, "no method gives it")
    return figure


def _draw_marks(
    axes: Axes, marks: Sequence[Mark], name: str
) -> tuple[list[float], list[float]]:
    """Draw all methods' points; return their values and the ends of their bars."""
    crowded = len({mark.T for mark in marks}) > CROWD
    values: list[float] = []
    ends: list[float] = []
    for method in methods_of(marks):
        for trusted in (True, False):
            points = [
                (mark.T, value, mark.error(name) or 0.0)
                for mark in marks
                if mark.method == method
                and (value := mark.value(name)) is not None
                and mark.is_trusted(name) == trusted
            ]
            if not points:
                continue
            T, y, errors = zip(*points, strict=True)
            style = mark_style(method, trusted=trusted, crowded=crowded)
            bars = axes.errorbar(
                T,
                y,
                yerr=errors if any(errors) else None,
                ls="",
                elinewidth=0.9,
                zorder=3,
                label=f"{method}, {'converged' if trusted else 'not converged'}",
                **style,
            )
            if not trusted:
                for bar in bars[2]:
                    bar.set_linestyle((0, (1.5, 1.5)))
            values += y
            pairs = zip(y, errors, strict=True)
            ends += [end for v, e in pairs for end in (v - e, v + e)]
    return values, ends


def _draw_line(axes: Axes, line: SampledLine) -> None:
    """Draw a curve, or separate points where they are too far apart for a line."""
    x: list[float] = []
    y: list[float] = []
    for i, (at, value) in enumerate(zip(line.x, line.y, strict=True)):
        if i and not line.joined[i - 1]:
            x.append(at)
            y.append(math.nan)
        x.append(at)
        y.append(value)
    axes.plot(x, y, color=FAINT_INK, lw=1.2, zorder=1)
    if not all(line.joined):
        axes.plot(line.x, line.y, ".", color=FAINT_INK, ms=3.5, zorder=1)


def _line_keys(lines: Sequence[SampledLine]) -> list[Artist]:
    keys: list[Artist] = []
    if any(any(line.joined) for line in lines):
        keys.append(Line2D([], [], color=FAINT_INK, lw=1.2, label="exact"))
    if not all(all(line.joined) for line in lines):
        label = "exact, at single T"
        keys.append(Line2D([], [], ls="", marker=".", color=FAINT_INK, label=label))
    return keys


def _draw_infinite(
    axes: Axes, infinite: InfiniteLattice, marks: Sequence[Mark], name: str
) -> list[float]:
    """Mark T_c, if it is in the frame; return the values drawn."""
    low, high = temperature_range([mark.T for mark in marks])
    if low < infinite.critical_temperature < high:
        axes.axvline(
            infinite.critical_temperature,
            color=INK,
            lw=0.8,
            ls=(0, (1, 2)),
            zorder=0.9,
            label="T_c",
        )
    if name != "abs_magnetization" or not infinite.temperatures:
        return []
    axes.plot(
        infinite.temperatures,
        infinite.magnetization,
        color=INK,
        lw=0.9,
        ls=(0, (5, 2)),
        zorder=1,
    )
    return list(infinite.magnetization)


def _infinite_keys(
    infinite: InfiniteLattice, marks: Sequence[Mark], names: Sequence[str]
) -> list[Artist]:
    keys: list[Artist] = []
    low, high = temperature_range([mark.T for mark in marks])
    if low < infinite.critical_temperature < high:
        told = f"$T_c$ = {infinite.critical_temperature:.5g}, infinite lattice"
        keys.append(Line2D([], [], color=INK, lw=0.8, ls=(0, (1, 2)), label=told))
    if "abs_magnetization" in names and infinite.temperatures:
        label = "|m|, infinite lattice"
        keys.append(Line2D([], [], color=INK, lw=0.9, ls=(0, (5, 2)), label=label))
    return keys
