"""Finds biomes by name and reads them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.folders import SUFFIXES, content_folder, show_path
from spacewheat_sim.content.problems import ContentError, raise_errors
from spacewheat_sim.content.reading import Reader
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.yaml_loader import load_yaml
from spacewheat_sim.errors import UnknownNameError

_NAME_LINE = re.compile(r"""^name:[ \t]*["']?(.*?)["']?[ \t]*(?:#.*)?$""", re.MULTILINE)


@dataclass(frozen=True)
class BiomeEntry:
    """A biome that can be loaded.

    Attributes:
        key: The stem of its file, by which it is loaded.
        name: The name that it gives itself, or the key.
        path: Its file.
    """

    key: str
    name: str
    path: Path


def list_biomes(folders: Iterable[Path] | None = None) -> tuple[BiomeEntry, ...]:
    """Return the biomes directly in ``folders``, the built-in ones by default.

    The files are not validated, so that one broken file hides no other.
    """
    places = [content_folder("biomes")] if folders is None else folders
    files = sorted(
        path
        for folder in places
        for path in Path(folder).glob("*")
        if path.suffix in SUFFIXES
    )
    return tuple(BiomeEntry(path.stem, _given_name(path), path) for path in files)


def find_biome(name: str, folders: Iterable[Path] | None = None) -> BiomeEntry:
    """Return the biome called ``name`` by its file's stem or by its own name.

    Case, hyphens, underscores and blanks make no difference.

    Raises:
        UnknownNameError: There is no such biome; the message offers the nearest.
    """
    entries = list_biomes(folders)
    for label in ("key", "name"):
        for entry in entries:
            if _plain(getattr(entry, label)) == _plain(name):
                return entry
    raise UnknownNameError(
        "biome", name, [entry.key for entry in entries]
    )


def read_biome(
    name_or_path: str | Path,
    registry: IconRegistry | None = None,
    folders: Iterable[Path] | None = None,
) -> Biome:
    """Return the biome of that name, or in that file.

    Args:
        name_or_path: A name as :func:`find_biome` takes it, or a path, which is a
            ``Path`` object or has a folder or a YAML suffix in it.
        registry: Icons whose names help to suggest an emoji in reports.
        folders: Where names are looked up; the built-in biomes by default.

    Raises:
        UnknownNameError: No biome has this name.
        ContentError: The file is missing or broken; every problem is in it.
    """
    path = _as_path(name_or_path) or find_biome(str(name_or_path), folders).path
    names = registry.emoji_names() if registry is not None else {}
    reader = Reader(load_yaml(path, show_path(path)), names)
    authored = reader.biome_file()
    raise_errors(reader.problems)
    if authored is None:
        raise ContentError(reader.problems)
    return Biome.model_validate({**dict(authored), "key": path.stem, "source": path})


def _as_path(name_or_path: str | Path) -> Path | None:
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
