"""What happened in a session, row by row, and where on which branch it did."""

from __future__ import annotations

from collections import deque

from spacewheat_sim.engine.world.events import WorldEvent
from spacewheat_sim.sandbox.biome.river.past import Place
from spacewheat_sim.sandbox.biome.session.beginning import Begun, Branched

EVENTS_KEPT = 500
Happened = WorldEvent | Begun | Branched


class Happenings:
    """The last events, with rows where another life or another future began.

    Attributes:
        rows: They, oldest first.
    """

    def __init__(self) -> None:
        self.rows: deque[Happened] = deque(maxlen=EVENTS_KEPT)
        self._places: dict[int, Place] = {}

    def add(self, row: Happened, place: Place | None = None) -> None:
        """Add a row; ``place`` is where it happened, if it can be gone to."""
        self.rows.append(row)
        if place is None:
            return
        if len(self._places) >= 2 * EVENTS_KEPT:
            kept = {id(row) for row in self.rows}
            self._places = {k: v for k, v in self._places.items() if k in kept}
        self._places[id(row)] = place

    def place_of(self, row: Happened) -> Place | None:
        """Return where one of the rows happened, if that is known."""
        return self._places.get(id(row))
