"""The layout and axes that figures of transverse-field Ising chains share."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from spacewheat_sim.lab.figures.style import (
    FAINT_INK,
    PALETTE,
    add_axes,
    draw_heading,
    heading_height,
    new_figure,
)
from spacewheat_sim.quantum.tfim.chain import Chain

LEFT, FOOT, RIGHT = 0.78, 0.58, 0.4  # inches
WIDTH, HEIGHT = 6.4, 3.7  # inches, of the frame
BLUE, ORANGE = PALETTE[0], PALETTE[1]
LN2 = math.log(2.0)
# More points are a line without markers.
MOST_MARKERS = 64
# A scan to higher g/J is drawn logarithmically beyond the critical point.
WIDE = 30.0


def lay_out(title: str, subtitle: str) -> tuple[Figure, Axes]:
    """Return a figure with its heading, and its only axes."""
    width = LEFT + WIDTH + RIGHT
    head = heading_height(title, subtitle, width) + 0.1
    figure = new_figure(width, FOOT + HEIGHT + head)
    axes = add_axes(figure, LEFT, FOOT, WIDTH, HEIGHT)
    draw_heading(figure, title, subtitle, left=LEFT)
    return figure, axes


def sites(chain: Chain) -> str:
    """Return the kind of chain and its length."""
    return f"{'ring' if chain.is_periodic else 'open chain'}, L = {chain.L}"


def draw_critical_field(axes: Axes, ratios: Sequence[float], *, height: float) -> None:
    """Mark g = J if it is in the scan; call it after :func:`set_field_axis`."""
    if not min(ratios) <= 1.0 <= max(ratios):
        return
    axes.axvline(1.0, color=FAINT_INK, lw=0.8, ls=(0, (2, 2)), zorder=1)
    place = axes.transAxes.inverted().transform(axes.transData.transform((1.0, 0.0)))
    late = float(place[0]) > 0.85
    axes.annotate(
        "critical",
        (1.0, height),
        xycoords=axes.get_xaxis_transform(),
        xytext=(-3 if late else 3, 0),
        textcoords="offset points",
        ha="right" if late else "left",
        fontsize=8,
        color=FAINT_INK,
    )


def is_wide(ratios: Sequence[float]) -> bool:
    """Return whether a scan is so wide that its beginning would be unreadable."""
    return max(ratios) > WIDE and min(ratios) < 0.1 * max(ratios)


def along(ratio: float) -> float:
    """Return the position of g/J on the axis of a wide scan."""
    return ratio if ratio < 1.0 else 1.0 + math.log(ratio)


def field_at(place: float) -> float:
    """Return the g/J at a position on the axis of a wide scan."""
    return place if place < 1.0 else math.exp(place - 1.0)


def set_field_axis(axes: Axes, ratios: Sequence[float]) -> None:
    """Fit the axis of g/J to the scan."""
    low, high = min(ratios), max(ratios)
    label = "transverse field g/J"
    if is_wide(ratios):
        axes.set_xscale("symlog", linthresh=1.0, linscale=0.7)
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_xlim(0.0 if low < 1.0 else 0.9 * low, 1.2 * high)
        label += ", logarithmic beyond 1"
    else:
        margin = 0.02 * (high - low) or 0.1 * high or 0.1
        axes.set_xlim(low - (margin if low > 0 else 0.0), high + margin)
    axes.set_xlabel(label)


def finish_entropy_axis(axes: Axes, top: float, *, bottom: float = 0.0) -> None:
    """Set the scale of the entropy axis, and draw ln 2 if it is in the frame."""
    room = 0.12 * (top - bottom) or 0.12 * top or 1.0
    axes.set_ylim(bottom - (room if bottom > 0.0 else 0.0), top + room)
    axes.set_ylabel("entanglement entropy S, nats")
    axes.grid(visible=True, axis="y")
    low, high = axes.get_ylim()
    if not low < LN2 < high:
        return
    axes.axhline(LN2, color=FAINT_INK, lw=0.8, ls=(0, (2, 2)), zorder=1)
    axes.annotate(
        "ln 2",
        (1.0, LN2),
        xycoords=axes.get_yaxis_transform(),
        xytext=(4, 0),
        textcoords="offset points",
        va="center",
        fontsize=8,
        color=FAINT_INK,
        annotation_clip=False,
    )
