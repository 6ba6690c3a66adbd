"""Writes a session down: what a player did to worlds and scenes, and what came of it.

A session log is a file of JSON Lines, one record a line::

    {"chapter": 1, "digest_every": 60, "schema_version": 3, "snapshot": …, "version": …}
    {"commands": […], "tick": 12}
    {"digest": "…", "tick": 13}
    {"branch": 2, "given": 0, "of": 1, "tick": 5}
    {"left": {"branch": 2, "given": 0, "tick": 7, "window": {…}}}
    {"digest": "…", "end": true, "tick": 40}

A chapter holds the snapshot of a world, or under ``scene`` that of a scene of the lab;
what follows is about it. ``commands`` were obeyed after ``tick`` ticks of it, and its
digest then was ``digest``. Records are in the order in which things happened: commands
that were obeyed while time stood still share their tick.

Branches are counted from 1 over the whole log. A chapter begins one; so does a player
who went back and acted: the new branch leaves the branch ``of`` after ``tick`` ticks,
when ``given`` records of commands had been obeyed since the world's beginning. Without
``of`` the log goes on with an earlier branch, at its end. ``left`` tells where on which
branch a player looked, and how the window was set; it changes no world.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, Self

from spacewheat_sim import version
from spacewheat_sim.engine.bath.arguments import checked_count
from spacewheat_sim.engine.session.scene import C_contra, Played, Scene, record_of
from spacewheat_sim.engine.world.events import WorldEvent
from spacewheat_sim.engine.world.world import World
from spacewheat_sim.errors import ArgumentError, RunError, os_reason
from spacewheat_sim.file_locks import lock
from spacewheat_sim.interrupts import uninterrupted
from spacewheat_sim.jsonio import canonical_json
from spacewheat_sim.plain_values import shown

LOG = ".jsonl"
SCHEMA_VERSION = 3
# The first had no branches; the second no scenes, and not how the window was left.
READABLE = (1, 2, 3)
# Ticks between two digests: what a log of some records can make a replay do is bounded.
MOST_EVERY = 100_000


class SessionWriteError(RunError):
    """A session log cannot be written any further; its world can go on without it."""


class SessionLog:
    """Has a world obey and tick, and writes down what it was told.

    Every record is handed to the operating system before the world does what it says,
    so that a crash leaves all that led to it. Digests are written every
    ``digest_every`` ticks and after the first tick that follows a command. A log that
    was not brought to its :meth:`end` is cut short, and can be replayed as far as it
    goes.

    Where the log cannot be written (the disk is full, the folder is not ours) the
    method that finds out raises a :class:`SessionWriteError`, once and before the world
    has changed. From then on the methods do to the world what they are told, and no
    more.

    Args:
        path: The file, which must not be there yet; its folder is made if need be.
        digest_every: Ticks between digests, 1 to 100,000.

    Attributes:
        path: The file.
        failure: Why it cannot be written any further, if so.
        branch_number: The number of the branch that it is about.
        world: The world or scene that it is about, or None while a world is in its
            past.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from spacewheat_sim import World
        >>> from spacewheat_sim.engine.session.replay import replay_session
        >>> from spacewheat_sim.engine.session.reading import read_session
        >>> world = World(["two_level"], seed=0)
        >>> with TemporaryDirectory() as folder:
        ...     with SessionLog(Path(folder) / "session.jsonl") as log:
        ...         number = log.begin(world)
        ...         for _ in range(120):
        ...             events = log.tick(world)
        ...         log.end(world)
        ...     replayed = replay_session(read_session(log.path))
        >>> replayed.ticks, replayed.digests, replayed.difference
        (120, 2, None)
    """

    def __init__(self, path: str | Path, digest_every: int = 60) -> None:
        self.path = Path(path)
        self.failure: SessionWriteError | None = None
        self._every = checked_count(digest_every, "digest_every", at_least=1)
        if self._every > MOST_EVERY:
            raise ArgumentError(
                f"Argument `digest_every` must be at most {MOST_EVERY:,}, but is "
                f"{shown(digest_every)}"
            )
        self._file: BinaryIO | None = None
        self.world: World | Scene | None = None
        self.branch_number = 0
        self._chapters = self._branches = 0
        self._is_checked = True  # whether the last record is a digest of the world now
        self._due = 0  # tick at which the next digest is to be written
        self._held: list[bytes] | None = None  # records that are not to be written yet

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def reserve(self) -> None:
        """Make the file now, empty: whether that can be is known before anything runs.

        One to which no chapter comes is removed when the log is closed.

        Raises:
            SessionWriteError: the file is there already, or cannot be made.
        """
        try:
            self._open()
        except OSError as error:
            raise self._failed(error) from error

    @property
    def is_empty(self) -> bool:
        """Whether no chapter was begun yet."""
        return self._chapters == 0 or self._held is not None

    def hold(self) -> None:
        """Keep records back until :meth:`release`: they tell what is known already."""
        self._held = []

    def release(self) -> None:
        """Write what was kept back, if anything was, and all that comes from now on.

        Raises:
            SessionWriteError: the log cannot be written.
        """
        held, self._held = self._held, None
        for line in held or ():
            self._put(line)

    def note_left(
        self, branch: int, tick: int, given: int, window: Mapping[str, Any]
    ) -> None:
        """Write where a player looks, and how the window is set.

        Args:
            branch: Number of the branch that is shown.
            tick: Ticks that its world has done where it is looked at.
            given: Records of commands that it has obeyed there.
            window: JSON-ready data, which is read back as it is.

        Raises:
            SessionWriteError: the log cannot be written.
        """
        at = {"branch": branch, "tick": tick, "given": given}
        self._write({"left": {**at, "window": dict(window)}})

    def begin(self, world: World | Scene) -> int:
        """Begin a chapter: from now on the log is about ``world``, as it is now.

        Args:
            world: A world, or a scene of the lab.

        Returns:
            The number of the branch that it begins.

        Raises:
            SessionWriteError: the file is there already, or cannot be written.
        """
        number = self._turn_to(world)
        self._chapters += 1
        is_world = isinstance(world, World)
        self._write(
            {
                "chapter": self._chapters,
                "schema_version": SCHEMA_VERSION,
                "version": version.__version__,
                "digest_every": self._every,
                "snapshot" if is_world else "scene": json.loads(world.snapshot()),
            }
        )
        return number

    def leave(self, world: World | Scene) -> None:
        """Write where ``world`` is, which may be moved to its past from now on.

        Raises:
            SessionWriteError: the log cannot be written.
        """
        if world is self.world:
            if not self._is_checked:
                self._write_digest(world)
            self.world = None

    def branch(self, world: World, of: int, tick: int, given: int) -> int:
        """Go on with a new branch, at whose beginning ``world`` is.

        Args:
            world: The world, which was brought back.
            of: The branch that it leaves.
            tick: Ticks that the world has done there.
            given: Records of commands that it had obeyed there since its beginning.

        Returns:
            The number of the new branch.

        Raises:
            SessionWriteError: the log cannot be written.
        """
        number = self._turn_to(world)
        self._write({"branch": number, "of": of, "tick": tick, "given": given})
        return number

    def resume(self, world: World | Scene, branch: int, tick: int, given: int) -> None:
        """Go on with ``branch``, at whose end ``world`` is again.

        Raises:
            SessionWriteError: the log cannot be written.
        """
        if world is self.world and branch == self.branch_number:
            return
        if self.world is not None:
            self.leave(self.world)
        if branch != self.branch_number:
            self._write({"branch": branch, "tick": tick, "given": given})
        self.world, self.branch_number = world, branch
        self._due = self._next_multiple(tick)

    def obey(
        self, world: Played[C_contra], commands: Sequence[C_contra]
    ) -> tuple[WorldEvent, ...]:
        """Have ``world`` obey ``commands``, in order, while time stands still.

        Raises:
            SessionWriteError: the log cannot be written; nothing was done.
            ArgumentError: something in ``commands`` is no command, or the chapter is
                about another world; nothing was done.
        """
        self._write_what_is_due(world)
        if commands:
            tick = world.tick_count
            records = [record_of(command) for command in commands]
            self._write({"tick": tick, "commands": records})
            self._due = min(self._due, tick + 1)
            self._is_checked = False
        return world.obey(commands)

    def tick(
        self, world: Played[C_contra], commands: Sequence[C_contra] = ()
    ) -> tuple[WorldEvent, ...]:
        """Have ``world`` obey ``commands``, then step by one tick.

        Raises:
            SessionWriteError: the log cannot be written; nothing was done.
            ArgumentError: as in :meth:`obey`.
            RunError: a bath's state has left double precision. The commands are done
                and written; the tick is neither.
        """
        events = self.obey(world, commands)
        self._is_checked = False
        return events + world.tick()

    def end(self, world: World | Scene) -> None:
        """Write that the session was brought to its end, and close the file.

        Raises:
            SessionWriteError: the log cannot be written.
            ArgumentError: the chapter is about another world.
        """
        self._check_world(world)
        self._write_digest(world, end=True)
        self.world = None
        self._close()

    # --- inside -------------------------------------------------------------------

    def _turn_to(self, world: World | Scene) -> int:
        """Be about a new branch, which begins where ``world`` is; return its number."""
        if self.world is not None:
            self.leave(self.world)
        self._branches += 1
        self.world, self.branch_number = world, self._branches
        self._due = self._next_multiple(world.tick_count)
        self._is_checked = True
        return self.branch_number

    def _check_world(self, world: Played[Any]) -> None:
        if world is not self.world:
            raise ArgumentError(
                f"The session log {self.path} must begin a chapter with {world!r} "
                f"first, but is about {self.world!r}"
            )

    def _write_what_is_due(self, world: Played[Any]) -> None:
        """Write a digest if it is time; it is of the world before its next change."""
        self._check_world(world)
        if world.tick_count >= self._due:
            self._write_digest(world)
            self._due = self._next_multiple(world.tick_count)

    def _next_multiple(self, tick: int) -> int:
        return (tick // self._every + 1) * self._every

    def _write_digest(self, world: Played[Any], *, end: bool = False) -> None:
        if self.failure is None:
            record = {"tick": world.tick_count, "digest": world.digest()}
            self._write({**record, "end": True} if end else record)
            self._is_checked = True

    def _write(self, record: Mapping[str, Any]) -> None:
        line = canonical_json(record).encode() + b"\n"
        if self._held is None:
            self._put(line)
        else:
            self._held.append(line)

    def _put(self, line: bytes) -> None:
        if self.failure is not None:
            return
        try:
            file = self._open()
            if not os.fstat(file.fileno()).st_nlink:
                # What is written would be gone when the file is closed.
                raise FileNotFoundError(errno.ENOENT, "it was removed")
            file.write(line)
            file.flush()
        except OSError as error:
            raise self._failed(error) from error

    @uninterrupted
    def _open(self) -> BinaryIO:
        """Return the file, made if it was not yet."""
        if self._file is None:
            folder = self.path.parent
            if not folder.is_dir():
                _make(folder)
            self._file = self.path.open("xb")
            lock(self._file.fileno())  # whoever lists it knows that it is in use
        return self._file

    def _failed(self, error: OSError) -> SessionWriteError:
        """Note that the log cannot be written any further, and return why."""
        self._close()
        self.failure = SessionWriteError(
            f"Cannot write the session log {self.path}: {os_reason(error)}"
        )
        return self.failure

    def _close(self) -> None:
        """Close the file; what could not be flushed before cannot be now."""
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):
                file.close()
            if self.is_empty:
                self.path.unlink(missing_ok=True)


def _make(folder: Path) -> None:
    """Make ``folder``; a file in its way is told as what it is."""
    try:
        folder.mkdir(parents=True)
    except FileExistsError as error:
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)) from error
