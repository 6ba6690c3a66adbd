"""Worlds in files: a snapshot each, written in one move, with the one before it kept.

A save is what :meth:`World.snapshot` returns: it has a version and a digest, and any
damage shows. Beside it lies its backup, the save that it replaced.
"""

from __future__ import annotations

import errno
import glob
import os
import secrets
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

from spacewheat_sim.engine.world.snapshot import SnapshotError
from spacewheat_sim.engine.world.world import World
from spacewheat_sim.errors import ArgumentError, OutputError, os_reason
from spacewheat_sim.file_locks import remove_left
from spacewheat_sim.interrupts import uninterrupted
from spacewheat_sim.jsonio import read_file

LARGEST = 2**28  # bytes of a save that is read
BACKUP = ".backup"
HALVES = (".fresh", ".second")  # what becomes the save, and what becomes its backup


T = TypeVar("T")


class Saved(Protocol):
    """What can be saved: a world, or a scene of the lab."""

    def snapshot(self) -> bytes:
        """Return all of it."""


class Loaded(NamedTuple):
    """A world that was loaded.

    Attributes:
        world: The world.
        path: The file that it is from: the one asked for, or its backup.
        damage: Why the one asked for was not, or "".
    """

    world: World
    path: Path
    damage: str


def backup_of(path: Path) -> Path:
    """Return where the backup of a save is."""
    return path.parent / (path.name + BACKUP)


def save_world(world: Saved, path: str | Path) -> None:
    """Save ``world`` to ``path``; what was there becomes its backup.

    Whatever stops this, Ctrl-C or a loss of power included, the old save or the new one
    is whole.

    Raises:
        OutputError: it cannot be written; the old save and its backup are as before.
    """
    file = Path(path)
    data = world.snapshot()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.is_dir():
            raise IsADirectoryError(errno.EISDIR, "it is a folder", str(file))
        _replace(file, data)
    except OSError as error:
        raise OutputError(f"Cannot save to {file}: {os_reason(error)}") from error


def load_world(path: str | Path) -> Loaded:
    """Return the world of a save, or of its backup where the save is damaged.

    Raises:
        SnapshotError: neither is whole.
    """
    return Loaded(*load_save(path, World.restore))


def load_save(path: str | Path, restore: Callable[[bytes], T]) -> tuple[T, Path, str]:
    """Return what ``restore`` makes of a save, the file it is from, and the damage.

    Args:
        path: The save; its backup is taken where it is damaged.
        restore: Raises a SnapshotError where its bytes are not whole.

    Raises:
        SnapshotError: neither is whole.
    """
    file = Path(path)
    try:
        return _read(file, restore), file, ""
    except ArgumentError as error:
        backup = backup_of(file)
        with suppress(ArgumentError):
            return _read(backup, restore), backup, str(error)
        raise SnapshotError(str(error)) from None


def remove_save(path: Path) -> None:
    """Remove a save and its backup, as far as there are some."""
    for each in (path, backup_of(path)):
        with suppress(OSError):
            each.unlink(missing_ok=True)


def _read(file: Path, restore: Callable[[bytes], T]) -> T:
    data = read_file(file, LARGEST)
    try:
        return restore(data)
    except SnapshotError as error:
        raise SnapshotError(f"{file}: {error}") from None


@uninterrupted
def _replace(file: Path, data: bytes) -> None:
    """Put a new file in the place of one that becomes its backup.

    Names of its own keep two processes apart that save to one file.
    """
    own = f".{file.name}.{secrets.token_hex(4)}"
    fresh, second = (file.with_name(own + ending) for ending in HALVES)
    for ending in HALVES:
        for _ in remove_left(file.parent, f".{glob.escape(file.name)}.*{ending}"):
            pass  # nothing of it was ever a save
    try:
        _write_through(fresh, data)
        _back_up(file, second)
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)


def _write_through(file: Path, data: bytes) -> None:
    """Write a file, and wait until it is on the disk: power may fail any moment."""
    with file.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())


def _back_up(file: Path, second: Path) -> None:
    """Give the file a ``second`` name, then that of its backup; it keeps the first."""
    if not file.exists():
        return
    try:
        try:
            os.link(file, second)
        except OSError:  # not every file system has links
            shutil.copyfile(file, second)
        second.replace(backup_of(file))
    finally:
        second.unlink(missing_ok=True)
