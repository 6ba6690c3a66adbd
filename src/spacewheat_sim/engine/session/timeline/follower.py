"""What goes along with the world of a timeline, back and forth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from spacewheat_sim.engine.world.events import WorldEvent
from spacewheat_sim.engine.world.world import World


class Follower(Protocol):
    """Something that has a past of its own beside the world's, such as a mean."""

    def note(self, world: World, events: Sequence[WorldEvent]) -> None:
        """Take note of what commands have done to the world."""

    def advance(self, world: World, ticks: int) -> None:
        """Go on: the world has done ``ticks`` ticks."""

    def way_back(self) -> tuple[Callable[[], None], int]:
        """Return what brings it back to where it is now, and the bytes of that."""
