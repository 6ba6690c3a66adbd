"""The branches of a session: what was commanded on the way to each of their ends."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple

from spacewheat_sim.engine.session.recorded import GivenCommands


class Position(NamedTuple):
    """A place on the way to the end of a branch; a later one is larger.

    Attributes:
        tick: Ticks that the world has done.
        given: Records of commands that it has obeyed since its beginning.
    """

    tick: int
    given: int


@dataclass(eq=False)
class Branch:
    """What happened from the beginning of a world to the end of one of its branches.

    Attributes:
        number: Its number, counted from 1 over all worlds of a session.
        parent: The branch that it leaves, or None for the first of a world.
        start: Where it leaves its parent; of the first one, where its world began.
        given: What was commanded since the world's beginning, in order; its part
            before ``start`` it has in common with its parent.
        end: Ticks that the world has done at its end.
        setup: Of the first branch of a world: with how many records of commands the
            world began; no one goes back to before them by :meth:`at_tick`.
    """

    number: int
    parent: Branch | None
    start: Position
    given: list[GivenCommands] = field(default_factory=list)
    end: int = 0
    setup: int = 0

    def __post_init__(self) -> None:
        self.end = max(self.end, self.start.tick)

    @property
    def tip(self) -> Position:
        """Its end."""
        return Position(self.end, len(self.given))

    @property
    def path(self) -> tuple[Branch, ...]:
        """The branches that lead to its end, from the first one of its world."""
        return (*(() if self.parent is None else self.parent.path), self)

    @property
    def root(self) -> Branch:
        """The first branch of its world."""
        return self if self.parent is None else self.parent.root

    @property
    def floor(self) -> Position:
        """Where its world had begun, with all that it began with."""
        root = self.root
        return Position(root.start.tick, root.setup)

    def owner(self, position: Position) -> Branch:
        """Return the branch, itself or an earlier one, in which ``position`` lies."""
        if self.parent is not None and position <= self.start:
            return self.parent.owner(position)
        return self

    def holds(self, position: Position) -> bool:
        """Return whether the world was once at ``position`` on the way to the end."""
        tick, given = position
        if not self.root.start.tick <= tick <= self.end:
            return False
        if not 0 <= given <= len(self.given):
            return False
        before, after = self.given[:given][-1:], self.given[given:][:1]
        return all(each.tick <= tick for each in before) and all(
            each.tick >= tick for each in after
        )

    def leave(self, position: Position, number: int) -> Branch:
        """Return a new branch that leaves this one at ``position``."""
        owner = self.owner(position)
        return Branch(number, owner, position, self.given[: position.given])

    def at_tick(self, tick: int) -> Position:
        """Return where the world is after ``tick`` ticks, clipped to those it did.

        Commands of that very tick are yet to be obeyed, but for the world's first.
        """
        floor = self.floor
        tick = min(max(tick, floor.tick), self.end)
        before = bisect_left(self.given, tick, key=attrgetter("tick"))
        return max(floor, Position(tick, before))
