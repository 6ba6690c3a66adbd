"""The part of the past that the river shows, and its scale."""

from __future__ import annotations

from typing import NamedTuple

from spacewheat_sim.sandbox.geometry import Rect

# Real seconds that the river shows, and how far it can be zoomed.
SECONDS = 60.0
ZOOMS = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
# In the past the playhead keeps this share of the width from both ends.
MARGIN = 0.06
# Steps between two labels of the scale, in seconds, and the room for a label.
STEPS = (0.5, 1, 2, 5, 10, 20, 60, 120, 300, 600, 1800, 3600, 7200, 18000, 36000)
LABEL_ROOM = 90.0


class TimeWindow(NamedTuple):
    """Seconds of game time from left to right.

    Attributes:
        plot: Its place.
        start: Seconds at its left edge.
        span: Seconds from edge to edge.
    """

    plot: Rect
    start: float
    span: float

    @property
    def end(self) -> float:
        """Seconds at its right edge."""
        return self.start + self.span

    def x(self, time: float) -> float:
        """Return where ``time`` is."""
        return self.plot.x + (time - self.start) / self.span * self.plot.w

    def time(self, x: float) -> float:
        """Return what time is at ``x``."""
        return self.start + (x - self.plot.x) / max(self.plot.w, 1.0) * self.span

    def labels(self) -> list[float]:
        """Return the times to write under it."""
        room = LABEL_ROOM * self.span / max(self.plot.w, 1.0)
        step = next((step for step in STEPS if step >= room), room)
        first = int(self.start // step) + (self.start % step > 0.0)
        times = [step * n for n in range(first, first + 1 + int(self.span / step))]
        return [time for time in times if self.start <= time <= self.end]


class Scroll:
    """Follows the playhead: what is shown ends now, or is where one looks.

    Attributes:
        zoom: Place in the list of zooms.
    """

    def __init__(self) -> None:
        self.zoom = ZOOMS.index(1.0)
        self._start = 0.0

    def turn(self, notches: float) -> None:
        """Zoom in, out if below 0."""
        step = (notches < 0.0) - (notches > 0.0)
        self.zoom = min(max(self.zoom + step, 0), len(ZOOMS) - 1)

    def window(
        self,
        plot: Rect,
        *,
        first: float,
        now: float,
        last: float,
        speed: float,
        ahead: float = 0.0,
    ) -> TimeWindow:
        """Return what to show.

        Args:
            plot: Its place.
            first: Seconds at which the past begins.
            now: Seconds at the playhead.
            last: Seconds at the end of the line.
            speed: Seconds of game time per second of real time.
            ahead: Seconds beyond now that have to be seen.
        """
        span = SECONDS * speed * ZOOMS[self.zoom]
        if now >= last and not ahead:
            self._start = max(first, now - span)
        else:
            margin = MARGIN * span
            low = now + max(margin, min(ahead, span - margin)) - span
            self._start = min(max(self._start, low), now - margin)
            self._start = max(self._start, first)
        return TimeWindow(plot, self._start, span)
