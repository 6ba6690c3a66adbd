"""Events of a run on its time axis: jumps as ticks, collapses as vertical lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from spacewheat_sim.engine.bath.events import BathEvent, Collapsed, Jumped, Measured
from spacewheat_sim.lab.figures.biome.emoji_label import place_emoji
from spacewheat_sim.lab.figures.label_spread import spread_labels
from spacewheat_sim.lab.figures.style import FAINT_INK, size_in_points

ICON_SIZE = 12.0  # points
LEADER = 6.0  # points between an icon and its line
TICK = 8.0  # points, height of a jump's tick
AIR = 1.15  # distance of two icons over their size
NEITHER = "∅"  # the outcome of a measurement with neither pole


def jumps_of(events: Sequence[BathEvent]) -> list[Jumped]:
    """Return the quantum jumps among ``events``."""
    return [event for event in events if isinstance(event, Jumped)]


def marks_of(events: Sequence[BathEvent]) -> list[Measured | Collapsed]:
    """Return the measurements and collapses among ``events``."""
    return [event for event in events if isinstance(event, Measured | Collapsed)]


def icons_fit(count: int, width: float) -> bool:
    """Return whether ``count`` icons have room side by side over ``width`` points."""
    return count * AIR * ICON_SIZE <= 0.9 * width


def band_height(count: int, width: float) -> float:
    """Return the points above the frame that ``draw_marks`` needs."""
    return LEADER + ICON_SIZE + 2 if count and icons_fit(count, width) else 4.0


def draw_marks(axes: Axes, marks: Sequence[Measured | Collapsed]) -> None:
    """Draw each mark as a vertical line that ends in the emoji of the outcome.

    The icons are above the frame of ``axes``, and are left out if there is no room.
    Measurements are dashed, collapses solid.
    """
    crowded = not icons_fit(len(marks), size_in_points(axes)[0])
    for kind, dashes in ((Measured, (0, (4, 2))), (Collapsed, (0, (1, 0)))):
        axes.vlines(
            [mark.time for mark in marks if isinstance(mark, kind)],
            0,
            1,
            transform=axes.get_xaxis_transform(),
            colors=FAINT_INK,
            linestyles=dashes,
            linewidth=0.4 if crowded else 0.8,
            alpha=0.5 if crowded else 1.0,
            zorder=1.5,
        )
    times = [mark.time for mark in marks]
    outcomes = [
        mark.emoji if isinstance(mark, Collapsed) else mark.outcome or NEITHER
        for mark in marks
    ]
    _draw_icons(axes, times, outcomes, 1.0, outward=1.0)


def strip_height(count: int, width: float) -> float:
    """Return the height in points of the strip that ``draw_jumps`` needs."""
    return TICK + (LEADER + ICON_SIZE + 3 if icons_fit(count, width) else 3)


def draw_jumps(axes: Axes, jumps: Sequence[Jumped], colors: Mapping[str, str]) -> None:
    """Draw each jump as a tick in the color of its target, with the target below.

    Args:
        axes: Axes as high as ``strip_height`` that share the time axis.
        jumps: The jumps; their icons are left out if there is no room.
        colors: Color of each emoji's line.
    """
    _, height = size_in_points(axes)
    foot = 1 - TICK / height
    axes.add_collection(
        LineCollection(
            [[(jump.time, foot), (jump.time, 1.0)] for jump in jumps],
            colors=[colors.get(jump.target, FAINT_INK) for jump in jumps],
            linewidths=1.3 if len(jumps) < 200 else 0.6,
            transform=axes.get_xaxis_transform(),
        ),
        autolim=False,
    )
    axes.text(
        1.008,
        1.0,
        f"{len(jumps):,} {'jump' if len(jumps) == 1 else 'jumps'}",
        transform=axes.transAxes,
        va="top",
        fontsize=8,
        color=FAINT_INK,
    )
    times = [jump.time for jump in jumps]
    _draw_icons(axes, times, [jump.target for jump in jumps], foot, outward=-1.0)


def _draw_icons(
    axes: Axes,
    times: Sequence[float],
    emojis: Sequence[str],
    edge: float,
    *,
    outward: float,
) -> None:
    """Draw icons beyond the height ``edge``, without overlaps, with leaders.

    ``edge`` is a fraction of the frame; ``outward`` is 1 for above it, -1 for below.
    """
    width, height = size_in_points(axes)
    if not icons_fit(len(times), width):
        return
    start, end = axes.get_xlim()
    feet = (np.asarray(times, dtype=float) - start) / (end - start)
    places = spread_labels(feet, gap=AIR * ICON_SIZE / width, low=0.0, high=1.0)
    stop = edge + outward * LEADER / height
    center = stop + outward * 0.5 * ICON_SIZE / height
    for emoji, place in zip(emojis, places, strict=True):
        xy = (float(place), center)
        place_emoji(axes, emoji, xy, size=ICON_SIZE, coords="axes fraction")
    leaders = [
        [(foot, edge), (place, stop)] for foot, place in zip(feet, places, strict=True)
    ]
    axes.add_collection(
        LineCollection(
            leaders,
            colors=FAINT_INK,
            linewidths=0.6,
            transform=axes.transAxes,
            clip_on=False,
        ),
        autolim=False,
    )
