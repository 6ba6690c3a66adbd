"""Reads a session log, and refuses one that is damaged by file and line."""

from __future__ import annotations

import json
import reprlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from spacewheat_sim.engine.session.log import MOST_EVERY, READABLE
from spacewheat_sim.engine.session.recorded import (
    Chapter,
    Check,
    GivenCommands,
    GivenToScene,
    Left,
    Record,
    RecordedSession,
    Turn,
)
from spacewheat_sim.engine.session.scene import scene_command
from spacewheat_sim.engine.session.timeline.branch import Branch, Position
from spacewheat_sim.engine.world.commands import command_from_record
from spacewheat_sim.engine.world.world import World
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.jsonio import canonical_json, read_file

LARGEST = 1 << 28  # bytes of a log that is read, days of playing
_HEAD = {"chapter", "schema_version", "version", "digest_every"}
_CHAPTER, _SCENE_CHAPTER = _HEAD | {"snapshot"}, _HEAD | {"scene"}
_GIVEN = {"tick", "commands"}
_CHECK = {"tick", "digest"}
_END = {"tick", "digest", "end"}
_NEW_BRANCH = {"branch", "of", "tick", "given"}
_OLD_BRANCH = {"branch", "tick", "given"}
_LEFT = {"left"}


class SessionLogError(ArgumentError):
    """A file that is no session log, or one that is damaged."""


def read_session(path: str | Path, *, scenes: bool = False) -> RecordedSession:
    """Return the session of a log.

    A last line that is not whole is left out: its session was cut short.

    Args:
        path: The log.
        scenes: Whether to tell of scenes of the lab, too; otherwise the session is told
            as if nobody had looked at one.

    Raises:
        SessionLogError: there is no such file, its first record is not whole, a line
            is broken or no known record, a snapshot does not match its own digest,
            the ticks do not follow each other, or a branch leaves from nowhere; or
            it is of nothing but scenes, and these are not asked for.
    """
    file = Path(path)
    reader = _Reader()
    for number, line in enumerate(_whole_lines(file), start=1):
        try:
            reader.take(_parsed(line))
        # A record's parts are anything that JSON can hold.
        except (LookupError, TypeError, ValueError, ArithmeticError) as error:
            raise SessionLogError(f"{file}:{number}: {error}") from None
    chapters = tuple(reader.chapters(scenes))
    if not chapters:
        raise SessionLogError(f"{file} is a log of nothing but scenes of the lab")
    return RecordedSession(file, chapters, not reader.ended, reader.left)


def _whole_lines(file: Path) -> list[bytes]:
    try:
        data = read_file(file, LARGEST)
    except ArgumentError as error:
        raise SessionLogError(str(error)) from None
    *lines, _ = data.split(b"\n")
    if not lines:
        state = "its first record is not whole" if data else "it is empty"
        raise SessionLogError(f"{file} is no session log: {state}")
    return lines


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise ArgumentError("the line is damaged: it is not UTF-8") from None
    except (ValueError, RecursionError):
        raise ArgumentError("the line is damaged: it is not JSON") from None
    if not isinstance(record, dict):
        raise ArgumentError("the line is no record of a session")
    return record


class _Reader:
    """Takes the records of a log one after the other, and sees that they fit.

    Attributes:
        ended: Whether the last record was the end.
        left: How the window was left, the last that was told.
    """

    def __init__(self) -> None:
        self.ended = False
        self.left: Left | None = None
        self._heads: list[tuple[int, str, bytes, int]] = []
        self._scenes = set[int]()  # numbers of their branches
        self._records: list[list[Record]] = []
        self._of_worlds: list[list[Record]] = []  # the same without what is of scenes
        self._world = 0  # the last branch that was of a world
        self._branches: dict[int, Branch] = {}
        self._every = 0

    def chapters(self, scenes: bool) -> list[Chapter]:
        records = self._records if scenes else self._of_worlds
        chapters = [
            Chapter(number, *head, tuple(mine), head[0] in self._scenes)
            for number, (head, mine) in enumerate(
                zip(self._heads, records, strict=True), start=1
            )
        ]
        return [each for each in chapters if scenes or not each.is_scene]

    def take(self, record: dict[str, Any]) -> None:
        keys = record.keys()
        if "chapter" in keys:
            _check_schema(record.get("schema_version"))
        elif not self._heads:
            raise ArgumentError("a session log must begin with a chapter")
        if self.ended:
            raise ArgumentError("there is a record after the end")
        if keys == _LEFT:
            self._leave(_typed(record, "left", dict))
            return
        if self.left is not None and keys != _END:
            self.left = replace(self.left, is_last=False)
        if keys in (_CHAPTER, _SCENE_CHAPTER):
            self._begin(record)
        elif keys == _GIVEN:
            self._obey(self._next_tick(record), _typed(record, "commands", list))
        elif keys in (_NEW_BRANCH, _OLD_BRANCH):
            self._turn(record)
        elif keys == _CHECK or (keys == _END and record["end"] is True):
            self.ended = "end" in keys
            self._add(Check(self._next_tick(record), _typed(record, "digest", str)))
        else:
            raise ArgumentError(f"unknown record, with {', '.join(keys) or 'no keys'}")

    def _obey(self, tick: int, records: list[object]) -> None:
        given = GivenCommands(tick, ())
        if self._branch.number in self._scenes:
            told = tuple(scene_command(_command(each)) for each in records)
            self._add(GivenToScene(tick, told))
        else:
            commands = tuple(command_from_record(_command(each)) for each in records)
            given = GivenCommands(tick, commands)
            self._add(given)
        self._branch.given.append(given)

    def _add(self, record: Record) -> None:
        self._branch.end = record.tick
        self._keep(record)

    def _turn(self, record: dict[str, Any]) -> None:
        """Go on with a new branch, or with an earlier one at its end."""
        number, of = _typed(record, "branch", int), record.get("of")
        at = Position(_typed(record, "tick", int), _typed(record, "given", int))
        if of is None:
            branch = self._known(number)
            if at != branch.tip:
                raise ArgumentError(f"branch {number} must go on at its end")
        else:
            parent = self._known(of)
            if of in self._scenes:
                raise ArgumentError(f"branch {of} is of a scene, which has no others")
            if number != len(self._branches) + 1:
                raise ArgumentError(
                    f"branch {number} in place of {len(self._branches) + 1}"
                )
            if not parent.holds(at):
                raise ArgumentError(
                    f"branch {number} cannot leave branch {of} at tick {at.tick} after "
                    f"{at.given} commands: it was never there"
                )
            branch = self._branches[number] = parent.leave(at, number)
        self._branch = branch
        self._keep(Turn(number, of, *at))

    def _keep(self, record: Record) -> None:
        """Keep a record; those of worlds also as if there were no scenes."""
        self._records[-1].append(record)
        number = self._branch.number
        if number in self._scenes:
            return
        # Back from a scene, a world has not turned anywhere.
        if not isinstance(record, Turn) or record.of or number != self._world:
            self._of_worlds[-1].append(record)
        self._world = number

    def _leave(self, record: dict[str, Any]) -> None:
        """Note how the window was left."""
        number, window = _typed(record, "branch", int), _typed(record, "window", dict)
        at = Position(_typed(record, "tick", int), _typed(record, "given", int))
        branch = self._known(number)
        # The last ticks before it may have no record of their own.
        is_end = at.given == len(branch.given) and (
            branch.end <= at.tick <= branch.end + self._every
        )
        if not (is_end or branch.holds(at)):
            raise ArgumentError(
                f"branch {number} was never at tick {at.tick} after {at.given} commands"
            )
        self.left = Left(number, at.tick, at.given, window)

    def _known(self, number: object) -> Branch:
        if type(number) is not int or number not in self._branches:
            raise ArgumentError(f"there is no branch {reprlib.repr(number)} before it")
        return self._branches[number]

    def _begin(self, record: dict[str, Any]) -> None:
        wanted = len(self._heads) + 1
        if _typed(record, "chapter", int) != wanted:
            raise ArgumentError(f"chapter {record['chapter']} in place of {wanted}")
        self._every = _typed(record, "digest_every", int)
        if not 1 <= self._every <= MOST_EVERY:
            raise ArgumentError(
                f"`digest_every` must be 1 to {MOST_EVERY:,}, but is {self._every}"
            )
        number = len(self._branches) + 1
        if record.keys() == _SCENE_CHAPTER:
            snapshot = canonical_json(record["scene"]).encode()
            start = _start(_typed(record, "scene", dict))
            self._scenes.add(number)
            # What follows of worlds goes on where they were.
            self._of_worlds.append(self._of_worlds[-1] if self._of_worlds else [])
        else:
            snapshot = canonical_json(record["snapshot"]).encode()
            start = World.restore(snapshot).tick_count
            self._of_worlds.append([])
            self._world = number
        self._branch = self._branches[number] = Branch(number, None, Position(start, 0))
        self._heads.append((number, _typed(record, "version", str), snapshot, start))
        self._records.append([])

    def _next_tick(self, record: dict[str, Any]) -> int:
        """Return the tick of a record, which can be no further than a digest away."""
        tick: int = _typed(record, "tick", int)
        last = self._branch.end
        if not last <= tick <= last + self._every:
            raise ArgumentError(
                f"tick {tick} cannot follow tick {last}: a log goes forward, and "
                f"has a record every {self._every} ticks at least"
            )
        return tick


def _check_schema(version: object) -> None:
    if type(version) is not int or version not in READABLE:
        raise ArgumentError(
            f"the log is of schema version {version}, but this version of "
            f"spacewheat_sim reads versions {READABLE[0]} to {READABLE[-1]}"
        )


def _typed(record: dict[str, Any], key: str, kind: type[Any]) -> Any:
    value = record[key]
    if type(value) is not kind:  # True is no number here
        raise ArgumentError(
            f"`{key}` must be of type {kind.__name__}, but is {reprlib.repr(value)}"
        )
    return value


def _start(scene: dict[str, Any]) -> int:
    """Return the ticks that a scene had done at the beginning of its chapter."""
    tick: int = _typed(scene, "tick", int)
    if scene.get("about") != "scene" or tick < 0:
        raise ArgumentError("`scene` is not the snapshot of a scene")
    return tick


def _command(record: object) -> dict[str, Any]:
    if not isinstance(record, dict):
        raise ArgumentError(
            f"a command must be an object, but is {reprlib.repr(record)}"
        )
    return record
