"""Which axes a restart plants again."""

from __future__ import annotations

from collections.abc import Iterable

from spacewheat_sim.engine.bath.events import Harvested
from spacewheat_sim.engine.world.events import Event, Planted, Removed

Axis = tuple[str, str]


class KeptAxes:
    """The axes that a player left planted, in order, harvested ones included.

    Args:
        planted: The axes of a world as it begins.

    Attributes:
        axes: North and south of each.
    """

    def __init__(self, planted: Iterable[Axis] = ()) -> None:
        self.axes: list[Axis] = list(planted)
        self._taken: list[Axis] = []

    def note(self, event: Event) -> None:
        """Take note of what happened: all axes are kept but the removed ones."""
        if not isinstance(event, Planted | Harvested | Removed):
            return
        axis = event.north, event.south
        if isinstance(event, Harvested):
            if event.outcome is not None:
                self._taken.append(axis)
        elif isinstance(event, Removed):
            self.axes.remove(axis)
        elif axis in self._taken:
            self._taken.remove(axis)
        else:
            self.axes.append(axis)
