"""What happened in the past, as marks over the river."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from spacewheat_sim.engine.bath.events import Jumped
from spacewheat_sim.engine.session.timeline.branch import Branch
from spacewheat_sim.engine.session.timeline.timeline import Timeline
from spacewheat_sim.engine.world.events import Looked
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.event_log.row import KINDS
from spacewheat_sim.sandbox.biome.river.window import TimeWindow
from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.shapes import Disc, Fill, Line
from spacewheat_sim.sandbox.words.number_text import fixed

RADIUS = 4.0
REACH = 6.0
# Jumps on more pixels than this are drawn as a band.
MOST_JUMPS = 240
# Marks that are drawn; with more, some lie on each other.
MOST_MARKS = 400


class Mark(NamedTuple):
    """Something that happened.

    Attributes:
        time: When, in seconds.
        number: Its number among the events on the way to the end of the line.
    """

    time: float
    number: int


class Marks:
    """The marks of the line, which are found once.

    Args:
        timeline: What happened.
    """

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._line: Branch | None = None
        self._read = 0
        self._acts: list[Mark] = []
        self._jumps: list[Mark] = []
        self._shown: list[tuple[float, Mark]] = []

    @property
    def count(self) -> int:
        """How many there are."""
        self._catch_up()
        return self._read

    def draw(self, canvas: Canvas, lane: Rect, window: TimeWindow) -> None:
        """Add the marks inside ``lane``, which is over the plot of ``window``."""
        self._catch_up()
        y, acts = lane.center[1], self._seen(self._acts, window)
        jumps = self._seen(self._jumps, window)
        self._draw_jumps(canvas, lane, window, jumps)
        events = self._timeline.events
        for mark in acts[-MOST_MARKS:]:
            color = KINDS[type(events[mark.number].event)][1]
            canvas.add(Disc(window.x(mark.time), y, RADIUS, color))
        marks = (*acts[-MOST_MARKS:], *jumps)
        self._shown = [(window.x(mark.time), mark) for mark in marks]

    def at(self, x: float) -> Mark | None:
        """Return the mark near ``x``, acts before jumps; None where it is no more."""
        self._catch_up()
        near = [(abs(place - x), mark) for place, mark in self._shown]
        near = [(far, mark) for far, mark in near if far <= REACH]
        return min(near, key=lambda pair: pair[0])[1] if near else None

    def text(self, mark: Mark) -> str:
        """Return what happened."""
        event = self._timeline.events[mark.number].event
        return f"{fixed(mark.time)} s: {event}"

    def _draw_jumps(
        self, canvas: Canvas, lane: Rect, window: TimeWindow, jumps: list[Mark]
    ) -> None:
        color = KINDS[Jumped][1]
        times = np.array([mark.time for mark in jumps])
        pixels = np.unique(
            np.round(times - window.start, 6) * window.plot.w // window.span
        )
        if len(pixels) > MOST_JUMPS:
            left, right = window.x(jumps[0].time), window.x(jumps[-1].time)
            band = Rect(left, lane.center[1] - 2.0, right - left, 4.0)
            canvas.add(Fill(band, palette.mix(palette.PANEL, color, 0.6)))
            return
        for x in (window.plot.x + pixels).tolist():
            canvas.add(Line(x, lane.y + 1.0, x, lane.bottom - 1.0, color, 1.5))

    def _seen(self, marks: list[Mark], window: TimeWindow) -> list[Mark]:
        first = bisect_left(marks, (window.start, 0))
        return marks[first : bisect_left(marks, (window.end, 0))]

    def _catch_up(self) -> None:
        """Read what happened since the last frame, or all of another line."""
        timeline = self._timeline
        if timeline.line is not self._line or len(timeline.events) < self._read:
            self._line, self._read = timeline.line, 0
            self._acts, self._jumps, self._shown = [], [], []
        for mark, is_jump in self._news():
            (self._jumps if is_jump else self._acts).append(mark)
        self._read = len(timeline.events)

    def _news(self) -> Iterator[tuple[Mark, bool]]:
        for number in range(self._read, len(self._timeline.events)):
            event = self._timeline.events[number].event
            if not isinstance(event, Looked):
                yield Mark(event.time, number), isinstance(event, Jumped)
