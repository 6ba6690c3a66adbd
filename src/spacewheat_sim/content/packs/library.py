"""Where content is looked for: in the packs given, then in what is built in."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.entries import (
    ContentEntry,
    as_path,
    find_entry,
)
from spacewheat_sim.content.packs.biome_file import read_biome_file
from spacewheat_sim.content.packs.pack import (
    Pack,
    builtin_pack,
    distinct,
    given_packs,
    pack_around,
)
from spacewheat_sim.content.problems import ContentError
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.rhythms.rhythm import Rhythm


class OpenedBiome(NamedTuple):
    """A biome that was read, and the shared icons that it runs with."""

    biome: Biome
    registry: IconRegistry


class Library:
    """Packs, the most important first, and the built-in content after them.

    A biome uses the icons of its own pack before those of the packs given, and these
    before the built-in ones. A built-in biome comes after all packs, which may so
    replace its icons.

    Args:
        packs: The packs given; by default those that ``SPACEWHEAT_PACKS`` names.

    Attributes:
        packs: All of them, with the built-in content at the end.

    Raises:
        ArgumentError: ``SPACEWHEAT_PACKS`` names something that is no pack.
    """

    def __init__(self, packs: Iterable[Pack] | None = None) -> None:
        given = given_packs() if packs is None else packs
        self.packs = distinct((*given, builtin_pack()))
        self._registries: dict[tuple[Path, ...], IconRegistry] = {}

    @cached_property
    def biomes(self) -> tuple[ContentEntry, ...]:
        """All biomes."""
        return tuple(entry for pack in self.packs for entry in pack.biomes)

    @cached_property
    def scenarios(self) -> tuple[ContentEntry, ...]:
        """All scenarios."""
        return tuple(entry for pack in self.packs for entry in pack.scenarios)

    @cached_property
    def challenges(self) -> tuple[ContentEntry, ...]:
        """All challenges."""
        return tuple(entry for pack in self.packs for entry in pack.challenges)

    @cached_property
    def rhythms(self) -> dict[str, Rhythm]:
        """All rhythms; none where a file of icons is invalid."""
        try:
            return self.registry().rhythms
        except ContentError:
            return {}

    def find(self, name_or_path: str | Path, *, scenarios: bool = False) -> Path:
        """Return the file of a biome, or also of a scenario, by its name or path.

        Raises:
            UnknownNameError: There is none of this name; the message suggests the
                nearest.
        """
        known = (*self.biomes, *(self.scenarios if scenarios else ()))
        path = as_path(name_or_path)
        return path or find_entry("biome", str(name_or_path), known).path

    def find_challenge(self, name_or_path: str | Path) -> Path:
        """Return the file of a challenge, by its name or path.

        Raises:
            UnknownNameError: There is none of this name; the message suggests the
                nearest.
        """
        path = as_path(name_or_path)
        name = str(name_or_path)
        return path or find_entry("challenge", name, self.challenges).path

    def registry(self, file: Path | None = None) -> IconRegistry:
        """Return a copy of the icons that the biome in ``file`` runs with.

        Raises:
            ContentError: A file of icons is invalid; the error lists every problem.
        """
        return self._shared(file).copy()

    def open(
        self, name_or_path: str | Path, registry: IconRegistry | None = None
    ) -> OpenedBiome:
        """Read the biome of that name, or in that file.

        Args:
            name_or_path: A name; or a path, which is a ``Path`` object or has a folder
                or a YAML suffix in it.
            registry: The shared icons, instead of those of the packs.

        Raises:
            UnknownNameError: No biome has this name.
            ContentError: Its file, or a file of icons, is missing or invalid.
        """
        path = self.find(name_or_path)
        icons = self._shared(path) if registry is None else registry
        authored = read_biome_file(path, icons)
        return OpenedBiome(authored, icons)

    def _shared(self, file: Path | None) -> IconRegistry:
        """Return the icons that the biome in ``file`` runs with, read once."""
        packs = self._packs_of(file)
        key = tuple(pack.path for pack in packs)
        if key not in self._registries:
            self._registries[key] = IconRegistry.load_packs(reversed(packs))
        return self._registries[key]

    def _packs_of(self, file: Path | None) -> tuple[Pack, ...]:
        own = None if file is None else pack_around(file)
        if own is None or own == self.packs[-1]:
            return self.packs
        return distinct((own, *self.packs))


def open_biome(name_or_path: str | Path) -> OpenedBiome:
    """Return the biome of that name or path, with the shared icons it runs with.

    Raises:
        UnknownNameError: No biome has this name.
        ContentError: Its file, or a file of icons, is missing or invalid.
        ArgumentError: ``SPACEWHEAT_PACKS`` names something that is no pack.
    """
    return Library().open(name_or_path)
