"""A button that opens a list to choose from."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.canvas import BODY, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input, Key, Moved, Pressed, Released, Wheeled
from spacewheat_sim.sandbox.shapes import Fill, Outline
from spacewheat_sim.sandbox.widgets.button import NOWHERE, Button

ROW = 28.0
LEAST_ROW = 20.0  # lower ones would hide each other's letters


class Menu:
    """A button with the present choice, which opens a list of all.

    Args:
        label: Returns the label of the present choice.
        options: Returns the keys to choose from, each with its label.
        choose: Selects one by its key.
        hint: Its tooltip.
        present: Returns the key of the present choice, which is marked in the list.
    """

    def __init__(
        self,
        label: Callable[[], str],
        options: Callable[[], Sequence[tuple[str, str]]],
        choose: Callable[[str], object],
        *,
        hint: str = "",
        present: Callable[[], str] = str,
    ) -> None:
        self._present = present
        self._button = Button(lambda: f"{label()}  ▾", self.toggle, hint=hint)
        self._options = options
        self._choose = choose
        self._rect = NOWHERE
        self._rows: list[tuple[str, Rect]] = []
        self.is_open = False

    def toggle(self) -> None:
        """Open or close the list."""
        self.is_open = not self.is_open

    def width(self, canvas: Canvas) -> float:
        """Return the width that its label needs."""
        return self._button.width(canvas)

    def draw(self, canvas: Canvas, rect: Rect) -> None:
        """Add the button's shapes inside ``rect``."""
        self._rect = rect
        self._button.draw(canvas, rect)

    def draw_list(self, canvas: Canvas) -> None:
        """Add the list, if it is open, on top of all earlier shapes."""
        self._rows = []
        if not self.is_open:
            return
        options = self._options()
        present = self._present()
        widths = [
            canvas.measure.width(label, BODY, bold=key == present)
            for key, label in options
        ]
        room = canvas.area.bottom - self._rect.bottom - 12.0
        most = max(1, int(room / LEAST_ROW))
        columns = max(1, -(-len(options) // most))
        rows = max(1, -(-len(options) // columns))
        widest = (canvas.area.w - 8.0) / columns
        width = min(widest, max(self._rect.w, max(widths, default=0.0) + 32.0))
        row = min(ROW, room / rows)
        place = Rect(
            min(self._rect.x, canvas.area.right - width * columns - 4.0),
            self._rect.bottom + 4.0,
            width * columns,
            row * rows + 8.0,
        )
        canvas.add(
            Fill(place, palette.PANEL, radius=8.0),
            Outline(place, palette.FAINT, radius=8.0),
        )
        for number, (key, label) in enumerate(options):
            column, line_number = divmod(number, rows)
            x, y = place.x + column * width, place.y + line_number * row
            line = Rect(x + 4, y + 4, width - 8, row)
            if canvas.over(line):
                canvas.add(Fill(line, palette.CONTROL_HOVER, radius=5.0))
            is_present = key == present
            color = palette.ACCENT if is_present else palette.TEXT
            x, y = line.x + 10, line.center[1]
            canvas.text(x, y, label, color=color, bold=is_present, width=line.w - 16)
            self._rows.append((key, line))

    def handle(self, event: Input) -> bool:
        """Handle an input; an open list handles every press, key and turn."""
        if not self.is_open or isinstance(event, Moved | Released):
            return self._button.handle(event)
        if isinstance(event, Pressed):
            self.is_open = False
            for key, line in self._rows:
                if line.contains(event.x, event.y):
                    self._choose(key)
            return True
        if isinstance(event, Key):
            self.is_open = False
        return isinstance(event, Key | Wheeled)
