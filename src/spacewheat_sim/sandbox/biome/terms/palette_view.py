"""The palette: emojis that may join a biome."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input, Moved, Pressed, Released
from spacewheat_sim.sandbox.shapes import Fill
from spacewheat_sim.sandbox.widgets.scroll import Scroll

CELL, EMOJI, HEADING = 30.0, 20.0, 22.0
INERT = "has no icon: it does nothing by itself"
TEXT = "Click an emoji to add it; it begins with probability 0."


class EmojiPalette:
    """A grid of emojis to choose from.

    Args:
        choose: Called with the emoji that was clicked.
    """

    def __init__(self, choose: Callable[[str], object]) -> None:
        self._choose = choose
        self._scroll = Scroll()
        self._cells: list[tuple[str, Rect]] = []

    def draw(
        self,
        canvas: Canvas,
        area: Rect,
        emojis: Sequence[str],
        names: Mapping[str, str],
    ) -> None:
        """Add the grid inside ``area``.

        Args:
            canvas: The frame.
            area: Its place.
            emojis: What may be chosen.
            names: What an emoji is called; one without a name has no icon.
        """
        heading, field = area.cut_top(HEADING)
        y = heading.center[1]
        canvas.text(area.x, y, TEXT, size=SMALL, color=palette.DIM, width=area.w)
        columns = max(1, int((field.w - 12.0) / CELL))
        rows = -(-len(emojis) // columns)
        content = self._scroll.place(canvas, field, rows * CELL)
        self._cells = []
        for number, emoji in enumerate(emojis):
            row, column = divmod(number, columns)
            cell = Rect(content.x + column * CELL, content.y + row * CELL, CELL, CELL)
            if cell.bottom <= field.y or cell.y >= field.bottom:
                continue
            if canvas.over(cell):
                canvas.add(Fill(cell, palette.CONTROL_HOVER, radius=5.0))
            known = emoji in names
            canvas.emoji(*cell.center, EMOJI, emoji, alpha=1.0 if known else 0.55)
            canvas.tell(cell, names.get(emoji, INERT))
            self._cells.append((emoji, cell))
        self._scroll.finish(canvas)

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it was for the palette."""
        if self._scroll.handle(event) or isinstance(event, Moved | Released):
            return not isinstance(event, Moved | Released)
        if not isinstance(event, Pressed) or event.button != "left":
            return False
        if not self._scroll.contains(event.x, event.y):
            return False
        for emoji, cell in self._cells:
            if cell.contains(event.x, event.y):
                self._choose(emoji)
                return True
        return False
