"""Files with running numbers, which never overwrite another file."""

from __future__ import annotations

import io
import itertools
from contextlib import suppress
from pathlib import Path

import pygame

from spacewheat_sim.jsonio import write_atomically

NAME = "spacewheat"


def write_numbered(folder: Path, suffix: str, content: bytes) -> Path:
    """Write ``content`` to the first free name, ``spacewheat-0001.png`` and so on.

    Raises:
        OSError: it cannot be written; no partial file is left.
    """
    for number in itertools.count(1):
        path = folder / f"{NAME}-{number:04}{suffix}"
        with suppress(FileExistsError):
            write_atomically(path, content, replace=False)
            return path
    raise AssertionError("numbers do not end")


def png(surface: pygame.Surface) -> bytes:
    """Return a surface as the content of a PNG file."""
    content = io.BytesIO()
    pygame.image.save(surface, content, "frame.png")
    return content.getvalue()
