"""The legend of the oval, which can be collapsed."""

from __future__ import annotations

from collections.abc import Callable

from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.oval.colors import (
    BACKWARD,
    BUBBLE,
    DECAY,
    FORWARD,
    GHOST,
    GLOW,
    JUMP,
    RIM,
    TRANSFER,
)
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input, Pressed
from spacewheat_sim.sandbox.shapes import (
    Arrow,
    Disc,
    Fill,
    Glow,
    Line,
    Outline,
    Polygon,
    Ring,
    Trail,
)

LINE = 17.0
SAMPLE = 42.0
TITLE = "Legend"
NOWHERE = Rect(0.0, 0.0, 0.0, 0.0)
Sample = Callable[[Canvas, float, float], None]


def _bubble(canvas: Canvas, x: float, y: float) -> None:
    canvas.add(Disc(x - 7, y, 3.5, BUBBLE), Ring(x - 7, y, 3.5, RIM, 1.5))
    canvas.add(Disc(x + 5, y, 7.0, BUBBLE), Ring(x + 5, y, 7.0, RIM, 1.5))


def _glow(canvas: Canvas, x: float, y: float) -> None:
    canvas.add(Glow(x, y, 13.0, GLOW, 0.7), Ring(x, y, 5.0, RIM, 1.5))


def _transfer(canvas: Canvas, x: float, y: float) -> None:
    canvas.add(Arrow(x - 15, y, x + 15, y, TRANSFER, 2.5))


def _coupling(canvas: Canvas, x: float, y: float) -> None:
    canvas.add(Line(x - 15, y - 3, x + 15, y - 3, FORWARD, 1.2))
    canvas.add(Line(x - 15, y + 3, x + 15, y + 3, BACKWARD, 1.2))
    canvas.add(Disc(x + 5, y - 3, 2.1, FORWARD), Disc(x - 5, y + 3, 2.1, BACKWARD))


def _decay(canvas: Canvas, x: float, y: float) -> None:
    for number in range(3):
        canvas.add(Disc(x - 15 + 7 * number, y, 1.6, DECAY))
        half = 6.0 * (1 - number / 3)
        at = x + 8 + 3.5 * number
        canvas.add(Line(at, y - half, at, y + half, DECAY, 1.5))


def _jump(canvas: Canvas, x: float, y: float) -> None:
    canvas.add(Trail(((x - 15, y), (x - 5, y), (x + 8, y)), JUMP, 4.0))
    canvas.add(Glow(x + 8, y, 8.0, JUMP, 0.8), Disc(x + 8, y, 3.0, JUMP))


def _ghost(canvas: Canvas, x: float, y: float) -> None:
    canvas.add(Ring(x, y, 7.0, GHOST, 1.0, 0.8))


ROWS: tuple[tuple[Sample, str], ...] = (
    (_bubble, "area: population"),
    (_glow, "glow: coherence on an axis"),
    (_transfer, "transfer: rate × population"),
    (_coupling, "coupling: dots flow with the current"),
    (_decay, "decay, into a drain"),
    (_jump, "a jump, prey to predator"),
    (_ghost, "mean of all histories"),
)


class Legend:
    """Explains the symbols of the oval, when it is opened.

    Attributes:
        opened: Whether it is open.
    """

    def __init__(self) -> None:
        self.opened = False
        self._button = self._sheet = NOWHERE

    def draw_button(self, canvas: Canvas, header: Rect) -> Rect:
        """Add its button at the right of ``header``; return the rest."""
        width = canvas.measure.width(TITLE, SMALL) + 24.0
        self._button, rest = header.cut_right(width, 6.0)
        (_, y), right = self._button.center, self._button.right
        if self.opened:
            mark = ((right - 14, y - 2), (right - 4, y - 2), (right - 9, y + 4))
        else:
            mark = ((right - 12, y - 5), (right - 12, y + 5), (right - 6, y))
        canvas.add(Polygon(mark, palette.DIM))
        canvas.text(
            self._button.x + 4.0, y, TITLE, size=SMALL, color=palette.DIM, width=width
        )
        canvas.tell(self._button, "what the symbols mean")
        return rest

    def sheet(self, canvas: Canvas, area: Rect) -> Rect:
        """Return what it covers in the upper right of ``area``: nothing if closed."""
        if not self.opened:
            return NOWHERE
        text = max(canvas.measure.width(label, SMALL) for _, label in ROWS)
        column, _ = area.cut_right(SAMPLE + text + 12.0)
        return column.cut_top(LINE * len(ROWS) + 8.0)[0]

    def draw_sheet(self, canvas: Canvas, area: Rect) -> None:
        """Add the legend over the upper right of ``area``, if it is open."""
        sheet = self._sheet = self.sheet(canvas, area)
        if not self.opened:
            return
        canvas.add(
            Fill(sheet, palette.GROUND, radius=6.0),
            Outline(sheet, palette.PANEL_EDGE, radius=6.0),
        )
        fitting = int((sheet.h - 8.0) / LINE)
        for number, (sample, label) in enumerate(ROWS[:fitting]):
            y = sheet.y + 4.0 + LINE * (number + 0.5)
            sample(canvas, sheet.x + SAMPLE / 2, y)
            canvas.text(
                sheet.x + SAMPLE,
                y,
                label,
                size=SMALL,
                color=palette.DIM,
                width=sheet.w - SAMPLE - 6.0,
            )

    def handle(self, event: Input) -> bool:
        """Open or close on a click; clicks on the open sheet do not reach the oval."""
        if not isinstance(event, Pressed) or event.button != "left":
            return False
        if self._button.contains(event.x, event.y):
            self.opened = not self.opened
            return True
        return self.opened and self._sheet.contains(event.x, event.y)
