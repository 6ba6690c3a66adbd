"""Emojis at the right ends of lines, with leaders if they had to move."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.transforms import Affine2D

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.lab.figures.biome.emoji_label import place_emoji
from spacewheat_sim.lab.figures.label_spread import spread_labels
from spacewheat_sim.lab.figures.style import line_color, line_dashes, size_in_points

LARGEST = 17.0  # points
ONE_COLUMN = 30  # labels; more are staggered in columns
FAN = 20.0  # points for the leaders
KEY = 18.0  # points of each line's dashes, which distinguish equal colors
SIDE = FAN + KEY + 3.0  # points between the frame and the labels
COLUMN_WIDTH = 1.3  # sizes


def label_columns(count: int) -> int:
    """Return the number of columns for ``count`` labels."""
    return max(1, math.ceil(count / ONE_COLUMN))


def label_gap(count: int) -> float:
    """Return the least height between neighbors, in sizes of a label."""
    columns = label_columns(count)
    # With several columns, leaders must pass between the inner labels.
    return 1.12 if columns == 1 else 1.3 / columns


def label_size(count: int, height: float) -> float:
    """Return the size in points of ``count`` labels beside ``height`` points."""
    return min(LARGEST, height / ((max(count, 1) - 1) * label_gap(count) + 1))


def label_width(count: int, height: float) -> float:
    """Return the width in points of leaders and labels right of the frame."""
    columns = label_columns(count)
    return SIDE + (1 + COLUMN_WIDTH * (columns - 1)) * label_size(count, height)


def draw_end_labels(
    axes: Axes,
    emojis: Sequence[str],
    values: FloatArray,
    indices: Sequence[int],
) -> None:
    """Label lines that end at the right edge of ``axes``.

    Args:
        axes: Axes whose y limits are final.
        emojis: One label per line.
        values: Last value of each line, shape (n,), in data units.
        indices: Basis index of each line, which gives its color and dashes.
    """
    count = len(emojis)
    width, height = size_in_points(axes)
    size = label_size(count, height)
    bottom, top = axes.get_ylim()
    ends = height * (values - bottom) / (top - bottom)
    places = spread_labels(
        ends, gap=label_gap(count) * size, low=0.5 * size, high=height - 0.5 * size
    )
    ranks = np.argsort(np.argsort(places, kind="stable"), kind="stable")
    columns = ranks % label_columns(count)
    for emoji, index, end, place, column in zip(
        emojis, indices, ends, places, columns, strict=True
    ):
        x = SIDE + size * (0.5 + COLUMN_WIDTH * float(column))
        _draw_leader(axes, index, float(end), float(place), x - 0.5 * size - 3)
        xy = (1 + x / width, float(place) / height)
        place_emoji(axes, emoji, xy, size=size, coords="axes fraction")


def _draw_leader(axes: Axes, index: int, end: float, place: float, stop: float) -> None:
    """Draw a leader from a line's end to its label, with a sample of its dashes.

    Heights and ``stop`` are in points from the lower right corner of the frame.
    """
    width, height = size_in_points(axes)
    points = Affine2D().scale(1 / width, 1 / height).translate(1, 0) + axes.transAxes
    color, key_end = line_color(index), FAN + KEY
    solid = (0.0, (1.0, 0.0))
    for xs, ys, dashes, line_width in (
        ([1.5, FAN], [end, place], solid, 0.5),
        ([FAN, key_end], [place, place], line_dashes(index), 1.2),
        ([key_end, max(stop, key_end)], [place, place], solid, 0.5),
    ):
        line = Line2D(
            xs,
            ys,
            color=color,
            linestyle=dashes,
            linewidth=line_width,
            transform=points,
            clip_on=False,
        )
        line.set_in_layout(False)
        axes.add_artist(line)
        # add_artist clips to the frame, outside of which leaders run.
        line.set_clip_on(False)
