"""The methods of the Ising model in figures: marks, panels and legend."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from spacewheat_sim.lab.figures.scales import OffsetFormatter
from spacewheat_sim.lab.figures.style import (
    FAINT_INK,
    INK,
    PALETTE,
    add_axes,
    draw_heading,
    heading_height,
    new_figure,
)

QUANTITIES = {
    "free_energy": "free energy F/N",
    "energy": "energy e",
    "heat_capacity": "heat capacity C",
    "magnetization": "magnetization m",
    "abs_magnetization": "magnetization ⟨|m|⟩",
    "susceptibility": "susceptibility χ",
    "susceptibility_abs": "susceptibility χ′, about ⟨|m|⟩",
}


class Style(NamedTuple):
    """The style of a method; sizes differ, so that equal results stay visible."""

    color: str
    marker: str
    size: float
    name: str


STYLES = {
    "enumeration": Style(PALETTE[0], "o", 8.0, "enumeration"),
    "transfer_matrix": Style(PALETTE[1], "s", 5.5, "transfer matrix"),
    "exact": Style(INK, "x", 4.0, "closed form"),
    "trg": Style(PALETTE[2], "^", 7.0, "tensor renormalization"),
    "monte_carlo": Style(PALETTE[3], "D", 4.2, "Monte Carlo"),
}
CROWD = 60
"""Number of temperatures above which marks are smaller."""

LEFT, WIDTH, HEIGHT, GAP_X, GAP_Y = 0.85, 3.3, 2.1, 0.95, 0.6  # inches
RIGHT, LEGEND_ROW, FOOT = 0.25, 0.22, 0.72  # inches


class Mark(NamedTuple):
    """A method at a temperature.

    Attributes:
        method: A name of :data:`STYLES`.
        T: Temperature.
        found: Its result, a ``Thermodynamics``.
        exact: The result of other methods, with None for unknown numbers.
    """

    method: str
    T: float
    found: Any
    exact: Any

    def value(self, name: str) -> float | None:
        """Return a number by name, or None if it is unknown or not a number."""
        value = getattr(self.found, name, None)
        value = self.found.extra.get(name) if value is None else value
        return value if value is not None and math.isfinite(value) else None

    def exact_value(self, name: str) -> float | None:
        """Return its exact value, or None."""
        value: float | None = getattr(self.exact, name, None)
        return value

    def error(self, name: str) -> float | None:
        """Return the standard error, or None."""
        error: float | None = self.found.errors.get(name)
        return error if error is not None and math.isfinite(error) else None

    def is_trusted(self, name: str) -> bool:
        """Return whether the run converged, so that number and error are reliable."""
        if not self.found.errors:
            return True
        converged = self.found.extra.get("converged", 1.0) == 1.0
        return converged and self.error(name) is not None


def methods_of(marks: Sequence[Mark]) -> list[str]:
    """Return the methods of the marks, in the order of the legend."""
    present = {mark.method for mark in marks}
    return [name for name in STYLES if name in present]


def mark_style(method: str, *, trusted: bool, crowded: bool) -> dict[str, Any]:
    """Return the style of marks: samples are filled if they converged."""
    color, marker, size, _ = STYLES[method]
    full = method == "monte_carlo" and trusted
    return {
        "marker": marker,
        "color": color,
        "ms": size * (0.6 if crowded else 1.0),
        "mfc": color if full else "white" if not trusted else "none",
        "mew": 0.7 if crowded else 1.1,
    }


def legend_of(marks: Sequence[Mark], names: Sequence[str]) -> list[Artist]:
    """Return a legend entry for each kind of mark of the quantities ``names``."""
    keys: list[Artist] = []
    for method in methods_of(marks):
        for trusted in (True, False):
            if any(
                mark.method == method
                and mark.value(name) is not None
                and mark.is_trusted(name) == trusted
                for mark in marks
                for name in names
            ):
                style = mark_style(method, trusted=trusted, crowded=False)
                label = STYLES[method].name + ("" if trusted else ", not converged")
                keys.append(Line2D([], [], ls="", label=label, **style))
    return keys


def temperature_panels(
    names: Sequence[str], marks: Sequence[Mark], keys: Sequence[Artist], *,
    title: str, subtitle: str,
) -> tuple[Figure, list[Axes]]:  # fmt: skip
    """Return a figure with a panel for each of ``names``, and its legend.

    All panels have the same temperature axis, also empty ones.
    """
    columns = 2 if len(names) <= 4 else 3
    rows = math.ceil(len(names) / columns)
    width = LEFT + columns * WIDTH + (columns - 1) * GAP_X + RIGHT
    across = 3 if columns == 2 else 5
    # A cell without a panel has room for the legend.
    spare = rows * columns > len(names)
    foot = FOOT - 0.12
    foot += 0.0 if spare else 0.12 + LEGEND_ROW * math.ceil(len(keys) / across)
    head = heading_height(title, subtitle, width) + 0.12
    figure = new_figure(width, foot + rows * HEIGHT + (rows - 1) * GAP_Y + head)
    draw_heading(figure, title, subtitle, left=LEFT)
    panels = []
    for place in range(len(names)):
        row, column = divmod(place, columns)
        left = LEFT + column * (WIDTH + GAP_X)
        bottom = foot + (rows - 1 - row) * (HEIGHT + GAP_Y)
        axes = add_axes(figure, left, bottom, WIDTH, HEIGHT)
        _set_temperatures(axes, [mark.T for mark in marks])
        panels.append(axes)
    cell = ((width - RIGHT - 0.85 * WIDTH) / width, foot / figure.get_figheight())
    figure.legend(
        handles=list(keys),
        loc="lower left" if spare else "lower center",
        bbox_to_anchor=cell if spare else (0.5, 0.0),
        ncols=1 if spare else min(across, len(keys)) or 1,
        labelspacing=0.8 if spare else 0.5,
        frameon=False,
        handletextpad=0.5,
        fontsize=8.5,
    )
    return figure, panels


def temperature_range(temperatures: Sequence[float]) -> tuple[float, float]:
    """Return the range of temperatures; for a single one, half of it to each side."""
    low, high = min(temperatures), max(temperatures)
    return (low, high) if low < high else (0.5 * low, 1.5 * high)


def _set_temperatures(axes: Axes, temperatures: Sequence[float]) -> None:
    low, high = temperature_range(temperatures)
    room = 0.04 * (high - low)
    axes.set_xlim(low - room, high + room)
    axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.xaxis.set_major_formatter(OffsetFormatter())
    axes.set_xlabel("temperature T")
    axes.grid(visible=True)


def say_in_panel(axes: Axes, words: str) -> None:
    """Write why a panel is empty, and remove the numbers of its y axis."""
    axes.set_yticks([])
    axes.text(
        0.5,
        0.5,
        words,
        transform=axes.transAxes,
        ha="center",
        va="center",
        color=FAINT_INK,
    )
