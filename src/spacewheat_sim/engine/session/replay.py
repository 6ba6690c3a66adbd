"""Does again what a session log tells, and compares the digests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from spacewheat_sim.engine.session.recorded import Chapter, Check, RecordedSession
from spacewheat_sim.engine.world.commands import Command
from spacewheat_sim.engine.world.events import WorldEvent
from spacewheat_sim.engine.world.world import World


@dataclass(frozen=True, slots=True)
class Began:
    """A chapter began; what follows happens to ``world``."""

    chapter: Chapter
    world: World


@dataclass(frozen=True, slots=True)
class Obeyed:
    """The world obeyed ``commands``."""

    commands: tuple[Command, ...]
    events: tuple[WorldEvent, ...]


@dataclass(frozen=True, slots=True)
class Ticked:
    """The world has done one tick."""

    events: tuple[WorldEvent, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """After ``tick`` ticks the digest was ``expected`` in the log, and is ``found``."""

    tick: int
    expected: str
    found: str

    @property
    def equal(self) -> bool:
        """Whether the world is what it was, to the last bit."""
        return self.expected == self.found


Step = Began | Obeyed | Ticked | Compared


def replay(session: RecordedSession) -> Iterator[Step]:
    """Do what ``session`` tells, one thing each time that the next one is asked for.

    Between two steps the world of the last ``Began`` can be looked at. It goes on in
    its own way where a digest differs; whoever asks for the steps decides what that
    means.
    """
    for chapter in session.chapters:
        world = chapter.world()
        yield Began(chapter, world)
        for record in chapter.records:
            while world.tick_count < record.tick:
                yield Ticked(world.tick())
            if isinstance(record, Check):
                yield Compared(record.tick, record.digest, world.digest())
            else:
                yield Obeyed(record.commands, world.obey(record.commands))


@dataclass(frozen=True)
class Difference:
    """Where a replay first came out different.

    Attributes:
        chapter: The chapter, counted from 1.
        version: The version of this package that wrote it.
        equal_until: The last tick at which the world was known to be the same.
        tick: The first tick after which its digest differs.
        expected: The digest in the log.
        found: The digest of the replay.
    """

    chapter: int
    version: str
    equal_until: int
    tick: int
    expected: str
    found: str


@dataclass(frozen=True)
class Replayed:
    """What a replay did and found.

    Attributes:
        chapters: Chapters begun.
        ticks: Ticks done.
        commands: Commands obeyed, those that the world refused included.
        digests: Digests that were equal.
        cut_short: Whether the log was never brought to its end.
        difference: The first one, where the replay stopped; None if all are equal.
    """

    chapters: int
    ticks: int
    commands: int
    digests: int
    cut_short: bool
    difference: Difference | None


def replay_session(
    session: RecordedSession, on_check: Callable[[int], object] | None = None
) -> Replayed:
    """Replay ``session`` until the first digest that differs, or to its end.

    Args:
        session: What :func:`~spacewheat_sim.engine.session.reading.read_session` gave.
        on_check: Called at each equal digest with the number of ticks done until then.

    Raises:
        RunError: a bath's state has left double precision, as it did not in the
            session.
    """
    chapter, difference = session.chapters[0], None
    chapters = ticks = commands = digests = equal_until = 0
    for step in replay(session):
        match step:
            case Began():
                chapter, equal_until = step.chapter, step.chapter.start
                chapters += 1
            case Obeyed():
                commands += len(step.commands)
            case Ticked():
                ticks += 1
            case Compared() if step.equal:
                equal_until = step.tick
                digests += 1
                if on_check is not None:
                    on_check(ticks)
            case Compared():
                difference = _difference(chapter, equal_until, step)
                break
    return Replayed(chapters, ticks, commands, digests, session.cut_short, difference)


def _difference(chapter: Chapter, equal_until: int, step: Compared) -> Difference:
    return Difference(
        chapter.number,
        chapter.version,
        equal_until,
        step.tick,
        step.expected,
        step.found,
    )
