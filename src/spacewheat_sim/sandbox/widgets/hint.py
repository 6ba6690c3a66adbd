"""The tooltip of the element under the pointer."""

from __future__ import annotations

from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.shapes import Fill, Outline

WIDTH = 320.0
LINE = 16.0


def draw_hint(canvas: Canvas) -> None:
    """Add the tooltip of this frame, beside its element and inside the frame."""
    if canvas.hint is None:
        return
    text, thing = canvas.hint
    lines = canvas.wrapped(text, SMALL, WIDTH)
    width = max(canvas.measure.width(line, SMALL) for line in lines) + 16.0
    height = LINE * len(lines) + 10.0
    frame = canvas.area.inset(4.0)
    x = min(max(thing.center[0] - width / 2, frame.x), frame.right - width)
    below = thing.bottom + 6.0
    y = below if below + height <= frame.bottom else thing.y - 6.0 - height
    place = Rect(x, y, width, height)
    with canvas.sheet(place):
        canvas.add(
            Fill(place, palette.GROUND, radius=5.0),
            Outline(place, palette.FAINT, radius=5.0),
        )
        for number, line in enumerate(lines):
            middle = place.y + 5.0 + LINE * (number + 0.5)
            canvas.text(place.x + 8.0, middle, line, size=SMALL)
