"""Locks that tell whether the process that uses a file or a folder still lives.

The operating system releases them with the process, however it ends. Windows has none
of this kind: there nothing is known to be in use.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path


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


def is_held(path: Path) -> bool:
    """Return whether a process holds ``path``, as far as that can be known."""
    if sys.platform == "win32" or not path.exists():
        return False
    handle = hold(path)
    release(handle)
    return handle is None
