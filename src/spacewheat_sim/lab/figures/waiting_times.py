"""The waiting times of first jumps against the exact survival."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.lab.figures.style import (
    PALETTE,
    add_axes,
    draw_heading,
    heading_height,
    house_style,
    new_figure,
)


@house_style
def waiting_times_figure(
    first_jumps: FloatArray,
    trajectories: int,
    times: FloatArray,
    exact: FloatArray,
    *,
    title: str,
) -> Figure:
    """Draw the share of trajectories that has jumped by each time.

    Args:
        first_jumps: Sorted waiting times in seconds of those that jumped.
        trajectories: How many there were in all.
        times: Times of the exact curve, (T,).
        exact: 1 − S at them, (T,).
        title: Plain text.
    """
    note = (
        f"share of {trajectories:,} trajectories that has jumped"
        "   ·   below: its difference from the exact one, with two standard errors"
    )
    figure = new_figure(7.6, 3.7 + heading_height(title, note, 7.6))
    draw_heading(figure, title, note, left=0.8)
    share = np.searchsorted(first_jumps, times, side="right") / trajectories
    top = add_axes(figure, 0.8, 1.55, 6.4, 1.9)
    top.plot(times, exact, color=PALETTE[4], lw=4, alpha=0.5, label="exact, 1 − S(t)")
    top.plot(times, share, color=PALETTE[0], lw=1.2, label="seen")
    # Where few have jumped, the axis ends not far above them.
    most = 1.08 * max(float(share.max()), float(exact.max()))
    top.set_ylim(0, min(most, 1.0) or 1.0)
    top.set_ylabel("share")
    top.tick_params(labelbottom=False)
    top.legend(
        frameon=False,
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        ncols=2,
        borderaxespad=0.1,
    )
    below = add_axes(figure, 0.8, 0.55, 6.4, 0.8)
    error = 2 * np.sqrt(exact * (1 - exact) / trajectories)
    below.fill_between(times, -error, error, color=PALETTE[4], alpha=0.3, lw=0)
    below.plot(times, share - exact, color=PALETTE[0], lw=1.2)
    below.set_xlabel("time (s)")
    below.set_ylabel("difference")
    for axes in (top, below):
        axes.set_xlim(0, times[-1])
        axes.grid(visible=True)
    return figure
