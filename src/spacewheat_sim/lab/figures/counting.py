"""The number of jumps in a time, its generating function, and Fano's factor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from spacewheat_sim.lab.figures.style import (
    PALETTE,
    add_axes,
    draw_heading,
    heading_height,
    house_style,
    new_figure,
)

NOTE = (
    "bars: exact probabilities of n meals, points: simulation with standard errors"
    "   ·   below: θ(s), whose derivatives at 0 are the cumulants; variance over mean"
)


@house_style
def counting_figure(rows: Sequence[Sequence[Any]], *, title: str) -> Figure:
    """Draw the rows of ``counting_statistics``.

    Args:
        rows: (kind, x, exact, sampled, error) with the kinds ``distribution``, of which
            x is n, ``theta`` in 1/s, of which it is s, and ``fano``, of which it is the
            dephasing in 1/s.
        title: Plain text.
    """
    figure = new_figure(7.6, 4.9 + heading_height(title, NOTE, 7.6))
    draw_heading(figure, title, NOTE, left=0.8)
    own = {
        kind: [row for row in rows if row[0] == kind]
        for kind in ("distribution", "theta", "fano")
    }
    top = add_axes(figure, 0.8, 2.85, 6.4, 1.9)
    n = [row[1] for row in own["distribution"]]
    top.bar(n, [row[2] for row in own["distribution"]], color=PALETTE[5], width=0.8)
    top.errorbar(
        n,
        [row[3] for row in own["distribution"]],
        [row[4] for row in own["distribution"]],
        fmt="o",
        ms=3,
        lw=1,
        color=PALETTE[1],
    )
    top.set_ylabel("probability")
    top.set_xlabel("meals")
    top.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    left = add_axes(figure, 0.8, 0.55, 2.75, 1.6)
    left.plot(*_columns(own["theta"]), color=PALETTE[0])
    left.set_xlabel("s")
    left.set_ylabel("θ(s) in 1/s")
    right = add_axes(figure, 4.45, 0.55, 2.75, 1.6)
    right.plot(*_columns(own["fano"]), marker="o", ms=3, color=PALETTE[2])
    right.set_xlabel("dephasing in 1/s")
    right.set_ylabel("Fano factor")
    return figure


def _columns(rows: Sequence[Sequence[Any]]) -> tuple[list[float], list[float]]:
    return [row[1] for row in rows], [row[2] for row in rows]
