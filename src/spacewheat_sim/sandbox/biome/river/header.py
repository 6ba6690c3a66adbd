"""The top of the river: which moment is shown, and what can be done in the past."""

from __future__ import annotations

from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.river.places import HEADER
from spacewheat_sim.sandbox.biome.session.reading import BiomeReading
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.shapes import Color
from spacewheat_sim.sandbox.widgets.button import Button
from spacewheat_sim.sandbox.words.number_text import fixed

GAP = 4.0


class Header:
    """The moment that is shown, and the buttons.

    Args:
        session: The session of the biome.

    Attributes:
        buttons: All buttons, shown or not.
    """

    def __init__(self, session: BiomeSession) -> None:
        self._session = session
        past = session.past
        self._always = [
            Button("Undo", past.undo, hint="back before it  (Ctrl Z)"),
            Button("Redo", past.redo, hint="do it again  (Ctrl Shift Z)"),
        ]
        self._in_past = [
            Button("Branch", session.branch, hint="go on from here without it  (B)"),
            Button("Now ›", past.go_to_end, hint="to the end  (End)"),
        ]
        self._swap = Button(
            lambda: f"{past.line.number} of {len(past.timeline.branches)}",
            past.swap,
            hint="show the next branch at the same time  (Tab)",
        )
        self.buttons = [*self._always, *self._in_past, self._swap]

    def draw_buttons(self, canvas: Canvas, area: Rect) -> Rect:
        """Add the buttons at the right end of ``area``; return what is before them."""
        for button in self.buttons:
            button.hide()
        x = area.right
        for button in reversed(self._shown()):
            width = button.width(canvas, SMALL)
            if x - width < area.x:
                continue
            x -= width
            button.draw(canvas, Rect(x, area.y, width, HEADER - 1.0), SMALL)
            x -= GAP
        return area._replace(w=x - area.x)

    def draw_moment(
        self, canvas: Canvas, area: Rect, reading: BiomeReading, told: str, legend: str
    ) -> None:
        """Add which moment is shown, and a ``legend``; or in its place what is told."""
        text, color = self._moment(reading, legend)
        if told:
            text, color = told, palette.TEXT
        room, y = area.w - GAP, area.center[1]
        canvas.text(area.x + 2.0, y, text, size=SMALL, color=color, width=room)

    def _shown(self) -> list[Button]:
        past = self._session.past
        swap = [self._swap] if len(past.timeline.branches) > 1 else []
        return [*swap, *(self._in_past if past.is_past else []), *self._always]

    def _moment(self, reading: BiomeReading, legend: str) -> tuple[str, Color]:
        past, now = self._session.past, fixed(reading.time)
        of = f"{now} of {fixed(past.end_time())} s"
        if self._session.replay is not None:
            text = f"replay: {of}. What you do takes it over, as a branch"
            return text, palette.TEXT
        if past.is_past:
            text = f"{of}. Run plays it again; what you do here begins a branch"
            return text, palette.WARNING
        return f"now, {now} s" + (f"; {legend}" if legend else ""), palette.DIM
