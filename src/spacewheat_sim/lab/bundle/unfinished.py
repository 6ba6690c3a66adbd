"""Folders of unfinished runs: locked while the run lives, finished by the next run.

A live run holds a lock on its folder, which the operating system releases with the
process. Without such locks (on Windows), folders are left unchanged.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from spacewheat_sim.errors import SpacewheatError, os_reason
from spacewheat_sim.file_locks import hold, may_be_taken, release
from spacewheat_sim.jsonio import read_file
from spacewheat_sim.lab.bundle.files import LARGEST_META, META, hashes
from spacewheat_sim.lab.bundle.metadata import write_meta

_NAME = re.compile(r"\.(\d{8}T\d{6}Z-\w+-[0-9a-f]{8})\.unfinished", re.ASCII)


def unfinished_name(run_id: str) -> str:
    """Return the name of a run's folder until it is complete."""
    return f".{run_id}.unfinished"


def settle_unfinished(root: Path) -> Iterator[str]:
    """Finish or remove the folders of killed runs under ``root``.

    A folder with any content becomes a bundle that says how far the run came; an empty
    one is removed.

    Yields:
        A message for each folder.
    """
    with suppress(OSError):
        for folder in sorted(root.iterdir()):
            found = _NAME.fullmatch(folder.name)
            if found is None or folder.is_symlink():
                continue
            handle = hold(folder)
            if handle is None:
                continue
            try:
                line = _settled(folder, root / found.group(1))
            except PermissionError:
                line = None  # another user's, whose next run will do it
            except (OSError, ValueError) as error:  # ValueError: metadata of no run
                reason = os_reason(error) if isinstance(error, OSError) else error
                line = f"note: {folder}, left by a run, cannot be finished: {reason}"
            finally:
                release(handle)
            if line is not None:
                yield line


def _settled(folder: Path, final: Path) -> str | None:
    """Finish or remove the folder of a dead run, and return a message."""
    meta = _meta(folder)
    if meta is None and not may_be_taken(folder):
        return None
    remove_halves(folder)
    files = hashes(folder)
    if not files:
        shutil.rmtree(folder)
        return f"note: removed {folder}, left by a run that was killed"
    if meta is None:
        raise ValueError(f"its {META} tells nothing")
    # Files with their final names were written atomically.
    meta["files"] = files
    if meta.get("stopped_in") == "run":
        meta["stopped_in"] = "writing"
    write_meta(folder, meta)
    folder.rename(final)
    return f"note: a run did not reach its end; its results so far are in {final}"


def _meta(folder: Path) -> dict[str, Any] | None:
    try:
        meta = json.loads(read_file(folder / META, LARGEST_META))
    except (SpacewheatError, ValueError, RecursionError):
        return None
    return meta if isinstance(meta, dict) else None


def remove_halves(folder: Path) -> None:
    """Remove files that were being written when the run was killed."""
    for path in folder.rglob(".*"):
        if path.is_file() or path.is_symlink():
            path.unlink()
