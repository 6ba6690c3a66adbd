"""The page of icons: tools that change what a biome is made of, above an icon."""

from __future__ import annotations

from typing import Literal

from spacewheat_sim.assets.atlas import atlas_emojis
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.inspector.panel import InspectorPanel
from spacewheat_sim.sandbox.biome.selection import Selection
from spacewheat_sim.sandbox.biome.session.reading import BiomeReading
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.biome.terms.palette_view import EmojiPalette
from spacewheat_sim.sandbox.biome.terms.terms import (
    addable,
    coupled,
    cut,
    edits,
    joined,
    transferring,
)
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input
from spacewheat_sim.sandbox.widgets.button import Button
from spacewheat_sim.sandbox.widgets.choice import Choice
from spacewheat_sim.sandbox.widgets.dispatch import dispatch
from spacewheat_sim.sandbox.widgets.slider import Scale, Slider
from spacewheat_sim.sandbox.words.number_text import short

Tool = Literal["plant", "couple", "transfer", "cut"]
ROW, GAP, MARGIN = 26.0, 6.0, 10.0
FIRST_NUMBER = 0.3
WIDE = 440.0
TOOLS: tuple[tuple[Tool, str, str], ...] = (
    ("plant", "Plant", "drag from bubble to bubble: plant an axis"),
    ("couple", "Couple", "drag from bubble to bubble: they swing to and fro"),
    (
        "transfer",
        "Transfer",
        "drag from bubble to bubble: one becomes the other",
    ),
    ("cut", "Cut", "drag from bubble to bubble: remove all terms between them"),
)
NEXT: dict[Tool, str] = {
    "plant": "",
    "couple": "then click what it is coupled to, or Escape",
    "transfer": "then click what it becomes, or Escape",
    "cut": "then click from what it is cut, or Escape",
}


class IconPage:
    """Tools for terms and emojis, and the icon of the inspected emoji.

    Args:
        session: The session of the biome.
        selection: Has the inspected emoji, and what dragging between bubbles does.
        inspector: The icon below the tools.
    """

    def __init__(
        self, session: BiomeSession, selection: Selection, inspector: InspectorPanel
    ) -> None:
        self._session = session
        self._selection = selection
        self._inspector = inspector
        self._tool: Tool = "plant"
        self._number = FIRST_NUMBER
        self._is_open = False
        self._tools = Choice(TOOLS, lambda: self._tool, self.take)
        self._slider = Slider(
            "",
            Scale(0.01, 10.0, logarithmic=True),
            lambda: self._number,
            self._set_number,
            text=self._number_text,
            hint="number of the term that is drawn next",
        )
        self._palette = EmojiPalette(self.add)
        self._is_wide = True
        self._add = Button(
            lambda: "+ Emoji" if self._is_wide else "+",
            self._toggle,
            lit=lambda: self._is_open,
            hint="add an emoji to this biome",
        )

    def draw(self, canvas: Canvas, area: Rect, reading: BiomeReading) -> None:
        """Add tools and icon inside ``area``."""
        if reading.qubits or self._session.world.attempt is not None:
            self.take("plant")
            for widget in (self._slider, self._add):
                widget.hide()
            self._tools.hide()
            self._is_open = False
            self._inspector.draw(canvas, area, reading)
            return
        tools, rest = area.cut_top(ROW, GAP)
        self._draw_tools(canvas, tools)
        if not self._is_open:
            self._inspector.draw(canvas, rest, reading)
            return
        canvas.panel(rest)
        names = {icon.emoji: icon.name for icon in self._session.world.icons}
        emojis = addable(reading.emojis, self._session.world.icons, atlas_emojis())
        self._palette.draw(canvas, rest.inset(MARGIN), emojis, names)

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it was for the page."""
        page = self._palette if self._is_open else self._inspector
        return dispatch(event, (self._tools, self._slider, self._add, page))

    def leave(self) -> None:
        """Let dragging plant axes again: another page is shown."""
        self.take("plant")
        self._is_open = False

    def take(self, tool: Tool) -> None:
        """Let dragging from bubble to bubble do what ``tool`` does."""
        self._tool = tool
        self._selection.link = None if tool == "plant" else self._link
        self._selection.link_text = NEXT[tool]

    def add(self, emoji: str) -> None:
        """Let an emoji join the biome."""
        session = self._session
        session.do(*joined(session.name, session.biome, emoji))
        if emoji in session.bath.emojis:
            self._selection.inspected = emoji
            self._is_open = False

    def _link(self, first: str, second: str) -> None:
        """Do with two bubbles what the chosen tool does."""
        session, icons = self._session, self._session.resolved_icons
        if self._tool == "couple":
            found = coupled(icons, first, second, self._number)
        elif self._tool == "transfer":
            found = transferring(icons, first, second, self._number)
        else:
            found = cut(icons, first, second)
        if not found:
            session.notice(f"There is no term between {first} and {second}")
            return
        session.do(*edits(session.name, session.biome, found))

    def _draw_tools(self, canvas: Canvas, area: Rect) -> None:
        self._is_wide = area.w >= WIDE
        add, rest = area.cut_right(self._add.width(canvas, SMALL), GAP)
        self._add.draw(canvas, add, SMALL)
        width = min(self._tools.width(canvas, SMALL), rest.w)
        tools, number = rest.cut_left(width, GAP)
        self._tools.draw(canvas, tools, SMALL)
        drawn = self._tool in ("couple", "transfer")
        if drawn and number.w >= 90.0:
            self._slider.draw(canvas, number, label_width=1.0)
        else:
            self._slider.hide()
            text = "drag between bubbles"
            if canvas.measure.width(text, SMALL) <= number.w:
                y = number.center[1]
                canvas.text(number.x, y, text, size=SMALL, color=palette.DIM)

    def _number_text(self, number: float) -> str:
        return f"{short(number)} {'rad/s' if self._tool == 'couple' else '/s'}"

    def _set_number(self, number: float) -> None:
        self._number = float(f"{max(number, 0.01):.3g}")

    def _toggle(self) -> None:
        self._is_open = not self._is_open
