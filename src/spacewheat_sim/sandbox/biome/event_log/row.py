"""One row of the event log: an event, possibly repeated."""

from __future__ import annotations

from typing import NamedTuple

from spacewheat_sim.engine.bath.events import (
    Collapsed,
    Gated,
    Harvested,
    Jumped,
    Measured,
)
from spacewheat_sim.engine.world.events import (
    BiomeEdited,
    Edited,
    Event,
    Guessed,
    Looked,
    NumberEdited,
    Planted,
    Refused,
    Removed,
    RhythmEdited,
    StepSet,
    WeightSet,
)
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.river.past import Place
from spacewheat_sim.sandbox.biome.session.beginning import Begun, Branched
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.shapes import Color, Disc, Fill
from spacewheat_sim.sandbox.words.number_text import fixed, step_text

Shown = Event | Begun | Branched
KINDS: dict[type[Shown], tuple[str, Color]] = {
    Begun: ("restart", palette.TEXT),
    Branched: ("branch", palette.TEXT),
    Jumped: ("jump", palette.PURPLE),
    Measured: ("measure", palette.YELLOW),
    Collapsed: ("collapse", palette.YELLOW),
    Gated: ("gate", palette.SKY),
    Planted: ("plant", palette.GREEN),
    Looked: ("look", palette.DIM),
    Harvested: ("harvest", palette.ORANGE),
    Removed: ("remove", palette.DIM),
    Edited: ("edit", palette.SKY),
    RhythmEdited: ("edit", palette.SKY),
    WeightSet: ("weight", palette.SKY),
    BiomeEdited: ("edit", palette.SKY),
    StepSet: ("step", palette.SKY),
    NumberEdited: ("edit", palette.SKY),
    Guessed: ("guess", palette.YELLOW),
    Refused: ("refused", palette.ERROR),
}
LINE = 17.0
REFUSED_GROUND = palette.mix(palette.PANEL, palette.VERMILLION, 0.18)
MOST_LINES = 4
MARK = 14.0
GAP = 8.0
LONGEST_TIME, LONGEST_WORD = "9999.99", "measure"
# A narrower log shows texts without the kinds.
ROOM_FOR_WORDS = 290.0


class LogRow:
    """An event, or several equal events in succession.

    Args:
        event: The event, or the beginning of another life.
        place: Where in the past it happened, if that is known.

    Attributes:
        place: As given; of equal events the last one's.
        word: Its kind.
        color: The color of its kind.
        time: Game time of the last one in seconds.
        refused: Whether it is an invalid command.
        former: Whether it is of a former life, of another branch, or yet to come.
    """

    def __init__(self, event: Shown, place: Place | None = None) -> None:
        self.place = place
        self.word, self.color = KINDS[type(event)]
        self.time = event.time
        self.refused = isinstance(event, Refused)
        self.former = False
        self._text = _told(event)
        self._times = 1
        self._shown: tuple[float, int, list[str]] | None = None

    @property
    def text(self) -> str:
        """The text of the event, and how often it happened."""
        return f"{self._text}  ×{self._times}" if self._times > 1 else self._text

    def repeats(self, event: Shown, place: Place | None = None) -> bool:
        """Return whether ``event`` has the same text; if so, count it in this row."""
        if self.place and place and self.place.branch is not place.branch:
            return False
        text = _told(event)
        if text != self._text or KINDS[type(event)][0] != self.word or self.former:
            return False
        self._times += 1
        self.place = place
        self.time = event.time
        self._shown = None
        return True

    def lines(self, canvas: Canvas, width: float, most: int = MOST_LINES) -> list[str]:
        """Return the text in ``width``: shortened, or wrapped for refused commands.

        Of more than ``most`` lines the last one is shortened, too.
        """
        if self._shown is None or self._shown[:2] != (width, most):
            if self.refused:
                lines = canvas.wrapped(self.text, SMALL, width)
                if len(lines) > most:
                    rest = " ".join(lines[most - 1 :])
                    lines[most - 1 :] = [canvas.fitted(rest, SMALL, width)]
            else:
                lines = [canvas.fitted(self.text, SMALL, width)]
            self._shown = (width, most, lines)
        return self._shown[2]


def _told(event: Shown) -> str:
    match event:
        case Refused(reason=reason):
            return reason
        case StepSet(dt=dt):
            return f"a tick lasts {step_text(dt)}"
    return str(event)


class LogColumns(NamedTuple):
    """The columns of a row: time, mark, kind, text.

    Attributes:
        area: The place of the rows.
        time: Width of the times.
        word: Width of the kinds; 0 if there is no room for them.
    """

    area: Rect
    time: float
    word: float

    @classmethod
    def within(cls, canvas: Canvas, area: Rect) -> LogColumns:
        """Return the columns of ``area``."""
        width = canvas.measure.width
        word = width(LONGEST_WORD, SMALL) + GAP if area.w >= ROOM_FOR_WORDS else 0.0
        return cls(area, width(LONGEST_TIME, SMALL), word)

    @property
    def text(self) -> float:
        """Width of the texts."""
        return self.area.w - self.time - GAP - MARK - self.word - 2.0

    def draw(self, canvas: Canvas, top: float, row: LogRow, lines: list[str]) -> None:
        """Add a row; a refused command has its ground, a former life is faint."""
        area, y = self.area, top + LINE / 2
        if row.refused:
            ground = Rect(area.x, top, area.w, LINE * len(lines)).inset(-2.0, 0.0)
            canvas.add(Fill(ground, REFUSED_GROUND, radius=3.0))
        time = fixed(row.time, 2 if row.time < 10_000.0 else 0)
        x = area.x + self.time
        canvas.text(x, y, time, size=SMALL, color=palette.DIM, align="right")
        x += GAP
        mark = palette.FAINT if row.former else row.color
        canvas.add(Disc(x + 4.0, y, 4.0, mark))
        x += MARK
        if self.word:
            canvas.text(x, y, row.word, size=SMALL, color=mark)
        place = Rect(area.x, top, area.w, LINE * len(lines))
        canvas.tell(place, f"{row.word} at {time} s: {row.text}")
        color = palette.ERROR if row.refused else palette.TEXT
        if row.former:
            color = palette.FAINT
        for number, line in enumerate(lines):
            canvas.text(x + self.word, y + number * LINE, line, size=SMALL, color=color)
