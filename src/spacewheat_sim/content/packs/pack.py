"""A pack: a folder with icons, biomes, or both."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from spacewheat_sim.content.entries import ContentEntry, list_entries
from spacewheat_sim.content.folders import content_folder, is_folder, yaml_files
from spacewheat_sim.errors import ArgumentError

BUILTIN = "built-in"
VARIABLE = "SPACEWHEAT_PACKS"
"""The environment variable that names packs, separated as in ``PATH``."""


@dataclass(frozen=True)
class Pack:
    """A folder that holds ``icons/``, ``biomes/``, or both.

    Attributes:
        path: The folder, absolute.
        name: What listings call it: the folder's name.
    """

    path: Path
    name: str

    @property
    def icon_folder(self) -> Path:
        """Where its icons are."""
        return self.path / "icons"

    @property
    def biome_folder(self) -> Path:
        """Where its biomes are."""
        return self.path / "biomes"

    @property
    def icon_files(self) -> tuple[Path, ...]:
        """All files of its icons, sorted."""
        return yaml_files([self.icon_folder]) if is_folder(self.icon_folder) else ()

    @cached_property
    def biomes(self) -> tuple[ContentEntry, ...]:
        """Its biomes; broken files do not matter."""
        return list_entries([self.biome_folder], self.name)

    @cached_property
    def scenarios(self) -> tuple[ContentEntry, ...]:
        """Its scenarios of the lab."""
        return list_entries([self.biome_folder / "lab"], self.name)

    @cached_property
    def challenges(self) -> tuple[ContentEntry, ...]:
        """Its challenges."""
        return list_entries([self.biome_folder / "challenges"], self.name)


def builtin_pack() -> Pack:
    """Return the content that comes with the project, as a pack."""
    return Pack(content_folder("icons").parent, BUILTIN)


def open_pack(path: Path | str) -> Pack:
    """Return the pack in the folder ``path``.

    Raises:
        ArgumentError: There is no such folder, or it has neither icons nor biomes.
    """
    if not os.fspath(path):
        raise ArgumentError("the path of a pack cannot be empty")
    folder = Path(os.path.abspath(path))  # noqa: PTH100 -- links keep their names
    if not is_folder(folder):
        if os.path.lexists(folder):
            raise ArgumentError(
                f"{path} is a file; a pack is a folder with icons/, biomes/ or both"
            )
        raise ArgumentError(f"There is no folder {path} to be a pack")
    if not any(is_folder(folder / part) for part in ("icons", "biomes")):
        raise ArgumentError(
            f"The folder {path} has neither icons/ nor biomes/, so it is no pack"
        )
    builtin = builtin_pack()
    return builtin if _same(folder, builtin.path) else Pack(folder, folder.name)


def pack_around(file: Path) -> Pack | None:
    """Return the pack that a biome's file lies in: beside its folders, or in biomes/.

    Without one, the biome knows the built-in icons alone.
    """
    try:
        place = file.resolve()
    except (OSError, RuntimeError):  # RuntimeError: links in a circle
        return None
    for folder in place.parents:
        inside = place.relative_to(folder).parts
        if len(inside) == 1 and is_folder(folder / "icons"):
            return open_pack(folder)
        if len(inside) > 1 and inside[0] == "biomes":
            return open_pack(folder)
    return None


def pack_with_icons(file: Path) -> Pack | None:
    """Return the pack in whose ``icons/`` a file lies, or None."""
    for folder in file.absolute().parents:
        if folder.name == "icons":
            return open_pack(folder.parent)
    return None


def given_packs(text: str | None = None) -> tuple[Pack, ...]:
    """Return the packs that the environment names, the most important first.

    Args:
        text: Paths, separated as in ``PATH``; by default the variable's value.

    Raises:
        ArgumentError: One of them is no pack.
    """
    named = os.environ.get(VARIABLE, "") if text is None else text
    return distinct(open_pack(path) for path in named.split(os.pathsep) if path)


def distinct(packs: Iterable[Pack]) -> tuple[Pack, ...]:
    """Return ``packs`` in order, each folder once."""
    found: dict[Path, Pack] = {}
    for pack in packs:
        found.setdefault(pack.path.resolve(), pack)
    return tuple(found.values())


def _same(folder: Path, other: Path) -> bool:
    return folder.resolve() == other.resolve()
