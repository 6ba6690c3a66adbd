"""Survival against how often one looks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.figure import Figure

from spacewheat_sim.lab.figures.style import (
    PALETTE,
    add_axes,
    draw_heading,
    heading_height,
    house_style,
    new_figure,
)

NOTE = (
    "share that is found unchanged at every look   ·   dots: exact, for each number of "
    "looks; bars: sampled, with standard errors"
)


@house_style
def zeno_figure(
    rows: Sequence[Sequence[Any]], exact: Sequence[float], *, title: str
) -> Figure:
    """Draw the rows of ``zeno``.

    Args:
        rows: (looks, interval in s, exact survival, sampled survival, its error).
        exact: The exact survival of 1, 2, 3 … looks.
        title: Plain text.
    """
    figure = new_figure(6.4, 3.6 + heading_height(title, NOTE, 6.4))
    draw_heading(figure, title, NOTE, left=0.8)
    axes = add_axes(figure, 0.8, 0.6, 5.2, 2.8)
    looks = [row[0] for row in rows]
    counts = range(1, len(exact) + 1)
    axes.plot(counts, exact, color=PALETTE[0], lw=0.5, marker="o", ms=2.5)
    axes.errorbar(
        looks,
        [row[3] for row in rows],
        [row[4] for row in rows],
        fmt="o",
        ms=4,
        lw=1,
        color=PALETTE[1],
    )
    axes.set_xscale("log", base=2)
    axes.set_xticks(looks, [str(count) for count in looks])
    axes.minorticks_off()
    axes.set_xlim(0.7, 1.4 * looks[-1])
    axes.set_ylim(-0.03, 1.05)
    axes.set_xlabel("looks")
    axes.set_ylabel("survival")
    return figure
