"""What a finished figure shows: its texts, where they are, and how data fill frames."""

import itertools
import math

import numpy as np
from matplotlib.text import Text


def outside(figure, shown):
    """Return those of the ``texts`` of a figure that leave the canvas."""
    width, height = figure.bbox.width, figure.bbox.height
    return [
        text
        for text, box in shown
        if box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height
    ]


def collisions(shown):
    """Return pairs of ``texts`` of which one covers more than a pixel of the other."""
    return [
        (text, other)
        for (text, a), (other, b) in itertools.combinations(shown, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1
        and min(a.y1, b.y1) - max(a.y0, b.y0) > 1
    ]


def texts(figure):
    """Return the texts that a reader sees, with their boxes in pixels."""
    figure.draw_without_rendering()
    renderer = figure.canvas.get_renderer()
    hidden = _labels_out_of_view(figure)
    return [
        (text.get_text(), text.get_window_extent(renderer))
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip() and id(text) not in hidden
    ]


def _labels_out_of_view(figure):
    """Return the ids of tick labels that matplotlib keeps but does not draw."""
    hidden = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            along = axis.get_transform()
            low, high = sorted(along.transform(axis.get_view_interval()))
            margin = 1e-9 * (high - low)
            for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
                place = along.transform(np.array([tick.get_loc()]))[0]
                if not low - margin <= place <= high + margin:
                    hidden |= {id(tick.label1), id(tick.label2)}
    return hidden


def numbers(axes, which="y"):
    """Return the numbers that an axis shows."""
    axis = axes.yaxis if which == "y" else axes.xaxis
    axes.figure.draw_without_rendering()
    low, high = sorted(axis.get_view_interval())
    pairs = zip(axis.get_majorticklocs(), axis.get_ticklabels(), strict=True)
    return [t.get_text() for loc, t in pairs if low <= loc <= high and t.get_text()]


def filled(axes):
    """Return which share of the height of a frame its courses and points take.

    An axis that begins at 0 shows how far from 0 they are.
    """
    heights = [0.0] if axes.get_ylim()[0] == 0.0 else []
    for line in axes.lines:
        if len(line.get_xdata()) == 0 or line.get_transform() != axes.transData:
            continue
        data = np.column_stack([line.get_xdata(), line.get_ydata()]).astype(float)
        places = axes.transAxes.inverted().transform(axes.transData.transform(data))
        heights += [h for h in places[:, 1].tolist() if -0.001 <= h <= 1.001]
    known = [height for height in heights if math.isfinite(height)]
    return max(known) - min(known) if known else 0.0
