"""Each qubit of a register against time, in a panel of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.engine.bath.events import BathEvent, Gated, Jumped, Measured
from spacewheat_sim.engine.bath.recordings.recording import AxisTrack, Recording
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.lab.figures.biome.emoji_label import place_emoji
from spacewheat_sim.lab.figures.style import (
    FAINT_INK,
    PALETTE,
    add_axes,
    draw_heading,
    heading_height,
    house_style,
    line_color,
    new_figure,
)
from spacewheat_sim.lab.figures.thinning import thin_line

LEFT, WIDTH, RIGHT = 0.8, 8.4, 0.3  # inches
PANEL, GAP, FOOT = 1.0, 0.28, 0.55  # inches
POLE = 13.0  # points, of an emoji at the end of an axis
COHERENCE, PURITY = PALETTE[1], FAINT_INK
NOTE = (
    "line: probability of the north   ·   orange: coherence   ·   dotted: purity   ·   "
    "ticks: jumps, gates and measurements of the axis"
)


@house_style
def qubits_figure(recording: Recording, *, title: str) -> Figure:
    """Draw a panel for each axis that was followed, north at the top.

    The line is P(north), between the two poles; beside it the coherence √(x² + y²) and
    the purity (1 + |r|²)/2 of the reduced qubit. Ticks tell when a jump, a gate or a
    measurement acted on the axis.

    Args:
        recording: Of a register, with its axes.
        title: Plain text.

    Raises:
        ArgumentError: the recording has no axes or no rows.
    """
    if not recording.axes or not recording.time.size:
        raise ArgumentError("Argument `recording` must hold axes of a register")
    count = len(recording.axes)
    width = LEFT + WIDTH + RIGHT
    head = heading_height(title, NOTE, width)
    height = FOOT + count * PANEL + (count - 1) * GAP + head
    figure = new_figure(width, height)
    draw_heading(figure, title, NOTE, left=LEFT)
    start, end = float(recording.time[0]), float(recording.time[-1])
    for i, track in enumerate(recording.axes):
        bottom = FOOT + (count - 1 - i) * (PANEL + GAP)
        axes = add_axes(figure, LEFT, bottom, WIDTH, PANEL)
        axes.set_xlim(start, end if end > start else start + 1.0)
        axes.tick_params(labelbottom=i == count - 1)
        _draw_axis(axes, track, recording, line_color(i))
    axes.set_xlabel("time (s)")
    return figure


def _draw_axis(axes: Axes, track: AxisTrack, recording: Recording, color: str) -> None:
    axes.set_ylim(-0.04, 1.04)
    axes.set_yticks([0.0, 0.5, 1.0])
    axes.grid(visible=True)
    north = (1.0 + track.bloch[:, 2]) / 2
    coherence = np.hypot(track.bloch[:, 0], track.bloch[:, 1])
    lines: tuple[tuple[FloatArray, dict[str, Any]], ...] = (
        (track.purity, {"color": PURITY, "lw": 0.8, "ls": (0, (1.2, 1.2))}),
        (coherence, {"color": COHERENCE, "lw": 0.9, "alpha": 0.8}),
        (north, {"color": color, "lw": 1.8}),
    )
    for values, look in lines:
        axes.plot(*thin_line(recording.time, values), **look)
    times = [e.time for e in recording.events if acts_on(e, track.north, track.south)]
    axes.vlines(
        times,
        -0.04,
        0.06,
        colors=FAINT_INK,
        linewidth=0.9 if len(times) < 200 else 0.3,
    )
    for emoji, height in ((track.north, 1.0), (track.south, 0.0)):
        place = (-0.06, (height + 0.04) / 1.08)
        place_emoji(axes, emoji, place, size=POLE, coords="axes fraction")


def acts_on(event: BathEvent, north: str, south: str) -> bool:
    """Return whether a jump, gate or measurement is one of the axis north/south."""
    poles = {north, south}
    if isinstance(event, Jumped):
        return not poles.isdisjoint((event.source, event.target))
    if isinstance(event, Gated):
        return not poles.isdisjoint((*event.axis, *(event.other or ())))
    return isinstance(event, Measured) and event.north in poles
