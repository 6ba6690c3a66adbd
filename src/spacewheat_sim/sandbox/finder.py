"""The page on which everything is found by its name."""

from __future__ import annotations

from collections.abc import Callable

from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.canvas import BODY, SMALL, Canvas
from spacewheat_sim.sandbox.entry import Entry, matching
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input, Key, Moved, Pressed, Wheeled
from spacewheat_sim.sandbox.shapes import Fill, Outline

WIDTH, ROW, FIELD = 560.0, 28.0, 40.0
MOST_ROWS = 12
LONGEST = 60  # letters
ASKED = "type a command, a biome, a challenge, an emoji or a setting"


class Finder:
    """A line to type in, and a list of what has those words.

    Args:
        entries: Returns all that can be found.

    Attributes:
        is_open: Whether it is shown; then it takes every input.
    """

    def __init__(self, entries: Callable[[], list[Entry]]) -> None:
        self._entries = entries
        self.is_open = False
        self._words = ""
        self._found: list[Entry] = []
        self._chosen = self._first = 0
        self._rows: list[tuple[int, Rect]] = []

    def open(self) -> None:
        """Show it, with an empty line."""
        self.is_open = True
        self._write("")

    def draw(self, canvas: Canvas) -> None:
        """Add it on top of all earlier shapes, if it is open."""
        self._rows = []
        if not self.is_open:
            return
        canvas.add(Fill(canvas.area, palette.GROUND, alpha=0.6))
        width = min(WIDTH, canvas.area.w - 40.0)
        room = max(1, int((canvas.area.h - 100.0 - FIELD) / ROW))
        shown = min(MOST_ROWS, room)
        self._first = min(max(self._first, self._chosen - shown + 1), self._chosen)
        rows = self._found[self._first : self._first + shown]
        height = FIELD + ROW * max(1, len(rows)) + 16.0
        place = Rect(canvas.area.center[0] - width / 2, 60.0, width, height)
        canvas.panel(place)
        field, rest = place.inset(8.0).cut_top(FIELD - 8.0, 4.0)
        self._draw_field(canvas, field)
        if not rows:
            text = "nothing has this name"
            y = rest.y + ROW / 2
            canvas.text(rest.x + 10.0, y, text, color=palette.DIM)
        for number, entry in enumerate(rows):
            line = Rect(rest.x, rest.y + number * ROW, rest.w, ROW)
            self._draw_row(canvas, line, entry, self._first + number)

    def handle(self, event: Input) -> bool:
        """Handle an input; an open page takes every press, key and turn."""
        match event:
            case Key(name="escape"):
                self.is_open = False
            case Key(name="return"):
                self._act(self._chosen)
            case Key(name="up" | "down" as name):
                self._move(1 if name == "down" else -1)
            case Key(name="backspace"):
                self._write(self._words[:-1])
            case Key(name=name, ctrl=False) if name == "space" or len(name) == 1:
                self._write(self._words + (" " if name == "space" else name))
            case Wheeled(dy=dy):
                self._move(-round(dy))
            case Moved(x=x, y=y):
                self._chosen = next(iter(self._hit(x, y)), self._chosen)
            case Pressed(x=x, y=y):
                self._press(x, y)
        return True

    def _write(self, words: str) -> None:
        self._words = words[:LONGEST]
        self._found = matching(self._entries(), self._words)
        self._chosen = self._first = 0

    def _move(self, step: int) -> None:
        self._chosen = min(max(self._chosen + step, 0), max(0, len(self._found) - 1))

    def _press(self, x: float, y: float) -> None:
        hit = self._hit(x, y)
        if hit:
            self._act(hit[0])
        else:
            self.is_open = False

    def _hit(self, x: float, y: float) -> list[int]:
        """Return the number of the row at a point, if there is one."""
        return [number for number, line in self._rows if line.contains(x, y)]

    def _act(self, number: int) -> None:
        if number < len(self._found):
            self.is_open = False
            self._found[number].act()

    def _draw_field(self, canvas: Canvas, field: Rect) -> None:
        canvas.add(
            Fill(field, palette.CONTROL, radius=6.0),
            Outline(field, palette.ACCENT, radius=6.0),
        )
        x, y = field.x + 10.0, field.center[1]
        if not self._words:
            canvas.text(x + 5.0, y, ASKED, color=palette.DIM, width=field.w - 25.0)
        used = canvas.text(x, y, self._words, width=field.w - 24.0)
        canvas.add(Fill(Rect(x + used + 1.0, y - 9.0, 2.0, 18.0), palette.ACCENT))

    def _draw_row(self, canvas: Canvas, line: Rect, entry: Entry, number: int) -> None:
        self._rows.append((number, line))
        if number == self._chosen:
            canvas.add(Fill(line, palette.CONTROL_HOVER, radius=5.0))
        y = line.center[1]
        told = f"{entry.kind}  {entry.key}" if entry.key else entry.kind
        right = line.right - 10.0
        used = canvas.text(right, y, told, size=SMALL, color=palette.DIM, align="right")
        room = line.w - used - 30.0
        canvas.text(line.x + 10.0, y, entry.name, size=BODY, width=room)
