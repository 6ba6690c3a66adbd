"""The inventory: what was harvested so far."""

from __future__ import annotations

from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.empty_hint import draw_empty_hint
from spacewheat_sim.sandbox.biome.session.reading import BiomeReading
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input
from spacewheat_sim.sandbox.shapes import Fill
from spacewheat_sim.sandbox.widgets.scroll import Scroll
from spacewheat_sim.sandbox.words.number_text import fixed

MARGIN = 6.0
HEADER = 18.0
ROW = 22.0
EMOJI = 16.0
COLUMN = 130.0
NOTHING = "No harvest yet."


class InventoryPanel:
    """The harvested energy of each emoji, largest first.

    Args:
        session: The session of the biome.
    """

    def __init__(self, session: BiomeSession) -> None:
        self._session = session
        self._scroll = Scroll()

    def draw(self, canvas: Canvas, area: Rect, reading: BiomeReading) -> None:  # noqa: ARG002 - every panel gets it
        """Add a bar for each emoji, in as many columns as fit."""
        canvas.panel(area)
        inner = area.inset(MARGIN)
        inventory = self._session.world.inventory
        header, rest = inner.cut_top(HEADER)
        total = f"Harvested: {fixed(sum(inventory.values()))}"
        if not inventory:
            total = "Harvested"
            draw_empty_hint(canvas, rest, NOTHING)
        y = header.center[1]
        canvas.text(inner.x, y, total, size=SMALL, color=palette.DIM, width=header.w)
        if not inventory:
            return
        ranked = sorted(inventory.items(), key=lambda item: -item[1])
        columns = max(1, int(rest.w / COLUMN))
        rows = -(-len(ranked) // columns)
        content = self._scroll.place(canvas, rest, rows * ROW)
        width = content.w / columns
        for number, (emoji, energy) in enumerate(ranked):
            column, row = divmod(number, rows)
            top = content.y + row * ROW
            if top + ROW > rest.y and top < rest.bottom:
                place = Rect(content.x + column * width, top, width, ROW)
                _draw_row(canvas, place, emoji, energy, energy / ranked[0][1])
        self._scroll.finish(canvas)

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it was for the inventory."""
        return self._scroll.handle(event)


def _draw_row(
    canvas: Canvas, place: Rect, emoji: str, energy: float, share: float
) -> None:
    y = place.center[1]
    canvas.emoji(place.x + EMOJI / 2 + 2.0, y, EMOJI, emoji)
    text = fixed(energy)
    number = max(40.0, canvas.measure.width(text, SMALL) + 8.0)
    left = place.x + EMOJI + 8.0
    track = max(0.0, place.right - 6.0 - number - left)
    canvas.add(
        Fill(Rect(left, y - 3.0, track * share, 6.0), palette.ORANGE, radius=3.0)
    )
    canvas.text(left + track * share + 6.0, y, text, size=SMALL)
    canvas.tell(place, f"{emoji}: {text} harvested, the sum of what each was worth")
