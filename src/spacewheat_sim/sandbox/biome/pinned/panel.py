"""The page of A and B: pin, swap, keep, and the numbers that differ."""

from __future__ import annotations

from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.pinned.differences import (
    Difference,
    population_differences,
    set_differences,
)
from spacewheat_sim.sandbox.biome.pinned.pin import Pin
from spacewheat_sim.sandbox.biome.session.reading import BiomeReading
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input
from spacewheat_sim.sandbox.widgets.button import Button
from spacewheat_sim.sandbox.widgets.dispatch import dispatch
from spacewheat_sim.sandbox.widgets.scroll import Scroll

MARGIN, ROW, BUTTONS = 10.0, 20.0, 26.0
# Width of a column of values.
VALUE = 76.0
WHAT = (
    "Pin B here: it goes on as it would, beside what you do to A, with the same seed "
    "and on the same clock. Then change something, and see what differs."
)
NONE_YET = "No number differs by now: what you do to A shows here."


class PinPanel:
    """Pins B, and lists in what it differs from A.

    Args:
        session: A.
        pin: What holds B.
    """

    def __init__(self, session: BiomeSession, pin: Pin) -> None:
        self._session = session
        self._pin = pin
        self._scroll = Scroll()
        self._begin = Button("Pin B", pin.pin, hint="let B go its own way from here")
        self._choices = [
            Button("Swap", pin.swap, hint="bring B to the front: you act in it then"),
            Button("Keep A", pin.unpin, hint="forget B"),
            Button("Keep B", pin.keep_other, hint="go on with B, and forget A"),
        ]

    def draw(self, canvas: Canvas, area: Rect, reading: BiomeReading) -> None:  # noqa: ARG002 - every page gets it
        """Add the page inside ``area``."""
        canvas.panel(area)
        buttons, rest = area.inset(MARGIN).cut_top(BUTTONS, 8.0)
        other = self._pin.other
        shown = [self._begin] if other is None else self._choices
        for button in (self._begin, *self._choices):
            button.hide()
        x = buttons.x
        for button in shown:
            width = button.width(canvas, SMALL)
            button.draw(canvas, Rect(x, buttons.y, width, buttons.h), SMALL)
            x += width + 6.0
        if other is None:
            for number, line in enumerate(canvas.wrapped(WHAT, SMALL, rest.w)):
                y = rest.y + 10.0 + 17.0 * number
                canvas.text(rest.x, y, line, size=SMALL, color=palette.DIM)
            return
        self._draw_list(canvas, rest, other)

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it was for the page."""
        return dispatch(event, (self._scroll, self._begin, *self._choices))

    def _draw_list(self, canvas: Canvas, area: Rect, other: BiomeSession) -> None:
        made = set_differences(self._session, other)
        come = population_differences(self._session, other)
        if not made and not come:
            canvas.text(area.x, area.y + 10.0, NONE_YET, size=SMALL, color=palette.DIM)
            return
        groups = (("What was set", made), ("What came of it", come))
        shown = [(heading, rows) for heading, rows in groups if rows]
        height = sum(ROW * (1 + len(rows)) for _, rows in shown)
        place = self._scroll.place(canvas, area, height)
        y = place.y
        for heading, rows in shown:
            _draw_row(canvas, place, y, Difference(heading, "A", "B"), bold=True)
            y += ROW
            for row in rows:
                _draw_row(canvas, place, y, row)
                y += ROW
        self._scroll.finish(canvas)


def _draw_row(
    canvas: Canvas, place: Rect, top: float, row: Difference, *, bold: bool = False
) -> None:
    y = top + ROW / 2
    color = palette.DIM if bold else palette.TEXT
    room = place.w - 2 * VALUE - 6.0
    canvas.text(place.x, y, row.name, size=SMALL, color=color, bold=bold, width=room)
    for number, text in enumerate((row.first, row.second)):
        x = place.right - VALUE * (1 - number)
        canvas.text(x, y, text, size=SMALL, color=color, align="right", width=VALUE - 6)
