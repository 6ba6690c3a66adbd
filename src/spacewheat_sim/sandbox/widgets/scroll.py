"""A scrolled view of content that is taller than its place."""

from __future__ import annotations

from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input, Moved, Pressed, Released, Wheeled
from spacewheat_sim.sandbox.shapes import Fill
from spacewheat_sim.sandbox.widgets.button import NOWHERE

NOTCH = 40.0
BAR = 6.0


class Scroll:
    """Scrolls with the wheel, or with the bar at its right edge.

    Attributes:
        offset: Height of the content above the upper edge, in logical pixels.
    """

    def __init__(self) -> None:
        self.offset = 0.0
        self._area = self._bar = NOWHERE
        self._most = 0.0
        self._grip: float | None = None

    def place(self, canvas: Canvas, area: Rect, height: float) -> Rect:
        """Show content of ``height`` in ``area``; return its place, with the offset.

        Shapes added until :meth:`finish` are clipped to ``area``.
        """
        self._area = area
        self._most = max(0.0, height - area.h)
        self.offset = min(max(self.offset, 0.0), self._most)
        canvas.clip(area)
        width = area.w - (BAR + 4.0 if self._most > 0.0 else 0.0)
        return Rect(area.x, area.y - self.offset, width, height)

    def finish(self, canvas: Canvas) -> None:
        """End clipping, and add the bar if there is something to scroll."""
        canvas.clip(None)
        area = self._area
        if self._most <= 0.0:
            self._bar = NOWHERE
            return
        length = max(24.0, area.h * area.h / (area.h + self._most))
        top = area.y + (area.h - length) * self.offset / self._most
        self._bar = Rect(area.right - BAR, top, BAR, length)
        canvas.add(Fill(self._bar, palette.FAINT, radius=BAR / 2))

    def show(self, top: float, bottom: float) -> None:
        """Scroll so that the content from ``top`` to ``bottom`` is visible."""
        self.offset = min(self.offset, top)
        self.offset = max(self.offset, bottom - self._area.h)

    def contains(self, x: float, y: float) -> bool:
        """Return whether a point is in the visible part."""
        return self._area.contains(x, y)

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it was for the scrolling."""
        if isinstance(event, Wheeled) and self._area.contains(event.x, event.y):
            self.offset = min(max(self.offset - NOTCH * event.dy, 0.0), self._most)
            return self._most > 0.0
        if isinstance(event, Pressed) and self._bar.inset(-4.0, 0.0).contains(
            event.x, event.y
        ):
            self._grip = event.y - self._bar.y
            return True
        if isinstance(event, Moved) and self._grip is not None:
            free = self._area.h - self._bar.h
            share = (event.y - self._grip - self._area.y) / free if free > 0.0 else 0.0
            self.offset = min(max(share, 0.0), 1.0) * self._most
            return True
        if isinstance(event, Released):
            held, self._grip = self._grip is not None, None
            return held
        return False
