"""What the axes of a register share, as a graph at a few times."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from spacewheat_sim.arrays import IndexArray
from spacewheat_sim.engine.bath.recordings.recording import Recording
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.lab.figures.biome.emoji_label import place_emoji
from spacewheat_sim.lab.figures.style import (
    FAINT_INK,
    HAIRLINE,
    INK,
    PALETTE,
    add_axes,
    draw_heading,
    heading_height,
    house_style,
    new_figure,
)
from spacewheat_sim.lab.figures.thinning import thin_line

LEFT, PANEL, GAP = 0.75, 2.1, 0.15  # inches
PLOT, FOOT, BETWEEN = 1.5, 0.55, 0.3  # inches
MOST_TIMES = 4
NODE = 0.2  # radius of an axis, the ring of axes being 1
OUTSIDE, POLES_APART = 1.42, 0.14
WIDEST = 9.0  # points, of the line of two axes that share 2 ln 2
FAINTEST = 1e-3  # nats, below which no line is drawn
NOTE = (
    "line: mutual information of two axes, at most 2 ln 2 = 1.386 nats   ·   circle: "
    "filled as far as the axis is entangled with all others or mixed"
)


@house_style
def entanglement_figure(
    recording: Recording, *, title: str, times: Sequence[float] | None = None
) -> Figure:
    """Draw the axes around a ring at some times, and all pairs against time below.

    Args:
        recording: Of a register, with at least two axes and their information.
        title: Plain text.
        times: Up to four times in seconds, each drawn at the row nearest to it; by
            default the beginning, where most is shared, and the end.

    Raises:
        ArgumentError: the recording has no pair of axes, or there are too many times.
    """
    if not recording.information or not recording.time.size:
        raise ArgumentError("Argument `recording` must hold axes of a register")
    rows = _rows(recording, times)
    width = LEFT + MOST_TIMES * (PANEL + GAP)
    head = heading_height(title, NOTE, width)
    figure = new_figure(width, FOOT + PLOT + BETWEEN + PANEL + head + 0.2)
    draw_heading(figure, title, NOTE, left=LEFT)
    for place, row in enumerate(rows.tolist()):
        left = LEFT + place * (PANEL + GAP)
        axes = add_axes(figure, left, FOOT + PLOT + BETWEEN, PANEL, PANEL)
        _draw_graph(axes, recording, row)
    plot = add_axes(figure, LEFT, FOOT, width - LEFT - 0.3, PLOT)
    _draw_pairs(plot, recording, rows)
    return figure


def _rows(recording: Recording, times: Sequence[float] | None) -> IndexArray:
    if times is None:
        shared = np.sum(list(recording.information.values()), axis=0)
        found = [0, int(np.argmax(shared)), recording.time.size - 1]
        return np.unique(np.array(found, dtype=np.intp))
    if not 1 <= len(times) <= MOST_TIMES:
        raise ArgumentError(
            f"Argument `times` must have 1 to {MOST_TIMES} times, but has {len(times)}"
        )
    nearest = [int(np.argmin(np.abs(recording.time - time))) for time in times]
    return np.array(nearest, dtype=np.intp)


def _draw_graph(axes: Axes, recording: Recording, row: int) -> None:
    axes.set_xlim(-1.75, 1.75)
    axes.set_ylim(-1.75, 1.75)
    axes.set_aspect("equal")
    axes.axis("off")
    axes.set_title(f"t = {recording.time[row]:.4g} s", fontsize=8, color=INK, pad=2)
    tracks = recording.axes
    angles = np.pi / 2 - 2 * np.pi * np.arange(len(tracks)) / len(tracks)
    places = np.stack((np.cos(angles), np.sin(angles)), axis=1)
    number = {(track.north, track.south): i for i, track in enumerate(tracks)}
    for (first, second), values in recording.information.items():
        value = float(values[row])
        if value > FAINTEST:
            ends = places[[number[first], number[second]]]
            axes.plot(
                *ends.T,
                color=PALETTE[0],
                lw=max(0.4, WIDEST * value / (2 * np.log(2))),
                alpha=0.75,
                zorder=1,
            )
    for track, (x, y) in zip(tracks, places, strict=True):
        mixed = 2.0 * (1.0 - float(track.purity[row]))
        axes.add_patch(Circle((x, y), NODE, fc="white", ec=FAINT_INK, lw=0.8, zorder=2))
        radius = NODE * np.sqrt(max(mixed, 0.0))
        axes.add_patch(Circle((x, y), radius, fc=HAIRLINE, ec="none", zorder=3))
        # Side by side beyond the ring, so that no line runs through them.
        for emoji, side in ((track.north, -POLES_APART), (track.south, POLES_APART)):
            xy = (OUTSIDE * x + side, OUTSIDE * y)
            place_emoji(axes, emoji, xy, size=9.0)


def _draw_pairs(axes: Axes, recording: Recording, rows: IndexArray) -> None:
    start, end = float(recording.time[0]), float(recording.time[-1])
    axes.set_xlim(start, end if end > start else start + 1.0)
    axes.set_xlabel("time (s)")
    axes.set_ylabel("shared (nats)")
    axes.grid(visible=True)
    top = 0.0
    for i, values in enumerate(recording.information.values()):
        axes.plot(
            *thin_line(recording.time, values), color=PALETTE[i % len(PALETTE)], lw=1.2
        )
        top = max(top, float(np.max(values)))
    axes.set_ylim(0.0, 1.08 * top if top > FAINTEST else 2 * np.log(2))
    for row in rows.tolist():
        axes.axvline(recording.time[row], color=FAINT_INK, lw=0.7, ls=(0, (4, 2)))
