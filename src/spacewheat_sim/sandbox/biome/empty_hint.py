"""The text of a panel that has nothing to show."""

from __future__ import annotations

from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.canvas import BODY, Canvas
from spacewheat_sim.sandbox.geometry import Rect

LINE = 1.35 * BODY


def draw_empty_hint(canvas: Canvas, area: Rect, text: str) -> None:
    """Add ``text`` in the middle of ``area``, on as many lines as fit."""
    lines = canvas.wrapped(text, BODY, area.w)[: max(1, int(area.h / LINE))]
    x, y = area.center
    top = y - (len(lines) - 1) / 2 * LINE
    for number, line in enumerate(lines):
        canvas.text(x, top + number * LINE, line, color=palette.DIM, align="center")
