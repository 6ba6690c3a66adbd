"""Where a recorded session ends, as a mark in the river."""

from __future__ import annotations

from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.river.past import Past
from spacewheat_sim.sandbox.biome.river.window import TimeWindow
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.shapes import Fill, Line

PAD, HEIGHT = 5.0, 15.0


def draw_end(canvas: Canvas, window: TimeWindow, past: Past) -> None:
    """Add the end of the line, and say what follows it."""
    plot, x = window.plot, window.x(past.end_time())
    if not plot.x <= x <= plot.right:
        return
    branches = past.timeline.branches
    following = branches[branches.index(past.line) + 1 :]
    text = f"branch {following[0].number} follows" if following else "the end"
    canvas.add(Line(x, plot.y, x, plot.bottom, palette.ORANGE, 1.5))
    width = canvas.measure.width(text, SMALL) + 2 * PAD
    left = max(plot.x, x - width - 3.0)
    canvas.add(Fill(Rect(left, plot.y, width, HEIGHT), palette.PANEL, radius=3.0))
    y = plot.y + HEIGHT / 2
    canvas.text(left + PAD, y, text, size=SMALL, color=palette.ORANGE)
