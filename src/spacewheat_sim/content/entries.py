"""Content that can be loaded by name, found without being validated."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from spacewheat_sim.content.folders import SUFFIXES
from spacewheat_sim.errors import UnknownNameError

_NAME_LINE = re.compile(r"""^name:[ \t]*["']?(.*?)["']?[ \t]*(?:#.*)?$""", re.MULTILINE)


@dataclass(frozen=True)
class ContentEntry:
    """A biome or scenario that can be loaded.

    Attributes:
        key: The stem of its file, by which it is loaded.
        name: The name that it gives itself, or the key.
        path: Its file.
    """

    key: str
    name: str
    path: Path


def list_entries(folders: Iterable[Path]) -> tuple[ContentEntry, ...]:
    """Return what lies directly in ``folders``; a broken file hides no other."""
    files = sorted(
        path
        for folder in folders
        for path in Path(folder).glob("*")
        if path.suffix in SUFFIXES
    )
    return tuple(ContentEntry(path.stem, _given_name(path), path) for path in files)


def find_entry(kind: str, name: str, entries: Iterable[ContentEntry]) -> ContentEntry:
    """Return the entry called ``name`` by its file's stem or by its own name.

    Case, hyphens, underscores and blanks make no difference.

    Raises:
        UnknownNameError: There is none; the message offers the nearest.
    """
    known = tuple(entries)
    for label in ("key", "name"):
        for entry in known:
            if _plain(getattr(entry, label)) == _plain(name):
                return entry
    raise UnknownNameError(kind, name, [entry.key for entry in known])


def as_path(name_or_path: str | Path) -> Path | None:
    """Return the path that this is rather than a name, if it is one.

    A path is a ``Path`` object, or has a folder or a YAML suffix in it.
    """
    path = Path(name_or_path)
    named = isinstance(name_or_path, str) and len(path.parts) == 1
    return None if named and path.suffix not in SUFFIXES else path


def _given_name(path: Path) -> str:
    try:
        found = _NAME_LINE.search(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        found = None
    return found.group(1) if found and found.group(1) else path.stem


def _plain(name: str) -> str:
    return re.sub(r"[-_\s]", "", name).casefold()
