"""The curve of how likely it is that a jump has come, against time."""

from __future__ import annotations

from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.outlook.jumps import NextJumps
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.shapes import Disc, Line, Polyline
from spacewheat_sim.sandbox.words.number_text import duration, percent

SCALE, LABELS = 38.0, 18.0
HINT = "how likely it is that a jump has come by then"


def draw_curve(canvas: Canvas, area: Rect, found: NextJumps) -> None:
    """Add the curve with its scales, and its median as a disc, inside ``area``."""
    labels, rest = area.cut_bottom(LABELS)
    scale, plot = rest.cut_left(SCALE)
    plot = plot.inset(0.0, 6.0)._replace(w=plot.w - 8.0)
    for share in (0.0, 0.5, 1.0):
        y = plot.bottom - share * plot.h
        canvas.add(Line(plot.x, y, plot.right, y, palette.GRID))
        canvas.text(
            scale.right - 6.0,
            y,
            percent(share),
            size=SMALL,
            color=palette.DIM,
            align="right",
        )
    last = found.times[-1]
    points = tuple(
        (plot.x + plot.w * t / last, plot.bottom - plot.h * min(max(p, 0.0), 1.0))
        for t, p in zip(found.times, found.come, strict=True)
    )
    middle = plot.x + plot.w * found.median / last, plot.bottom - 0.5 * plot.h
    canvas.add(Polyline(points, palette.PURPLE, 2.0), Disc(*middle, 4.0, palette.TEXT))
    y = labels.center[1]
    canvas.text(plot.x, y, "now", size=SMALL, color=palette.DIM)
    half, end = duration(found.median), duration(last)
    canvas.text(middle[0], y, half, size=SMALL, color=palette.DIM, align="center")
    canvas.text(plot.right, y, end, size=SMALL, color=palette.DIM, align="right")
    canvas.tell(area, _told(canvas, plot, found))


def _told(canvas: Canvas, plot: Rect, found: NextJumps) -> str:
    """Return what the curve says where the pointer is."""
    if canvas.pointer is None:
        return HINT
    share = min(max((canvas.pointer[0] - plot.x) / plot.w, 0.0), 1.0)
    nearest = round(share * (len(found.times) - 1))
    time, come = found.times[nearest], found.come[nearest]
    return f"{HINT}: {percent(come)} within {duration(time)}"
