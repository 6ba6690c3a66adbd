"""A recorded session: what was done to worlds, and what their digests were."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from spacewheat_sim.engine.world.commands import Command
from spacewheat_sim.engine.world.world import World


@dataclass(frozen=True, slots=True)
class GivenCommands:
    """Commands that a world obeyed after ``tick`` ticks."""

    tick: int
    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """What the digest of a world was after ``tick`` ticks."""

    tick: int
    digest: str


Record = GivenCommands | Check


@dataclass(frozen=True)
class Chapter:
    """What was done to one world.

    Attributes:
        number: Place in the log, counted from 1.
        version: The version of this package that wrote it.
        snapshot: The world at the beginning.
        start: Ticks that it had done then.
        records: What followed, in order.
    """

    number: int
    version: str
    snapshot: bytes
    start: int
    records: tuple[Record, ...]

    @property
    def ticks(self) -> int:
        """Ticks from the beginning to the last record."""
        return self.records[-1].tick - self.start if self.records else 0

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
    """

    path: Path
    chapters: tuple[Chapter, ...]
    cut_short: bool

    @property
    def ticks(self) -> int:
        """Ticks of all chapters."""
        return sum(chapter.ticks for chapter in self.chapters)
