"""The page "Next": who is likely to jump, and when."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.outlook.curve import draw_curve
from spacewheat_sim.sandbox.biome.outlook.desk import Desk, Question
from spacewheat_sim.sandbox.biome.outlook.jumps import (
    OF_AVERAGE,
    OF_SPEC,
    JumpRow,
    NextJumps,
    next_jumps,
    present_rates,
)
from spacewheat_sim.sandbox.biome.session.reading import BiomeReading
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.canvas import BODY, SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input, Pressed
from spacewheat_sim.sandbox.shapes import Fill
from spacewheat_sim.sandbox.widgets.dispatch import dispatch
from spacewheat_sim.sandbox.widgets.scroll import Scroll

MARGIN, LINE, HEADLINE = 10.0, 16.0, 22.0
ROW, BAR, VALUE = 28.0, 4.0, 64.0
CURVE = 72.0
# Rows that are in sight below the curve, or it is left out.
ROWS_BELOW = 3
# Seconds between two forecasts while the biome runs.
RENEWAL = 0.25
WAITING = "Working it out …"


class NextPanel:
    """The next jump: when, and who it is.

    Args:
        session: The session of the biome.
        desk: Where forecasts are worked out.
        inspect: Shows the icon of an emoji.
    """

    def __init__(
        self, session: BiomeSession, desk: Desk, inspect: Callable[[str], object]
    ) -> None:
        self._session = session
        self._inspect = inspect
        self._question = Question[NextJumps](desk, interval=RENEWAL)
        self._scroll = Scroll()
        self._names: dict[str, str] = {}
        self._operators: BathOperators | None = None
        self._places: list[tuple[Rect, str]] = []

    def draw(self, canvas: Canvas, area: Rect, reading: BiomeReading) -> None:
        """Add the page inside ``area``."""
        canvas.panel(area)
        self._places = []
        inner = area.inset(MARGIN)
        found = self._found(reading)
        heading, rest = inner.cut_top(HEADLINE, 2.0)
        lines = canvas.wrapped(found.headline, BODY, inner.w)
        canvas.text(heading.x, heading.center[1], lines[0], size=BODY, width=inner.w)
        rest = _draw_lines(canvas, rest, [*lines[1:], found.note])
        below = ROW * min(ROWS_BELOW, len(found.rows))
        if found.times and rest.h >= CURVE + 8.0 + below:
            place, rest = rest.cut_top(CURVE, 8.0)
            draw_curve(canvas, place, found)
        self._draw_rows(canvas, rest, found.rows)

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it was for the page."""
        if dispatch(event, (self._scroll,)):
            return True
        if not isinstance(event, Pressed) or event.button != "left":
            return False
        if not self._scroll.contains(event.x, event.y):
            return False
        for place, icon in self._places:
            if place.contains(event.x, event.y):
                self._inspect(icon)
                return True
        return False

    def _found(self, reading: BiomeReading) -> NextJumps:
        """Return what is known of the next jump, a moment ago at most."""
        self._follow_names()
        bath = self._session.bath
        if bath.method == "spec":
            return NextJumps(OF_SPEC)
        if reading.qubits:
            return present_rates(bath)
        key = bath.operators, bath.method, reading.time, self._session.past.place
        found = self._question.want((*key, len(self._session.events)), self._prepare)
        if found is None or not self._is_of_present(found):
            return NextJumps(WAITING)
        return found

    def _is_of_present(self, found: NextJumps) -> bool:
        """Whether all that an answer speaks of is still there: it may be old."""
        spoken = (emoji for row in found.rows for emoji in (*row.emojis, row.icon))
        return all(emoji in self._names for emoji in spoken)

    def _prepare(self) -> Callable[[], NextJumps]:
        bath = self._session.bath
        note = OF_AVERAGE if bath.method == "master" else ""
        return partial(
            next_jumps, bath.operators, bath.density_matrix().copy(), bath.time, note
        )

    def _draw_rows(self, canvas: Canvas, area: Rect, rows: tuple[JumpRow, ...]) -> None:
        content = self._scroll.place(canvas, area, ROW * len(rows))
        for number, row in enumerate(rows):
            place = Rect(content.x, content.y + ROW * number, content.w, ROW)
            if place.bottom > area.y and place.y < area.bottom:
                self._draw_row(canvas, place, row)
        self._scroll.finish(canvas)

    def _draw_row(self, canvas: Canvas, place: Rect, row: JumpRow) -> None:
        self._places.append((place, row.icon))
        y, width = place.y + 11.0, place.w - VALUE
        full = row.words.format(*(self._names[emoji] for emoji in row.emojis))
        fits = canvas.measure.width(full, SMALL) <= width
        text = full if fits else row.words.format(*row.emojis)
        lit = canvas.over(place)
        color = palette.WHITE if lit else palette.TEXT
        canvas.text(place.x, y, text, size=SMALL, color=color, width=width)
        canvas.text(place.right, y, row.text, size=SMALL, color=color, align="right")
        track = Rect(place.x, place.bottom - 8.0, place.w, BAR)
        canvas.add(
            Fill(track, palette.GRID, radius=2.0),
            Fill(track._replace(w=track.w * row.share), palette.PURPLE, radius=2.0),
        )
        told = (
            f"{full}: {row.text}; a click shows the icon of {row.icon}, which says so"
        )
        canvas.tell(place, told)

    def _follow_names(self) -> None:
        """Know each emoji with the name of its icon, anew after an edit."""
        operators = self._session.bath.operators
        if operators is not self._operators:
            icons = self._session.icons
            keys = ((emoji, canonical_emoji(emoji)) for emoji in operators.emojis)
            names = {key: icon.name for key, icon in icons.items()}
            self._names = {
                emoji: _named(emoji, names.get(key, "")) for emoji, key in keys
            }
            self._operators = operators


def _named(emoji: str, name: str) -> str:
    """Return an emoji and its icon's name, unless that names it by the emoji."""
    return f"{emoji} {name}" if name and emoji not in name else emoji


def _draw_lines(canvas: Canvas, area: Rect, texts: list[str]) -> Rect:
    """Add wrapped lines, and return the rest of the area."""
    for text in filter(None, texts):
        for line in canvas.wrapped(text, SMALL, area.w):
            place, area = area.cut_top(LINE)
            y = place.center[1]
            canvas.text(place.x, y, line, size=SMALL, color=palette.DIM)
    return area.cut_top(6.0)[1]
