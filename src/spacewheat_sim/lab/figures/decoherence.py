"""Purity and entropy of a central spin, and the information of its environment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.lab.figures.decoherence_panels import (
    UNJOINED,
    draw_course,
    draw_time_axis,
    label_ends,
    lay_out,
    mark_levels,
)
from spacewheat_sim.lab.figures.style import PALETTE, house_style
from spacewheat_sim.quantum.spin_bath import information
from spacewheat_sim.quantum.spin_bath.darwinism import PartialInformation

LN2 = float(np.log(2.0))
# From early to late.
TIMES = ("#85b7df", "#4293cb", "#00588a", "#D55E00")


@house_style
def purity_figure(
    time: FloatArray, log_magnitude: FloatArray, *, joined: bool, subtitle: str
) -> Figure:
    """Draw purity, and below it the entropy and the mutual information in nats.

    Args:
        time: In seconds, (T,).
        log_magnitude: log |r|, twice the coherence, (T,).
        joined: Whether the times are close enough for a line.
        subtitle: Plain text.
    """
    subtitle += "" if joined else UNJOINED
    title = "Purity and entropy of the central spin"
    figure, (top, below) = lay_out((2.0, 2.4), title, subtitle)
    purity = information.purity(np.exp(log_magnitude))
    entropy = information.entropy_vn(log_magnitude)
    draw_course(top, time, purity, PALETTE[2], 1.8, joined=joined)
    top.set_ylabel("purity  Tr ρ²")
    top.set_ylim(0.46, 1.03)
    mark_levels(top, {0.5: "fully mixed"})
    label_ends(top, (purity[-1],), ("purity",), (PALETTE[2],))
    draw_course(below, time, 2 * entropy, PALETTE[1], 1.8, joined=joined)
    draw_course(below, time, entropy, PALETTE[0], 1.8, joined=joined)
    below.set_ylabel("nats")
    below.set_ylim(-0.05, 1.08 * 2 * LN2)
    mark_levels(below, {LN2: "ln 2", 2 * LN2: "2 ln 2"})
    ends = (2 * entropy[-1], entropy[-1])
    label_ends(below, ends, ("I(S:E)", "entropy S(S)"), (PALETTE[1], PALETTE[0]))
    draw_time_axis((top, below), time)
    return figure


@house_style
def partial_information_figure(
    partial: Sequence[PartialInformation], *, subtitle: str
) -> Figure:
    """Draw the mutual information of fragments against their size, at each time.

    Args:
        partial: The information at each time, in order.
        subtitle: Plain text.
    """
    title = "Information of environment fragments about the central spin"
    note = f"{subtitle}   ·   mean of random fragments; dotted: entropy S(S)"
    figure, (axes,) = lay_out((3.9,), title, note)
    colors = [TIMES[i] for i in range(len(TIMES) - len(partial), len(TIMES))]
    for each, color in zip(partial, colors, strict=True):
        (line,) = axes.plot(each.sizes, each.information, color=color, lw=1.6)
        if each.sizes.size <= 40:
            line.set(marker="o", markersize=3.2, clip_on=False)
        axes.axhline(each.system_entropy, color=color, lw=0.8, ls=(0, (1, 2)), zorder=1)
    size = int(partial[-1].sizes[-1])
    axes.set_xlim(0, size)
    axes.set_xlabel("spins in the fragment F")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_ylim(-0.03, 1.08 * 2 * LN2)
    axes.set_ylabel("mutual information I(S:F), nats")
    mark_levels(axes, {LN2: "ln 2", 2 * LN2: "2 ln 2"}, right=False)
    ends = [float(each.information[-1]) for each in partial]
    label_ends(axes, ends, [f"t = {each.time:.3g} s" for each in partial], colors)
    return figure
