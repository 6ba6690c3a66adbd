"""Files that are run as code, and so must not have been written by another user."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from pathlib import Path

# Only the superuser, who can do anything anyway, may have put something there for us.
ROOT = 0
OWNER_ONLY = 0o700
OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
HAS_OWNERS = hasattr(os, "geteuid")


def make_private(folder: Path) -> None:
    """Make ``folder``, if there is none, and close it to other users.

    Raises:
        OSError: this cannot be done, or the folder is another user's.
    """
    folder.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
    if not HAS_OWNERS:
        return
    # The umask may have left more, or the folder may be an older one.
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        found = os.fstat(handle)
        if found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) != OWNER_ONLY:
            os.fchmod(handle, OWNER_ONLY)
        _check_owner(os.fstat(handle), folder)
    finally:
        os.close(handle)


def read_private(path: Path, most: int) -> bytes:
    """Return the content of a regular file that no other user can have written.

    Raises:
        OSError: there is no such file; another user owns it or its folder, or may write
            to one of them; or it has more than ``most`` bytes.
    """
    if not HAS_OWNERS:
        return path.read_bytes()
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _check_owner(os.fstat(folder), path.parent)
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        handle = os.open(path.name, flags, dir_fd=folder)
    finally:
        os.close(folder)
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        _check_owner(found, path)
        if not stat.S_ISREG(found.st_mode) or found.st_size > most:
            raise OSError(errno.EFBIG, "it is no file of a usual size", str(path))
        return file.read()


def write_private(path: Path, data: bytes) -> None:
    """Write a file in one move into a folder that is closed to others.

    Raises:
        OSError: this cannot be done.
    """
    make_private(path.parent)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except BaseException:  # Ctrl-C too
        Path(name).unlink(missing_ok=True)
        raise


def _check_owner(found: os.stat_result, path: Path) -> None:
    if found.st_uid not in (ROOT, os.geteuid()) or found.st_mode & OTHERS_WRITE:
        raise PermissionError(errno.EPERM, "another user can write to it", str(path))
