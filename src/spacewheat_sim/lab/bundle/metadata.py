"""``meta.json``: rewritten as the run goes on, and once more where the disk is full."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from spacewheat_sim.jsonio import pretty_json, write_atomically
from spacewheat_sim.lab.bundle.files import META

# Bytes that a run adds to its metadata: versions, timings, and the hashes of files.
_ROOM = 4096


def write_meta(folder: Path, meta: Mapping[str, Any], *, is_last: bool = True) -> None:
    """Write the metadata of a bundle.

    Args:
        folder: The bundle's folder.
        meta: The metadata.
        is_last: Whether none follows. Before that, spaces keep room for what will be
            added, so that a disk that gets full during the run has room for it.

    Raises:
        OSError: it cannot be written; the metadata before it is still there.
    """
    data = pretty_json(meta).encode("utf-8", "backslashreplace")
    path = folder / META
    try:
        write_atomically(path, data if is_last else data + b" " * _ROOM)
    except OSError:
        if not _fits_over(path, data):
            raise


def _fits_over(path: Path, data: bytes) -> bool:
    """Write ``data`` into the space that the file has already, if it is enough."""
    try:
        with path.open("r+b") as file:
            size = file.seek(0, 2)
            if len(data) > size:
                return False
            file.seek(0)
            file.write(data.ljust(size))
    except OSError:
        return False
    return True
