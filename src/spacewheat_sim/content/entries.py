"""Content that can be loaded by name, found without validating it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from spacewheat_sim.content.folders import MAX_BYTES, SUFFIXES, is_yaml
from spacewheat_sim.errors import UnknownNameError
from spacewheat_sim.jsonio import open_regular

_NAME_LINE = re.compile(r"""^name:[ \t]*["']?(.*?)["']?[ \t]*(?:#.*)?$""", re.MULTILINE)


@dataclass(frozen=True)
class ContentEntry:
    """A biome or scenario that can be loaded.

    Attributes:
        key: The stem of its file; it is loaded by this name.
        name: The name in the file, or else the key.
        path: Its file.
        pack: Name of the pack that it belongs to; empty if it was not looked for.
    """

    key: str
    name: str
    path: Path
    pack: str = ""


def list_entries(folders: Iterable[Path], pack: str = "") -> tuple[ContentEntry, ...]:
    """Return the content directly in ``folders``; broken files do not matter."""
    files = sorted(
        path for folder in folders for path in Path(folder).glob("*") if is_yaml(path)
    )
    return tuple(
        ContentEntry(path.stem, _given_name(path), path, pack) for path in files
    )


def find_entry(kind: str, name: str, entries: Iterable[ContentEntry]) -> ContentEntry:
    """Return the entry whose file's stem or own name is ``name``.

    Case, hyphens, underscores and blanks make no difference.

    Raises:
        UnknownNameError: There is none; the message suggests the file or the pack of
            that name in the current folder, or the nearest names.
    """
    known = tuple(entries)
    for label in ("key", "name"):
        for entry in known:
            if _plain(getattr(entry, label)) == _plain(name):
                return entry
    keys = [entry.key for entry in known]
    hint = _file_beside(name) or _pack_beside(name)
    raise UnknownNameError(kind, name, keys, hint=hint)


def as_path(name_or_path: str | Path) -> Path | None:
    """Return the path if this is a path, and None if it is a name.

    A path is a ``Path`` object, or has a folder or a YAML suffix in it.
    """
    if isinstance(name_or_path, str):
        # A Path would forget the folder of `./name`.
        separators = {os.sep, os.altsep or os.sep}
        has_folder = not separators.isdisjoint(name_or_path)
        if not has_folder and name_or_path not in (os.curdir, os.pardir):
            path = Path(name_or_path)
            return path if is_yaml(path) else None
    return Path(name_or_path)


def _file_beside(name: str) -> str:
    """Return a hint at a file in the current folder that ``name`` may mean."""
    for file in (*(f"{name}{suffix}" for suffix in SUFFIXES), name):
        # A Path would raise at names too long.
        if name and os.path.isfile(file):  # noqa: PTH113
            path = file if is_yaml(Path(file)) else f"{os.curdir}{os.sep}{file}"
            return f"did you mean the file {path}? A path has a folder or .yaml in it"
    return ""


def _pack_beside(name: str) -> str:
    """Return a hint at a pack in the current folder that has a file called ``name``."""
    with suppress(OSError):  # a folder that may not be read has nothing to suggest
        for file in sorted(Path().glob("*/biomes/**/*")):
            if is_yaml(file) and _plain(file.stem) == _plain(name):
                return f"it is in a pack here: --pack {file.parts[0]}"
    return ""


def _given_name(path: Path) -> str:
    try:
        with open_regular(path) as file:
            text = file.read(MAX_BYTES).decode("utf-8")
        found = _NAME_LINE.search(text)
    except (OSError, UnicodeDecodeError):
        found = None
    return found.group(1) if found and found.group(1) else path.stem


def _plain(name: str) -> str:
    return re.sub(r"[-_\s]", "", name).casefold()
