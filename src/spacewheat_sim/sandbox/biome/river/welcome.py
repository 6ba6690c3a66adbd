"""What an empty river says."""

from __future__ import annotations

from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.river.window import TimeWindow
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.charts.strip_chart import EMOJI_ROOM

WELCOME = (
    "What happens is drawn here as time goes by. Drag in it to go back, wheel to zoom.",
    "What happens is drawn here. Drag in it to go back.",
)
# The share of the width that must be empty.
EMPTY = 0.5


def draw_welcome(canvas: Canvas, window: TimeWindow, end: float) -> None:
    """Say what comes into the river after ``end`` in seconds, while most is empty."""
    plot = window.plot
    left = window.x(end) + EMOJI_ROOM + 10.0
    room = plot.right - left
    text = next((t for t in WELCOME if canvas.measure.width(t, SMALL) <= room), "")
    if text and room > EMPTY * plot.w:
        x, y = left + room / 2, plot.y + 0.25 * plot.h  # between two lines
        canvas.text(x, y, text, size=SMALL, color=palette.DIM, align="center")
