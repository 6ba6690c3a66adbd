"""Where the parts of the river are in its area."""

from __future__ import annotations

from typing import NamedTuple

from spacewheat_sim.sandbox.charts.strip_chart import EMOJI_ROOM
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.widgets.button import NOWHERE

MARGIN, HEADER, LANE, FOOT, LEFT = 6.0, 20.0, 12.0, 16.0, 42.0
BETWEEN = 18.0  # from one chart to the other


class Places(NamedTuple):
    """The parts of the river, from top to bottom.

    Attributes:
        header: What is shown, and the buttons.
        lane: The marks.
        field: The charts, with room for names at their sides.
        plot: The chart.
        below: The chart of another session on the same clock, if there is one.
    """

    header: Rect
    lane: Rect
    field: Rect
    plot: Rect
    below: Rect

    @property
    def bottom(self) -> float:
        """The lower edge of the lowest chart."""
        return max(self.plot.bottom, self.below.bottom)

    def contains(self, x: float, y: float) -> bool:
        """Return whether a point is where one can go to a time."""
        return self.field.contains(x, y) or self.lane.contains(x, y)


UNPLACED = Places(*(NOWHERE,) * 5)


def places_in(area: Rect, *, two: bool) -> Places:
    """Return the parts of a river with one chart or ``two`` inside ``area``."""
    header, rest = area.inset(MARGIN, 3.0).cut_top(HEADER)
    lane, field = rest.cut_top(LANE)
    _, field = field.cut_bottom(FOOT)
    plot = Rect(
        field.x + LEFT,
        field.y + 3.0,
        max(1.0, field.w - LEFT - EMOJI_ROOM - 10.0),
        max(1.0, field.h - 6.0),
    )
    charts = plot.grid(1, 2, BETWEEN) if two else [plot, NOWHERE]
    return Places(header, lane, field, *charts)
