"""The times of first jumps, compared with the exact distribution."""

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
    """Draw the share of trajectories that have jumped by each time.

    Args:
        first_jumps: Sorted times of first jumps in seconds.
        trajectories: Number of all trajectories.
        times: Times of the exact curve, (T,).
        exact: 1 − S at them, (T,).
        title: Plain text.
    """
    note = (
        f"share of {trajectories:,} trajectories that have jumped"
        "   ·   below: difference from the exact share, with two standard errors"
    )
    figure = new_figure(7.6, 3.7 + heading_height(title, note, 7.6))
    draw_heading(figure, title, note, left=0.8)
    share = np.searchsorted(first_jumps, times, side="right") / trajectories
    top = add_axes(figure, 0.8, 1.55, 6.4, 1.9)
    top.plot(times, exact, color=PALETTE[4], lw=4, alpha=0.5, label="exact, 1 − S(t)")
    top.plot(times, share, color=PALETTE[0], lw=1.2, label="seen")
    # If few have jumped, the axis ends slightly above them.
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
