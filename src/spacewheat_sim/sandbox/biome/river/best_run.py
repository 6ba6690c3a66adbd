"""The best finished run of a challenge, as dashed lines beside the present one."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.engine.challenges.course import AttemptCourse
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.river.lines import Named
from spacewheat_sim.sandbox.biome.river.window import TimeWindow
from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.shapes import Line

# Pixels from dash to dash, and the share of a dash in that.
PERIOD, DASH = 10.0, 0.55
MOST, FAINT = 2, 0.7
LEGEND = "dashed: your best run"


def draw_best_run(
    canvas: Canvas,
    window: TimeWindow,
    course: AttemptCourse,
    emojis: Named,
    top: float,
) -> None:
    """Add the populations of the first ``MOST`` of ``emojis`` in the best run.

    Args:
        canvas: The frame.
        window: What is seen of the past.
        course: What became of the best run.
        emojis: Each with its color, most important first.
        top: The population at the upper edge.
    """
    plot = window.plot
    end = min(plot.right, window.x(float(course.times[-1])))
    # The dashes belong to times, and so do not creep along the line.
    step = PERIOD / plot.w * window.span
    starts = np.arange(np.floor(window.start / step), window.end / step) * step
    ends = starts + DASH * step
    for emoji, color in emojis[:MOST]:
        if emoji not in course.emojis:
            continue
        values = course.populations[:, course.emojis.index(emoji)]
        faint = palette.mix(palette.PANEL, color, FAINT)
        places = [
            (window.x(time), plot.bottom - min(float(value) / top, 1.0) * plot.h)
            for pair in zip(starts, ends, strict=True)
            for time, value in zip(
                pair, np.interp(pair, course.times, values), strict=True
            )
        ]
        for (x, y), (x_end, y_end) in zip(places[::2], places[1::2], strict=True):
            if plot.x <= x and x_end <= end:
                canvas.add(Line(x, y, x_end, y_end, faint, 1.5))
