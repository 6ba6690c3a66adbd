"""Locks that tell whether the process that uses a file or a folder still lives.

The operating system releases them with the process, however it ends. Windows has none
of this kind: there nothing is known to be in use.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# A file is created, then locked, and then written: a younger one may be between these.
SECONDS_TO_HOLD = 60.0
# A process that was halted does not let go of a lock; nobody waits for it for ever.
PATIENCE, LOOK = 10.0, 0.01  # s


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
    handle = _opened(path)
    if handle is None or lock(handle):
        return handle
    os.close(handle)
    return None


def _opened(path: Path) -> int | None:
    if sys.platform == "win32":
        return None
    try:
        return os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return None


def release(handle: int | None) -> None:
    """Release the lock of :func:`hold`."""
    if handle is not None:
        with suppress(OSError):
            os.close(handle)


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Let one process at a time be inside, as far as the operating system can tell.

    Args:
        folder: What all of them would change; where there is none, nobody waits.
    """
    handle = _opened(folder)
    try:
        if handle is not None:
            _wait(handle)
        yield
    finally:
        release(handle)


def _wait(handle: int) -> None:
    """Lock an open file or folder once nobody else holds it."""
    if sys.platform == "win32":
        return
    import fcntl

    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(LOOK)
        except OSError:
            return  # this file system has no locks
        else:
            return


def may_be_taken(path: Path) -> bool:
    """Return whether ``path`` is too old to wait for whoever has made it to lock it.

    One of the future is: it is the clock that was changed.

    Raises:
        OSError: it cannot be looked at.
    """
    age = time.time() - path.stat(follow_symlinks=False).st_mtime
    return abs(age) >= SECONDS_TO_HOLD


def remove_left(folder: Path, pattern: str) -> Iterator[Path]:
    """Remove, and yield, the files that processes left in the midst of writing them.

    Args:
        folder: Where they are.
        pattern: What the names of such files match, as for ``Path.glob``: whatever else
            matches is removed as well, once it is a minute old and nobody holds it.
    """
    with suppress(OSError):
        for path in sorted(folder.glob(pattern)):
            if may_be_taken(path) and not is_held(path):
                path.unlink()
                yield path


def is_held(path: Path) -> bool:
    """Return whether a process holds ``path``, as far as that can be known."""
    if sys.platform == "win32" or not path.exists():
        return False
    handle = hold(path)
    release(handle)
    return handle is None
