"""Does again what a session log tells, and compares the digests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from spacewheat_sim.engine.session.reading import SessionLogError
from spacewheat_sim.engine.session.recorded import (
    Chapter,
    Check,
    GivenCommands,
    GivenToScene,
    RecordedSession,
    Turn,
)
from spacewheat_sim.engine.session.scene import OpenScene, Scene, SceneCommand
from spacewheat_sim.engine.world.commands import Command
from spacewheat_sim.engine.world.events import WorldEvent
from spacewheat_sim.engine.world.world import World
from spacewheat_sim.errors import ArgumentError


@dataclass(frozen=True, slots=True)
class Began:
    """A chapter began; what follows happens to ``world``."""

    chapter: Chapter
    world: World


@dataclass(frozen=True, slots=True)
class SceneShown:
    """What follows happens to a scene of the lab.

    Attributes:
        scene: The scene.
        chapter: The chapter that began with it, or None where the session came back.
    """

    scene: Scene
    chapter: Chapter | None


@dataclass(frozen=True, slots=True)
class Obeyed:
    """The world, or scene, obeyed ``commands``."""

    commands: tuple[Command | SceneCommand, ...]
    events: tuple[WorldEvent, ...]


@dataclass(frozen=True, slots=True)
class Ticked:
    """The world, or scene, has done one tick."""

    events: tuple[WorldEvent, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """After ``tick`` ticks the digest was ``expected`` in the log, and is ``found``."""

    tick: int
    expected: str
    found: str

    @property
    def equal(self) -> bool:
        """Whether the world, or scene, is what it was, to the last bit."""
        return self.expected == self.found


@dataclass(frozen=True, slots=True)
class Turned:
    """The session turned to another moment; ``world`` is there."""

    turn: Turn
    world: World


Step = Began | Obeyed | Ticked | Compared | Turned | SceneShown


def replay(
    session: RecordedSession, open_scene: OpenScene | None = None
) -> Iterator[Step]:
    """Do what ``session`` tells, one thing each time that the next one is asked for.

    Between two steps the world of the last ``Began`` or ``Turned``, or the scene of the
    last ``SceneShown``, can be looked at. It goes on in its own way where a digest
    differs; whoever asks for the steps decides what that means.

    Args:
        session: What :func:`~spacewheat_sim.engine.session.reading.read_session` gave.
        open_scene: Opens scenes of the lab from their snapshots, and raises an
            :class:`.ArgumentError` where one is damaged; without it, all that happened
            to scenes is passed over.

    Raises:
        SessionLogError: the snapshot of a scene is damaged.
    """
    player = _Player(session, open_scene)
    for chapter in session.chapters:
        yield from player.begin(chapter)
        for record in chapter.records:
            if isinstance(record, Turn):
                yield from player.turn(record)
            else:
                yield from player.follow(record)


class _Player:
    """Does the records of a session to the world or scene that each is about."""

    def __init__(self, session: RecordedSession, open_scene: OpenScene | None) -> None:
        self._path, self._open_scene = session.path, open_scene
        self._moments = _Moments(session)
        self._scenes: dict[int, Scene | None] = {}  # by branch
        self._now: Any = None  # a world or a scene; None is passed over
        self._branch = self._given = 0

    def begin(self, chapter: Chapter) -> Iterator[Step]:
        self._branch, self._given = chapter.branch, 0
        if chapter.is_scene:
            self._scenes[chapter.branch] = self._opened(chapter)
            yield from self._show_scene(chapter)
        else:
            self._now = chapter.world()
            self._pass_by()
            yield Began(chapter, self._now)

    def turn(self, turn: Turn) -> Iterator[Step]:
        self._branch, self._given = turn.branch, turn.given
        if turn.branch in self._scenes:
            yield from self._show_scene(None)
        else:
            self._now = self._moments.turn(turn)
            self._pass_by()
            yield Turned(turn, self._now)

    def follow(self, record: GivenCommands | GivenToScene | Check) -> Iterator[Step]:
        now = self._now
        if now is None:
            return
        while now.tick_count < record.tick:
            events = now.tick()
            self._pass_by()
            yield Ticked(events)
        if isinstance(record, Check):
            yield Compared(record.tick, record.digest, now.digest())
        else:
            events = now.obey(record.commands)
            self._given += 1
            self._pass_by()
            yield Obeyed(record.commands, events)

    def _show_scene(self, chapter: Chapter | None) -> Iterator[Step]:
        self._now = scene = self._scenes[self._branch]
        if scene is not None:
            yield SceneShown(scene, chapter)

    def _opened(self, chapter: Chapter) -> Scene | None:
        if self._open_scene is None:
            return None
        try:
            return self._open_scene(chapter.snapshot)
        except ArgumentError as error:
            place = f"{self._path}: chapter {chapter.number}"
            raise SessionLogError(f"{place}: {error}") from None

    def _pass_by(self) -> None:
        if isinstance(self._now, World):
            self._moments.pass_by(self._now, self._branch, self._given)


class _Moments:
    """Ways back to the moments that a session turns to later on."""

    def __init__(self, session: RecordedSession) -> None:
        turns = [
            record
            for chapter in session.chapters
            for record in chapter.records
            if isinstance(record, Turn)
        ]
        self._parents = {t.branch: t for t in turns if t.of is not None}
        self._wanted = {self._place(turn) for turn in turns}
        self._found: dict[_Place, tuple[World, Callable[[], None]]] = {}

    def pass_by(self, world: World, branch: int, given: int) -> None:
        """Keep a way back to where ``world`` is, if the session turns there."""
        place = branch, world.tick_count, given
        if self._wanted and place in self._wanted:
            self._found[place] = world, world.way_back()

    def turn(self, turn: Turn) -> World:
        """Return the world of a moment, brought back to it."""
        world, go_back = self._found[self._place(turn)]
        go_back()
        return world

    def _place(self, turn: Turn) -> _Place:
        """Return where a turn leads, on the branch that came by there first."""
        branch = turn.branch if turn.of is None else turn.of
        at = turn.tick, turn.given
        while (start := self._parents.get(branch)) is not None:
            if start.of is None or at > (start.tick, start.given):
                break
            branch = start.of
        return branch, *at


_Place = tuple[int, int, int]  # branch, tick, records of commands


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
    session: RecordedSession,
    on_check: Callable[[int], object] | None = None,
    open_scene: OpenScene | None = None,
) -> Replayed:
    """Replay ``session`` until the first digest that differs, or to its end.

    Args:
        session: What :func:`~spacewheat_sim.engine.session.reading.read_session` gave.
        on_check: Called at each equal digest with the number of ticks done until then.
        open_scene: As in :func:`replay`.

    Raises:
        RunError: a bath's state has left double precision, as it did not in the
            session.
        SessionLogError: the snapshot of a scene is damaged.
    """
    chapter, difference = session.chapters[0], None
    chapters = ticks = commands = digests = equal_until = 0
    for step in replay(session, open_scene):
        match step:
            case Began():
                chapter, equal_until = step.chapter, step.chapter.start
                chapters += 1
            case SceneShown():
                equal_until = step.scene.tick_count
                if step.chapter is not None:
                    chapter = step.chapter
                    chapters += 1
            case Turned():
                equal_until = step.turn.tick
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
                difference = Difference(
                    chapter.number,
                    chapter.version,
                    equal_until,
                    step.tick,
                    step.expected,
                    step.found,
                )
                break
    return Replayed(chapters, ticks, commands, digests, session.cut_short, difference)
