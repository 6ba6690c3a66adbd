"""A recorded session: what was done to worlds and scenes, with their digests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spacewheat_sim.engine.session.scene import SceneCommand
from spacewheat_sim.engine.world.commands import Command
from spacewheat_sim.engine.world.world import World


@dataclass(frozen=True, slots=True)
class GivenCommands:
    """Commands that a world obeyed after ``tick`` ticks."""

    tick: int
    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class GivenToScene:
    """Commands that a scene of the lab obeyed after ``tick`` ticks."""

    tick: int
    commands: tuple[SceneCommand, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """What the digest of a world was after ``tick`` ticks."""

    tick: int
    digest: str


@dataclass(frozen=True, slots=True)
class Turn:
    """The session turned to another moment, and went on from there.

    Attributes:
        branch: The branch that it went on with.
        of: The branch that a new one leaves; None where one is gone on with at its end.
        tick: Ticks that the world had done there.
        given: Records of commands that it had obeyed there since its beginning.
    """

    branch: int
    of: int | None
    tick: int
    given: int


Record = GivenCommands | GivenToScene | Check | Turn


@dataclass(frozen=True, slots=True)
class Left:
    """How a player left the window.

    Attributes:
        branch: Number of the branch that was shown.
        tick: Ticks that its world had done where it was looked at.
        given: Records of commands that it had obeyed there.
        window: How the window was set, as it was told to the log.
        is_last: Whether nothing happened afterwards.
    """

    branch: int
    tick: int
    given: int
    window: Mapping[str, Any]
    is_last: bool = True


@dataclass(frozen=True)
class Chapter:
    """What was done to one world or scene, or to earlier ones that were returned to.

    Attributes:
        number: Place in the log, counted from 1.
        branch: Number of its first branch; they are counted over all chapters.
        version: The version of this package that wrote it.
        snapshot: The world or scene at the beginning.
        start: Ticks that it had done then.
        records: What followed, in order.
        is_scene: Whether it began with a scene of the lab.
    """

    number: int
    branch: int
    version: str
    snapshot: bytes
    start: int
    records: tuple[Record, ...]
    is_scene: bool = False

    @property
    def ticks(self) -> int:
        """Ticks done, in all branches."""
        ticks, now = 0, self.start
        for record in self.records:
            if not isinstance(record, Turn):
                ticks += record.tick - now
            now = record.tick
        return ticks

    def world(self) -> World:
        """Return the world as it was at the beginning, a new one with every call."""
        return World.restore(self.snapshot)


@dataclass(frozen=True)
class RecordedSession:
    """A session log.

    Attributes:
        path: Its file.
        chapters: At least one.
        cut_short: Whether it was never brought to its end; the chapters then hold
            what is whole.
        left: How the window was left, the last that was told; None if nothing was.
    """

    path: Path
    chapters: tuple[Chapter, ...]
    cut_short: bool
    left: Left | None = None

    @property
    def ticks(self) -> int:
        """Ticks of all chapters."""
        return sum(chapter.ticks for chapter in self.chapters)
