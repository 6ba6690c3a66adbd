"""Ways back to some moments of a branch, so that every other one is near."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import NamedTuple

from spacewheat_sim.engine.session.timeline.branch import Position


class Checkpoint(NamedTuple):
    """A moment that can be returned to at once.

    Attributes:
        position: Where it is.
        go_back: Brings the world, and who follows it, back to it.
        size: Bytes that it takes, about.
    """

    position: Position
    go_back: Callable[[], None]
    size: int


class Checkpoints:
    """The checkpoints of one branch, in order; the first is at its beginning."""

    def __init__(self, first: Checkpoint) -> None:
        self._kept = [first]

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def size(self) -> int:
        """Bytes of all of them, about."""
        return sum(each.size for each in self._kept)

    @property
    def last(self) -> Checkpoint:
        """The latest one."""
        return self._kept[-1]

    def add(self, checkpoint: Checkpoint) -> None:
        """Keep a later one."""
        self._kept.append(checkpoint)

    def before(self, position: Position) -> Checkpoint:
        """Return the last one that is not after ``position``."""
        places = [each.position for each in self._kept]
        return self._kept[max(0, bisect_right(places, position) - 1)]

    def thin(self) -> None:
        """Forget every other one, but neither the first nor the last."""
        self._kept = [*self._kept[:-1][::2], self._kept[-1]]
