"""The files of a bundle: names, hashes, and valid paths."""

from __future__ import annotations

import csv
import hashlib
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, TextIO

from spacewheat_sim.jsonio import open_regular

SCHEMA_VERSION = 1
META = "meta.json"
RESULTS = "results.json"
TABLE = "table.csv"
EVENTS = "events.jsonl"
BIOME = "biome.yaml"
JOURNAL = "journal.jsonl"
CONTENT = "content.json"
POINTS = "points"
# The column of a sweep's table with digests of its points; one may look like a number.
POINT = "point"
# No run writes a larger file.
LARGEST_META = 1 << 24
LARGEST_PART = 1 << 28


def table_text(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a table as CSV with floats in full precision."""
    text = io.StringIO()
    write_rows(text, columns, rows)
    return text.getvalue()


def write_rows(
    file: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Write a table as CSV with floats in full precision, row by row."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)


def hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file in ``folder`` except its metadata, by path."""
    paths = (path for path in sorted(folder.rglob("*")) if not path.is_symlink())
    files = (path for path in paths if path.is_file())
    named = {path.relative_to(folder).as_posix(): path for path in files}
    named.pop(META, None)
    return {name: file_hash(path) for name, path in named.items()}


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a regular file of any size."""
    with open_regular(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def part_of(folder: Path, name: str) -> Path | None:
    """Return the file ``name`` of a bundle, or None if it is outside the folder.

    A name is a relative path with forward slashes. Neither its parts nor a symbolic
    link may lead out of the folder.
    """
    pure = PurePosixPath(name)
    if not name or "\\" in name or "\0" in name or pure.is_absolute():
        return None
    if ".." in pure.parts or pure == PurePosixPath(META):
        return None
    path = folder / pure
    inside = Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))
    return path if inside else None
