"""The column beside the sliders: what one percent of each number does."""

from __future__ import annotations

import math

from spacewheat_sim.content.icon import Icon
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.inspector.numbers import IconNumber
from spacewheat_sim.sandbox.biome.outlook.elasticities import (
    Elasticities,
    WatchedElasticities,
)
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.words.number_text import NONE, fixed, percent

WIDTH = 62.0
# Percent for a percent that are as good as nothing.
SLIGHT = 0.05
WHAT = (
    "Of all histories, the average over the first minute from the beginning. Watched "
    "is the north of the chosen axis, or the icon's own emoji where none is chosen."
)


class EffectColumn:
    """By how many percent what is watched changes for a percent more of each number.

    Args:
        known: Keeps that.
    """

    def __init__(self, known: WatchedElasticities) -> None:
        self._known = known
        self._found: Elasticities | None = None

    def begin_frame(self, icon: str) -> None:
        """Ask for those of an icon."""
        self._found = self._known.of_icon(icon)

    def draw_heading(self, canvas: Canvas, place: Rect) -> None:
        """Add what the column is about, at the right end of ``place``."""
        found = self._found
        if found is None:
            text, told = "…", "what a percent of each number does is being worked out"
        elif found.problem:
            text, told = NONE, found.problem
        else:
            text = f"1% more moves {found.watched} by"
            told = f"{WHAT} It is {percent(found.value)} of {found.watched} now."
        y = place.center[1]
        canvas.text(place.right, y, text, size=SMALL, color=palette.DIM, align="right")
        width = canvas.measure.width(text, SMALL)
        canvas.tell(place.cut_right(width)[0], told)

    def draw(self, canvas: Canvas, place: Rect, number: IconNumber, icon: Icon) -> None:
        """Add what a percent of ``number`` does."""
        found = self._found
        if found is None or found.problem:
            return
        size = found.of(number.moves(icon)) if number.read(icon) else math.nan
        text = _text(size)
        color = palette.TEXT if abs(size) >= SLIGHT else palette.DIM
        if not self._known.is_fresh:
            color = palette.FAINT
        canvas.text(
            place.right, place.center[1], text, size=SMALL, color=color, align="right"
        )
        canvas.tell(place, _told(found, number, icon, text, size))


def _text(size: float) -> str:
    """Return percent for a percent in at most six letters."""
    if not math.isfinite(size):
        return NONE
    if abs(size) >= 99.5:
        return f"{'>' if size > 0 else '<−'}99%"
    return f"{fixed(size, 2 if abs(size) < 9.95 else 0, signed=True)}%"


def _told(
    found: Elasticities, number: IconNumber, icon: Icon, text: str, size: float
) -> str:
    if number.read(icon) == 0.0:
        return "This number is 0, of which there is no percent."
    if not math.isfinite(size):
        return f"What a percent of it does to {found.watched} is not known."
    return f"1% more of this number changes {found.watched} by {text}. {WHAT}"
