"""The moves on one emoji, in a list beside it: what a right click opens."""

from __future__ import annotations

from spacewheat_sim.content.challenge.challenge import Move
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.challenge.moves import Moves, label_of
from spacewheat_sim.sandbox.canvas import BODY, SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input, Key, Moved, Pressed, Released
from spacewheat_sim.sandbox.points import Point
from spacewheat_sim.sandbox.shapes import Fill, Outline

ROW = 28.0
PAD = 4.0


class ActsMenu:
    """A list of the moves on an emoji, with their costs; it closes once one is chosen.

    Args:
        moves: The moves of the challenge that is played.
    """

    def __init__(self, moves: Moves) -> None:
        self._moves = moves
        self._shown: tuple[Move, ...] = ()
        self._at: Point = (0.0, 0.0)
        self._rows: list[tuple[Move, Rect]] = []

    @property
    def is_open(self) -> bool:
        """Whether it is shown; then it takes every press, key and turn."""
        return bool(self._shown)

    def open(self, emoji: str, x: float, y: float) -> bool:
        """Show the moves on an emoji at a point; return whether there are any."""
        self._shown, self._at = self._moves.on(emoji), (x, y)
        return self.is_open

    def close(self) -> None:
        """Show nothing."""
        self._shown, self._rows = (), []

    def place(self, canvas: Canvas) -> Rect:
        """Return where it is, inside the frame."""
        widths = [canvas.measure.width(label_of(move), BODY) for move in self._shown]
        frame = canvas.area.inset(PAD)
        w = min(frame.w, max(widths, default=0.0) + 36.0)
        h = min(frame.h, ROW * len(self._shown) + 2 * PAD)
        x, y = self._at
        return Rect(min(x, frame.right - w), min(y, frame.bottom - h), w, h)

    def draw(self, canvas: Canvas) -> None:
        """Add it, if it is open, on top of all earlier shapes."""
        self._rows = []
        if not self.is_open:
            return
        place = self.place(canvas)
        with canvas.sheet(place):
            canvas.add(
                Fill(place, palette.PANEL, radius=8.0),
                Outline(place, palette.FAINT, radius=8.0),
            )
            rows = place.inset(PAD).grid(1, len(self._shown))
            for move, row in zip(self._shown, rows, strict=True):
                self._draw_row(canvas, move, row)

    def handle(self, event: Input) -> bool:
        """Handle an input; an open list handles every press, key and turn."""
        if not self.is_open or isinstance(event, Moved | Released):
            return False
        chosen = None
        if isinstance(event, Pressed):
            hit = (m for m, row in self._rows if row.contains(event.x, event.y))
            chosen = next(hit, None)
        is_other_key = isinstance(event, Key) and event.name != "escape"
        self.close()
        if chosen is not None:
            self._moves.do(chosen)
        return not is_other_key

    def _draw_row(self, canvas: Canvas, move: Move, row: Rect) -> None:
        can = self._moves.can(move)
        if can and canvas.over(row):
            canvas.add(Fill(row, palette.CONTROL_HOVER, radius=5.0))
        color = palette.TEXT if can else palette.DIM
        size = BODY if row.h >= ROW / 2 else SMALL
        x, y = row.x + 10.0, row.center[1]
        canvas.text(x, y, label_of(move), size=size, color=color, width=row.w - 20.0)
        canvas.tell(row, self._moves.hint(move))
        self._rows.append((move, row))
