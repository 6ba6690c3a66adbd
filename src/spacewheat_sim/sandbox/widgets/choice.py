"""A row of segments, one of which is selected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.canvas import BODY, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input, Pressed
from spacewheat_sim.sandbox.shapes import Fill, Outline

T = TypeVar("T")


class Choice(Generic[T]):
    """A choice between a few values, all of which are shown.

    Args:
        options: The values, each with its label and its tooltip.
        chosen: Returns the selected value.
        choose: Selects a value.
    """

    def __init__(
        self,
        options: Sequence[tuple[T, str, str]],
        chosen: Callable[[], T],
        choose: Callable[[T], object],
    ) -> None:
        self._options = tuple(options)
        self._chosen = chosen
        self._choose = choose
        self._cells: list[Rect] = []

    def width(self, canvas: Canvas, size: float = BODY) -> float:
        """Return the width that its labels need."""
        widths = [canvas.measure.width(label, size) for _, label, _ in self._options]
        return sum(width + 18.0 for width in widths)

    def draw(self, canvas: Canvas, rect: Rect, size: float = BODY) -> None:
        """Add its shapes inside ``rect``."""
        weights = [
            canvas.measure.width(label, size) + 18.0 for _, label, _ in self._options
        ]
        self._cells = rect.columns(weights)
        canvas.add(
            Fill(rect, palette.CONTROL, radius=6.0),
            Outline(rect, palette.PANEL_EDGE, radius=6.0),
        )
        for (value, label, hint), cell in zip(self._options, self._cells, strict=True):
            chosen = value == self._chosen()
            if chosen:
                ground = palette.mix(palette.CONTROL, palette.ACCENT, 0.35)
                canvas.add(
                    Fill(cell, ground, radius=6.0),
                    Outline(cell, palette.ACCENT, radius=6.0),
                )
            elif canvas.over(cell):
                canvas.add(Fill(cell, palette.CONTROL_HOVER, radius=6.0))
            color = palette.TEXT if chosen else palette.DIM
            x, y = cell.center
            canvas.text(
                x, y, label, size=size, color=color, align="center", width=cell.w - 4
            )
            canvas.tell(cell, hint)

    def hide(self) -> None:
        """Take no space in this frame."""
        self._cells = []

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it was for this choice."""
        if not isinstance(event, Pressed) or event.button != "left":
            return False
        for (value, _, _), cell in zip(self._options, self._cells, strict=False):
            if cell.contains(event.x, event.y):
                if value != self._chosen():
                    self._choose(value)
                return True
        return False
