"""The log of a biome's events, newest at the bottom."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from itertools import islice, takewhile

from spacewheat_sim.engine.world.events import WorldEvent
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.empty_hint import draw_empty_hint
from spacewheat_sim.sandbox.biome.event_log.row import (
    LINE,
    MOST_LINES,
    LogColumns,
    LogRow,
)
from spacewheat_sim.sandbox.biome.river.past import Place
from spacewheat_sim.sandbox.biome.session.beginning import Begun
from spacewheat_sim.sandbox.biome.session.happenings import EVENTS_KEPT, Happened
from spacewheat_sim.sandbox.biome.session.reading import BiomeReading
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input, Pressed, Wheeled
from spacewheat_sim.sandbox.widgets.button import NOWHERE, Button

MARGIN = 6.0
TITLE, HEADING, LEAST_WITH_HEADING = "What happened", 16.0, 60.0
BUTTON = 20.0
ROWS_A_NOTCH = 3
NOTHING = "Nothing has happened yet."
GO = "a click goes back to this moment"


class EventLogPanel:
    """A list that shows the newest event, unless it is scrolled up.

    Args:
        session: The session of the biome.
    """

    def __init__(self, session: BiomeSession) -> None:
        self._session = session
        self._rows: deque[LogRow] = deque(maxlen=EVENTS_KEPT)
        self._last: Happened | None = None
        self._below = 0  # rows that are newer than the last visible one
        self._area = NOWHERE
        self._shown: list[tuple[Rect, Place]] = []
        self._follow = Button(
            lambda: f"▾ {self._below} newer",
            self._go_to_end,
            hint="scroll to the newest event",
        )

    def draw(self, canvas: Canvas, area: Rect, reading: BiomeReading) -> None:  # noqa: ARG002 - every panel gets it
        """Add the visible rows."""
        self._catch_up()
        canvas.panel(area)
        self._area, inner = area, area.inset(MARGIN)
        if inner.h > LEAST_WITH_HEADING:
            heading, inner = inner.cut_top(HEADING, 2.0)
            x, y = heading.x, heading.center[1]
            canvas.text(x, y, TITLE, size=SMALL, color=palette.DIM, width=heading.w)
        columns = LogColumns.within(canvas, inner)
        button, above = inner.cut_bottom(BUTTON, 2.0)
        if self._below > 0:
            room = inner.h, above.h
            self._below = min(self._below, self._most_below(canvas, columns.text, room))
        if self._below > 0:
            inner = above
            width = self._follow.width(canvas, SMALL)
            self._follow.draw(canvas, button.cut_right(width)[0], SMALL)
        else:
            self._follow.hide()
        upward = islice(reversed(self._rows), self._below, None)
        rows = _fitting(canvas, upward, columns.text, inner.h)
        if not self._rows:
            draw_empty_hint(canvas, inner, NOTHING)
        # A few rows start at the top; of many, the last one ends at the bottom.
        full = len(rows) < len(self._rows)
        y = inner.bottom - sum(map(_height, rows)) if full else inner.y
        self._shown = []
        for row, lines in reversed(rows):
            if row.place is not None:
                row.former = not self._session.past.is_on_the_way(row.place)
            columns.draw(canvas, y, row, lines)
            place = Rect(inner.x, y, inner.w, LINE * len(lines))
            y = place.bottom
            if row.place is not None:
                self._shown.append((place, row.place))
                canvas.tell(place, GO)

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it was for the log."""
        if isinstance(event, Wheeled) and self._area.contains(event.x, event.y):
            below = self._below + round(ROWS_A_NOTCH * event.dy)
            self._below = min(max(below, 0), max(0, len(self._rows) - 1))
            return True
        return self._follow.handle(event) or self._go(event)

    def _go(self, event: Input) -> bool:
        """Go to the moment of the row that was clicked."""
        if not isinstance(event, Pressed) or event.button != "left":
            return False
        for row, place in self._shown:
            if row.contains(event.x, event.y):
                self._session.past.go_to_place(place)
                return True
        return False

    def _most_below(
        self, canvas: Canvas, width: float, room: tuple[float, float]
    ) -> int:
        """Return how many rows are below when the oldest is at the top.

        ``room`` is the height without the button, and with it.
        """
        without, beside = room
        count = len(self._rows)
        if len(_fitting(canvas, self._rows, width, without)) == count:
            return 0
        return count - len(_fitting(canvas, self._rows, width, beside))

    def _catch_up(self) -> None:
        """Add the events since the last frame."""
        last = self._last
        news = list(takewhile(lambda e: e is not last, reversed(self._session.events)))
        for happened in reversed(news):
            event = happened.event if isinstance(happened, WorldEvent) else happened
            place = self._session.happenings.place_of(happened)
            if isinstance(event, Begun):
                for row in self._rows:
                    row.former = True
            if not (self._rows and self._rows[-1].repeats(event, place)):
                self._rows.append(LogRow(event, place))
                self._below += self._below > 0  # visible rows stay in place
        if news:
            self._last = news[0]

    def _go_to_end(self) -> None:
        self._below = 0


def _fitting(
    canvas: Canvas, rows: Iterable[LogRow], width: float, height: float
) -> list[tuple[LogRow, list[str]]]:
    """Return as many of the first rows as fit, each with its lines; at least one."""
    fitting: list[tuple[LogRow, list[str]]] = []
    most = min(MOST_LINES, max(1, int(height / LINE)))
    for row in rows:
        lines = row.lines(canvas, width, most)
        height -= LINE * len(lines)
        if fitting and height < 0.0:
            break
        fitting.append((row, lines))
    return fitting


def _height(row: tuple[LogRow, list[str]]) -> float:
    return LINE * len(row[1])
