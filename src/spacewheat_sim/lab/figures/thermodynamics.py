"""Figures of the Ising model's thermodynamics: quantities, errors and cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from spacewheat_sim.lab.figures.style import (
    FAINT_INK,
    INK,
    PALETTE,
    add_axes,
    draw_heading,
    house_style,
    new_figure,
)

Mark = tuple[str, float, Any, Any]
"""Method, temperature, what it found, what is exact."""

SHOWN = (
    ("free_energy", "free energy F/N"),
    ("energy", "energy e"),
    ("susceptibility", "susceptibility χ"),
    ("heat_capacity", "heat capacity C"),
)
STYLES = {
    "enumeration": (PALETTE[0], "o", "enumeration"),
    "transfer_matrix": (PALETTE[1], "s", "transfer matrix"),
    "exact": (INK, "x", "closed form"),
    "trg": (PALETTE[2], "^", "tensor renormalization"),
    "monte_carlo": (PALETTE[3], "D", "Monte Carlo"),
}
LEFT, WIDTH, HEIGHT, GAP_X, GAP_Y = 0.85, 3.3, 2.1, 0.95, 0.6
FOOT = 0.95
SMALLEST_ERROR = 1e-17


@house_style
def quantities_figure(
    marks: Sequence[Mark], curve: Sequence[tuple[float, Any]], *, title: str
) -> Figure:
    """Draw four quantities against T: every method's points on the exact line.

    Args:
        marks: The points, with error bars where a method has them.
        curve: (T, exact thermodynamics) for the line.
        title: Plain text.
    """
    figure, panels = _panels(title, "line: exact where it is known · per spin")
    for axes, (name, label) in zip(panels, SHOWN, strict=True):
        line = [(T, getattr(e, name)) for T, e in curve if getattr(e, name) is not None]
        if line:
            axes.plot(*zip(*line, strict=True), color=FAINT_INK, lw=1.2, zorder=1)
        for method in _methods(marks):
            color, marker, _ = STYLES[method]
            points = [
                (T, getattr(f, name), f.errors.get(name, 0.0))
                for m, T, f, _ in marks
                if m == method and getattr(f, name) is not None
            ]
            if points:
                T, values, errors = zip(*points, strict=True)
                axes.errorbar(
                    T,
                    values,
                    yerr=errors if any(errors) else None,
                    fmt=marker,
                    color=color,
                    ms=4.5,
                    mfc="none" if marker in "os^D" else color,
                    mew=1.1,
                    lw=1.0,
                )
        axes.set_ylabel(label)
        axes.set_xlabel("temperature T")
        axes.grid(visible=True)
    _legend(figure, _methods(marks))
    return figure


@house_style
def errors_figure(marks: Sequence[Mark], *, title: str) -> Figure:
    """Draw |found − exact| of each method against T, logarithmically."""
    figure, panels = _panels(title, "|found − exact| where the exact value is known")
    for axes, (name, label) in zip(panels, SHOWN, strict=True):
        axes.set_yscale("log")
        for method in _methods(marks):
            color, marker, _ = STYLES[method]
            points = [
                (T, max(abs(getattr(f, name) - getattr(e, name)), SMALLEST_ERROR))
                for m, T, f, e in marks
                if m == method
                and getattr(f, name) is not None
                and getattr(e, name) is not None
            ]
            if points:
                T, errors = zip(*points, strict=True)
                axes.plot(T, errors, marker, color=color, ms=4.5, mfc="none")
        axes.set_ylim(SMALLEST_ERROR / 3, 10)
        axes.set_ylabel(f"error of {label.rsplit(' ', 1)[-1]}")
        axes.set_xlabel("temperature T")
        axes.grid(visible=True)
    _legend(figure, _methods(marks))
    return figure


@house_style
def cost_figure(
    timings: Mapping[str, float], temperatures: int, *, title: str
) -> Figure:
    """Draw the seconds that each method took, logarithmically."""
    figure = new_figure(6.4, 1.5 + 0.42 * len(timings))
    many = f"{temperatures} temperatures" if temperatures > 1 else "one temperature"
    note = f"wall time for {many}, with the loading of compiled code"
    draw_heading(figure, title, note, left=1.9)
    axes = add_axes(figure, 1.9, 0.6, 3.9, 0.42 * max(len(timings), 1))
    names = list(timings)[::-1]
    seconds = [max(timings[name], 1e-6) for name in names]
    axes.barh(
        range(len(names)),
        seconds,
        color=[STYLES[name][0] for name in names],
        height=0.55,
    )
    for place, value in enumerate(seconds):
        axes.annotate(
            f"{value:.2g} s",
            (value, place),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            annotation_clip=False,
        )
    axes.set_xscale("log")
    axes.set_yticks(range(len(names)), [STYLES[name][2] for name in names])
    axes.set_xlabel("seconds")
    axes.tick_params(axis="y", length=0)
    return figure


def _panels(title: str, subtitle: str) -> tuple[Figure, list[Axes]]:
    width = LEFT + 2 * WIDTH + GAP_X + 0.25
    figure = new_figure(width, FOOT + 2 * HEIGHT + GAP_Y + 0.75)
    draw_heading(figure, title, subtitle, left=LEFT)
    places = [(column, row) for row in (1, 0) for column in (0, 1)]
    return figure, [
        add_axes(
            figure,
            LEFT + column * (WIDTH + GAP_X),
            FOOT + row * (HEIGHT + GAP_Y),
            WIDTH,
            HEIGHT,
        )
        for column, row in places
    ]


def _methods(marks: Sequence[Mark]) -> list[str]:
    present = {mark[0] for mark in marks}
    return [name for name in STYLES if name in present]


def _legend(figure: Figure, methods: Sequence[str]) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], ls="", marker=marker, color=color, mfc="none", label=label)
        for color, marker, label in (STYLES[name] for name in methods)
    ]
    figure.legend(
        handles=handles,
        loc="lower center",
        ncols=len(handles),
        frameon=False,
        handletextpad=0.3,
    )
