"""Writes numbers of a biome and its icons into the files that they stand in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.folders import content_folder, yaml_files
from spacewheat_sim.content.numbers.biome import OF_BIOME, RHYTHMS
from spacewheat_sim.content.packs.pack import given_packs, pack_around
from spacewheat_sim.content.problems import KeyPath
from spacewheat_sim.content.yaml.editing import number_spans, with_numbers
from spacewheat_sim.content.yaml.loader import load_yaml
from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.interrupts import uninterrupted
from spacewheat_sim.jsonio import write_atomically

Places = dict[Path, dict[KeyPath, float]]


def write_numbers(biome: Biome, changes: Mapping[str, float]) -> tuple[Path, ...]:
    """Write new numbers by path into the files of a biome; return the files.

    The first file that has a number is changed: the biome's own, then those of its
    pack, of other packs, and the built-in ones, which only a built-in biome changes.
    Either all numbers are written or none.

    Raises:
        ArgumentError: a number stands in no file, as where it is a default; or in a
            built-in one, and the biome is none of those.
    """
    places: Places = {}
    for path, value in changes.items():
        file, key_path = _place(biome, path)
        _check_owner(biome, path, file)
        places.setdefault(file, {})[key_path] = value
    texts = {file: with_numbers(file.read_bytes(), own) for file, own in places.items()}
    _write_all(texts)
    return tuple(places)


@uninterrupted
def _write_all(texts: Mapping[Path, bytes]) -> None:
    """Write all files, or leave them as they are."""
    olds: dict[Path, bytes] = {}
    try:
        for file, text in texts.items():
            old = file.read_bytes()
            write_atomically(file, text)
            olds[file] = old
    except OSError:
        for file, old in olds.items():
            write_atomically(file, old)
        raise


def _place(biome: Biome, path: str) -> tuple[Path, KeyPath]:
    """Return the file and the key path of a number."""
    files = _files(biome)
    for file in files:
        for key_path in _key_paths(load_yaml(file).data, path):
            if key_path in number_spans(file.read_text(encoding="utf-8-sig")):
                return file, key_path
    looked = ", ".join(str(file) for file in files[:1]) or "any file"
    raise ArgumentError(
        f"{path} is written in no file, so that it cannot be changed there: write it "
        f"into {looked} first"
    )


def _check_owner(biome: Biome, path: str, file: Path) -> None:
    """Refuse to change what is built in, and with it other biomes, for one's own."""
    shared = content_folder("icons")
    source = biome.source
    if not file.is_relative_to(shared) or source is None:
        return
    if source.resolve().is_relative_to(content_folder("biomes")):
        return
    owner = path.partition(".")[0]
    where = f"`icons:` of {source}"
    if owner == RHYTHMS:
        where = f"a pack around {source}"
    raise ArgumentError(
        f"{path} stands in the built-in {file}, which other biomes read: nothing was "
        f"written. Copy what it is part of into {where}, and its number is written "
        "there"
    )


def _files(biome: Biome) -> list[Path]:
    """Return the files in which numbers of a biome can stand, the first that counts."""
    found = [] if biome.source is None else [biome.source]
    folders = [pack.path for pack in given_packs()]
    if biome.source is not None and (own := pack_around(biome.source)) is not None:
        folders.insert(0, own.path)
    icons = [folder / "icons" for folder in folders]
    for folder in (*icons, content_folder("icons")):
        if folder.is_dir():
            found += yaml_files([folder])
    return list(dict.fromkeys(found))


def _key_paths(data: Any, path: str) -> Iterator[KeyPath]:
    """Yield where a number of this path would stand in the data of a file."""
    if not isinstance(data, dict):
        return
    first, *rest = (canonical_emoji(part) for part in path.split("."))
    tail: KeyPath = tuple(int(part) if part.isdigit() else part for part in rest)
    ends: tuple[KeyPath, ...] = (tail, (*tail, "rate"))
    if first in (*OF_BIOME, RHYTHMS):
        yield (first, *tail)
        return
    for place, icon in enumerate(data.get("icons") or ()):
        if isinstance(icon, dict) and canonical_emoji(str(icon.get("emoji"))) == first:
            for end in ends:
                yield ("icons", place, *end)
