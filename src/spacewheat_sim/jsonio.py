"""Canonical JSON, digests, and files that are whole or absent."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Any, TextIO

from spacewheat_sim.errors import ArgumentError, os_reason
from spacewheat_sim.interrupts import uninterrupted


def canonical_json(value: Any) -> str:
    """Return ``value`` as compact JSON with sorted keys: equal values, equal text.

    Raises:
        ValueError: ``value`` holds a NaN or an infinity; write ``None`` instead.
    """
    return json.dumps(
        value,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    )


def pretty_json(value: Any, *, ascii_only: bool = False) -> str:
    """Return ``value`` as indented JSON for people, ending in a newline."""
    text = json.dumps(value, indent=2, ensure_ascii=ascii_only, allow_nan=False)
    return text + "\n"


def digest(data: bytes | str) -> str:
    """Return the SHA-256 of ``data`` in hexadecimal."""
    return hashlib.sha256(_raw(data)).hexdigest()


@uninterrupted
def write_atomically(path: Path, data: bytes | str, *, replace: bool = True) -> None:
    """Write ``path`` so that a reader sees the old content or the new, never a part.

    Args:
        path: The file; its permissions follow the user's umask.
        data: Its content; text is written as UTF-8.
        replace: Whether a file that is there may be replaced.

    Raises:
        FileExistsError: It is there, and may not be replaced.
        OSError: It cannot be written; ``path`` is as it was, and nothing else is left.
    """
    temporary = path.with_name(f".{secrets.token_hex(8)}.unfinished")
    try:
        with temporary.open("xb") as file:
            file.write(_raw(data))
        if replace:
            temporary.replace(path)
        else:
            _rename_new(temporary, path)
    except OSError as error:
        # A stranger's temporary name would tell nobody which file it was.
        error.filename, error.filename2 = str(path), None
        raise
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def written_atomically(path: Path) -> Iterator[TextIO]:
    """Yield a file that takes the place of ``path`` if nothing is raised inside.

    Raises:
        OSError: It cannot be written; ``path`` is as it was, and nothing else is left.
    """
    temporary = path.with_name(f".{secrets.token_hex(8)}.unfinished")
    try:
        with temporary.open("x", encoding="utf-8", newline="") as file:
            yield file
        temporary.replace(path)
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise
    finally:
        temporary.unlink(missing_ok=True)


def _rename_new(temporary: Path, path: Path) -> None:
    """Give ``temporary`` the name ``path``, which nothing may have."""
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        raise
    except OSError:
        # Not every file system has links; a look first is the best that is left.
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, "File exists", str(path)) from None
        temporary.rename(path)


def open_regular(path: Path) -> BufferedReader:
    """Open a regular file for reading; a pipe or a device is never waited for.

    Raises:
        OSError: It cannot be opened, or is no regular file.
    """
    try:
        file = open(path, "rb", opener=_open_at_once)  # noqa: SIM115 -- handed on
    except ValueError as error:  # a path with a NUL in it
        raise OSError(errno.EINVAL, str(error), str(path)) from None
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "it is no regular file", str(path))
    return file


def read_file(path: Path, most: int) -> bytes:
    """Return the content of a regular file of at most ``most`` bytes.

    Raises:
        ArgumentError: It cannot be read, or is larger; the message names it.
    """
    try:
        with open_regular(path) as file:
            data = file.read(most + 1)
    except OSError as error:
        raise ArgumentError(f"Cannot read {path}: {os_reason(error)}") from None
    if len(data) > most:
        raise ArgumentError(f"Cannot read {path}: it is larger than {most:,} bytes")
    return data


def _open_at_once(path: str, flags: int) -> int:
    """Open a file without waiting for the other end of a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _raw(data: bytes | str) -> bytes:
    # Names of files may hold bytes that are no UTF-8; Python keeps them as surrogates.
    return data.encode("utf-8", "backslashreplace") if isinstance(data, str) else data
