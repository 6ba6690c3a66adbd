"""A pack of icons and biomes, ready to make baths."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from spacewheat_sim.content.packs.library import Library
from spacewheat_sim.content.packs.pack import Pack, given_packs, open_pack
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.engine.compile import CompiledBiome, compile_biome
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.plain_values import shown


@dataclass(frozen=True)
class LoadedPack:
    """A pack whose icons come before all others.

    Attributes:
        pack: Its folder and name.
    """

    pack: Pack

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self.pack.name

    @property
    def biomes(self) -> tuple[str, ...]:
        """The names of its biomes."""
        return tuple(entry.key for entry in self.pack.biomes)

    @property
    def icons(self) -> IconRegistry:
        """A copy of its icons, with those that it does not replace.

        Raises:
            ContentError: A file of icons is invalid.
        """
        return self._library.registry()

    def load_biome(self, name_or_path: str | Path) -> CompiledBiome:
        """Return a biome, of the pack or another, compiled with the pack's icons.

        Raises:
            UnknownNameError: No biome has this name.
            ContentError: Its file, or a file of icons, is broken.
        """
        return compile_biome(*self._library.open(name_or_path))

    @property
    def _library(self) -> Library:
        return Library((self.pack, *given_packs()))


def load_pack(path: str | Path) -> LoadedPack:
    """Return the pack in a folder that has ``icons/``, ``biomes/`` or both.

    Raises:
        ArgumentError: Not a path; or there is no such folder, or it is no pack.
        ContentError: A file of its icons is invalid; the error lists every problem.
    """
    if not isinstance(path, str | Path):
        raise ArgumentError(
            f"Argument `path` must be the folder of a pack, but is {shown(path)}"
        )
    pack = LoadedPack(open_pack(path))
    _ = pack.icons
    return pack
