"""Locks that tell whether the process that uses a file or a folder still lives.

The operating system releases them with the process, however it ends. Windows has none
of this kind: there nothing is known to be in use.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

# A file is created, then locked, and then written: a younger one may be between these.
SECONDS_TO_HOLD = 60.0


def lock(handle: int) -> bool:
    """Lock an open file or folder for this process; return whether that worked."""
    if sys.platform == "win32":
        return False
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def hold(path: Path) -> int | None:
    """Lock ``path`` for this process; return the lock, or None if impossible."""
    if sys.platform == "win32":
        return None
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return None
    if lock(handle):
        return handle
    os.close(handle)
    return None


def release(handle: int | None) -> None:
    """Release the lock of :func:`hold`."""
    if handle is not None:
        with suppress(OSError):
            os.close(handle)


def remove_left(folder: Path, pattern: str) -> Iterator[Path]:
    """Remove, and yield, the files that processes left in the midst of writing them.

    Args:
        folder: Where they are.
        pattern: What the names of such files match, as for ``Path.glob``: whatever else
            matches is removed as well, once it is a minute old and nobody holds it.
    """
    with suppress(OSError):
        for path in sorted(folder.glob(pattern)):
            age = time.time() - path.stat(follow_symlinks=False).st_mtime
            if age >= SECONDS_TO_HOLD and not is_held(path):
                path.unlink()
                yield path


def is_held(path: Path) -> bool:
    """Return whether a process holds ``path``, as far as that can be known."""
    if sys.platform == "win32" or not path.exists():
        return False
    handle = hold(path)
    release(handle)
    return handle is None
