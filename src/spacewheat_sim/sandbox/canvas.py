"""A frame under construction: its size, text measure, and shapes so far."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from spacewheat_sim.assets.atlas import picture_cell
from spacewheat_sim.engine.world.commands import Command
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.points import Point
from spacewheat_sim.sandbox.shapes import (
    Align,
    Clip,
    Color,
    Emoji,
    Fill,
    Outline,
    Shape,
    Sheet,
    Text,
)
from spacewheat_sim.sandbox.words.named_emojis import (
    LINE,
    TextMeasure,
    name_of,
    named_in_text,
    tile_lines,
)

ELLIPSIS = "…"
# Text sizes in logical pixels (the height of a line is about 1.2 times as much).
SMALL, BODY, TITLE = 12.0, 14.0, 18.0

# Returns the commands of an act, which is not done.
Act = Callable[[], Sequence[Command]]


class Canvas:
    """Collects the shapes of one frame.

    Args:
        width: Logical pixels.
        height: Logical pixels.
        measure: Measures the width of text.

    Attributes:
        area: The whole frame.
        shapes: The shapes so far, in the order of painting.
        passing: Sheets that are painted last and are in no picture that a player
            saves: notices and tooltips.
        pointer: Where the pointer is, or None where it is outside, or on something that
            covers what is being drawn.
        would: What a press on the element under the pointer would do, as commands.
        hint: Tooltip of the element under the pointer, and the place of this element;
            it is drawn on top of everything.
        names: Names of emojis that have no picture; Unicode's name for others.
    """

    def __init__(self, width: float, height: float, measure: TextMeasure) -> None:
        self.area = Rect(0.0, 0.0, width, height)
        self.shapes: list[Shape] = []
        self.passing: list[Shape] = []
        self.pointer: Point | None = None
        self.would: Act | None = None
        self.hint: tuple[str, Rect] | None = None
        self.measure = measure
        self.names: Mapping[str, str] = {}
        self._clip: Rect | None = None

    def add(self, *shapes: Shape) -> None:
        """Add shapes on top."""
        self.shapes.extend(shapes)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = BODY,
        color: Color = palette.TEXT,
        align: Align = "left",
        bold: bool = False,
        width: float | None = None,
    ) -> float:
        """Add a line of text, shortened with … to fit ``width``; return its width."""
        text = named_in_text(text, self.names)
        length = self.measure.width(text, size, bold)
        if width is not None and length > width:
            text = self.fitted(text, size, width, bold=bold)
            length = self.measure.width(text, size, bold)
        if text:
            self.shapes.append(Text(x, y, text, size, color, align, bold))
        return length

    def fitted(
        self, text: str, size: float, width: float, *, bold: bool = False
    ) -> str:
        """Return ``text``, or as much of its beginning as fits with … after it."""
        text = named_in_text(text, self.names)
        if self.measure.width(text, size, bold) <= width:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            shortened = text[:middle].rstrip() + ELLIPSIS
            if self.measure.width(shortened, size, bold) <= width:
                low = middle
            else:
                high = middle - 1
        return text[:low].rstrip() + ELLIPSIS if low else ""

    def wrapped(self, text: str, size: float, width: float) -> list[str]:
        """Return ``text`` as lines no wider than ``width``, broken between words."""
        lines: list[str] = []
        for paragraph in text.splitlines() or [""]:
            line = ""
            for word in paragraph.split():
                longer = f"{line} {word}" if line else word
                if line and self.measure.width(longer, size) > width:
                    lines.append(line)
                    line = word
                else:
                    line = longer
            lines.append(self.fitted(line, size, width))
        return lines

    def emoji(
        self, x: float, y: float, size: float, emoji: str, *, alpha: float = 1.0
    ) -> None:
        """Add an emoji; one without a picture gets a tile with its name."""
        if picture_cell(emoji) is not None:
            self.shapes.append(Emoji(x, y, size, emoji, alpha))
            return
        tile = Rect(x - size * 0.46, y - size * 0.36, size * 0.92, size * 0.72)
        color = palette.mix(palette.PANEL, palette.DIM, 0.35 * alpha)
        self.add(
            Fill(tile, color, radius=size * 0.14),
            Outline(tile, palette.FAINT, radius=size * 0.14),
        )
        name = name_of(emoji, self.names)
        letters, lines = tile_lines(name, tile.w - 2.0, tile.h - 2.0, self.measure)
        for number, line in enumerate(lines):
            self.text(
                x,
                y + (number - (len(lines) - 1) / 2) * LINE * letters,
                line,
                size=letters,
                color=palette.mix(palette.PANEL, palette.TEXT, alpha),
                align="center",
            )

    def clip(self, rect: Rect | None) -> None:
        """Clip all later shapes to ``rect``; None ends clipping."""
        self._clip = rect
        self.shapes.append(Clip(rect))

    def over(self, rect: Rect) -> bool:
        """Return whether the pointer is on the visible part of ``rect``."""
        pointer = self.pointer
        if pointer is None or not rect.contains(*pointer):
            return False
        return self._clip is None or self._clip.contains(*pointer)

    def tell(self, rect: Rect, text: str) -> None:
        """Show ``text`` as a tooltip if the pointer is on ``rect``."""
        if text and self.over(rect):
            self.hint = (text, rect)

    @contextmanager
    def under(self, *covers: Rect) -> Iterator[None]:
        """Draw what lies under ``covers``: a pointer on one of them is not on it."""
        pointer = self.pointer
        if pointer is not None and any(c.contains(*pointer) for c in covers):
            self.pointer = None
        try:
            yield
        finally:
            self.pointer = pointer

    @contextmanager
    def pass_by(self) -> Iterator[None]:
        """Add shapes to ``passing`` instead of ``shapes``."""
        kept, self.shapes = self.shapes, self.passing
        try:
            yield
        finally:
            self.shapes = kept

    @contextmanager
    def sheet(self, rect: Rect, ground: Color | None = None) -> Iterator[None]:
        """Add a sheet over ``rect``, outside of clips.

        Args:
            rect: Its place.
            ground: Its color, unless what is added first covers it all.
        """
        place = len(self.shapes)
        self.shapes.append(Sheet(rect, 0))
        if ground is not None:
            self.shapes.append(Fill(rect, ground))
        try:
            yield
        finally:
            self.shapes[place] = Sheet(rect, len(self.shapes) - place - 1)

    def panel(self, rect: Rect) -> None:
        """Add the background of a panel."""
        self.add(
            Fill(rect, palette.PANEL, radius=8.0),
            Outline(rect, palette.PANEL_EDGE, radius=8.0),
        )
