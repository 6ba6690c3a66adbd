"""Tells a recorded session again, to a session whose past then has all its branches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from spacewheat_sim.engine.session.reading import SessionLogError
from spacewheat_sim.engine.session.recorded import (
    Chapter,
    Check,
    GivenCommands,
    GivenToScene,
    RecordedSession,
    Turn,
)
from spacewheat_sim.engine.session.timeline.branch import Branch, Position
from spacewheat_sim.engine.world.commands import Plant
from spacewheat_sim.engine.world.world import World
from spacewheat_sim.sandbox.biome.session.session import BiomeSession


@dataclass(frozen=True)
class Retold:
    """A session to which a recorded one was told.

    Attributes:
        session: It, at the end of the last branch.
        branches: Its branches, by their numbers in the log.
        equal: How many digests were equal.
        differs: The first tick after which the digest was another, or None.
    """

    session: BiomeSession
    branches: dict[int, Branch]
    equal: int
    differs: int | None


def retell(
    recorded: RecordedSession,
    open_session: Callable[[World], BiomeSession],
    *,
    whole: bool,
) -> Retold:
    """Do all that a log tells once more, and compare its digests.

    Args:
        recorded: The session of a log.
        open_session: Returns a session that begins with a world.
        whole: Whether to tell of all biomes that were played; otherwise only of the
            one that was played last.

    Raises:
        SessionLogError: a bath's state has left double precision, as it did not then.
    """
    worlds = [chapter.world() for chapter in recorded.chapters]
    wanted = _branches_of(recorded, None if whole else worlds)
    teller = _Teller(recorded, open_session)
    for chapter, world in zip(recorded.chapters, worlds, strict=True):
        teller.tell(chapter, world, wanted)
    return teller.told()


class _Teller:
    """Has a session do what one record after the other tells."""

    def __init__(
        self,
        recorded: RecordedSession,
        open_session: Callable[[World], BiomeSession],
    ) -> None:
        self._recorded = recorded
        self._open = open_session
        self._session: BiomeSession | None = None
        self._branches: dict[int, Branch] = {}
        self._equal = 0
        self._differs: int | None = None

    def tell(self, chapter: Chapter, world: World, wanted: set[int]) -> None:
        is_told = chapter.branch in wanted
        if is_told:
            self._begin(chapter.branch, world)
        for record in chapter.records:
            if isinstance(record, Turn):
                is_told = record.branch in wanted
            if isinstance(record, GivenToScene):
                continue  # a session is told without its scenes of the lab
            session = self._session
            if is_told and session is not None:
                self._follow(session, record)

    def told(self) -> Retold:
        session = self._session
        assert session is not None  # noqa: S101 - a log has a branch, which is wanted
        for branch in session.past.timeline.branches:
            if branch.parent is None:
                branch.setup = _planted_first(session, branch)
        return Retold(session, self._branches, self._equal, self._differs)

    def _begin(self, number: int, world: World) -> None:
        if self._session is None:
            self._session = self._open(world)
        else:
            self._session.go_on_with(world, _how(self._session.world, world))
        self._branches[number] = self._session.past.line

    def _follow(
        self, session: BiomeSession, record: GivenCommands | Check | Turn
    ) -> None:
        if isinstance(record, Turn):
            self._turn(session, record)
            return
        session.ticks.go_on_to(record.tick)
        if session.world.tick_count != record.tick:
            raise SessionLogError(
                f"{self._recorded.path} cannot be told again: it stops at tick "
                f"{session.world.tick_count:,} of {record.tick:,}"
                f"{'' if session.problem is None else f', {session.problem}'}"
            )
        if isinstance(record, GivenCommands):
            session.do(*record.commands)
        elif session.world.digest() == record.digest:
            self._equal += 1
        elif self._differs is None:
            self._differs = record.tick

    def _turn(self, session: BiomeSession, turn: Turn) -> None:
        """Go to where the session turned to, and on from there."""
        if turn.of is None:
            line = self._branches[turn.branch]
            session.past.go_to(line.tip, line)
            return
        at = Position(turn.tick, turn.given)
        session.past.go_to(at, self._branches[turn.of])
        session.branch()
        self._branches[turn.branch] = session.past.line


def _branches_of(recorded: RecordedSession, worlds: list[World] | None) -> set[int]:
    """Return the branches in worlds of the biome that was played last.

    Without ``worlds`` they are those of all biomes.
    """
    names: dict[int, str] = {}
    last = 0
    for place, chapter in enumerate(recorded.chapters):
        last = chapter.branch
        names[last] = "" if worlds is None else next(iter(worlds[place].baths))
        for record in chapter.records:
            if isinstance(record, Turn):
                last = record.branch
                if record.of is not None:
                    names[last] = names[record.of]
    return {number for number, name in names.items() if name == names[last]}


def _how(before: World, world: World) -> str:
    """Return how a session came from one world to the next."""
    if world.tick_count:
        return "went on from what was saved"
    if next(iter(before.baths)) != next(iter(world.baths)):
        return f"another biome, seed {world.seed}"
    which = "the same" if world.seed == before.seed else "a new"
    return f"restarted with {which} seed, {world.seed}"


def _planted_first(session: BiomeSession, root: Branch) -> int:
    """Return with how many records of planted axes a world began.

    They are before its first tick, and nothing branches off between them.
    """
    count = 0
    for record in root.given:
        planted = all(isinstance(command, Plant) for command in record.commands)
        if record.tick != root.start.tick or not planted:
            break
        count += 1
    branches = session.past.timeline.branches
    leaving = [b.start for b in branches if b.parent is not None and b.root is root]
    return min([count, *(at.given for at in leaving if at.tick == root.start.tick)])
