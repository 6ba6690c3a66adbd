"""Files with running numbers, which never overwrite another file."""

from __future__ import annotations

import io
import itertools
from pathlib import Path

import pygame

NAME = "spacewheat"


def write_numbered(folder: Path, suffix: str, content: bytes) -> Path:
    """Write ``content`` to the first free name, ``spacewheat-0001.png`` and so on.

    Raises:
        OSError: it cannot be written; no partial file is left.
    """
    for number in itertools.count(1):
        path = folder / f"{NAME}-{number:04}{suffix}"
        try:
            file = path.open("xb")
        except FileExistsError:
            continue
        try:
            with file:
                file.write(content)
        except OSError:
            path.unlink()
            raise
        return path
    raise AssertionError("numbers do not end")


def png(surface: pygame.Surface) -> bytes:
    """Return a surface as the content of a PNG file."""
    content = io.BytesIO()
    pygame.image.save(surface, content, "frame.png")
    return content.getvalue()
