"""Which emojis of the original's biomes share an axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spacewheat_sim.content.importing.source import Part
from spacewheat_sim.emoji import canonical_emoji

Pair = tuple[str, str]


@dataclass(frozen=True)
class AxesOfBiomes:
    """The axes of some biomes.

    Attributes:
        biomes: Pairs of emojis, as they are shown, of each.
    """

    biomes: Sequence[tuple[Pair, ...]]

    @property
    def pairs(self) -> list[dict[str, str]]:
        """The axes of all, as a biome's file has them."""
        return [
            {"north": north, "south": south}
            for pairs in self.biomes
            for north, south in pairs
        ]

    def only(self, position: int) -> AxesOfBiomes:
        """Return the axes of one biome."""
        return AxesOfBiomes([self.biomes[position]])

    def share(self, one: str, other: str) -> bool:
        """Return whether two emojis are the poles of one axis anywhere."""
        wanted = {canonical_emoji(one), canonical_emoji(other)}
        return any(
            {canonical_emoji(north), canonical_emoji(south)} == wanted
            for pairs in self.biomes
            for north, south in pairs
        )


def axes_of(biome: Part) -> tuple[Pair, ...]:
    """Return the axes of a biome: its emojis, two by two."""
    value = biome.value.get("emojis") if isinstance(biome.value, dict) else None
    if not isinstance(value, list):
        biome.lose("has no list of emojis")
        return ()
    emojis = [str(emoji) for emoji in value]
    if len(emojis) % 2:
        biome.at("emojis").at(len(emojis) - 1).lose(
            f"{emojis[-1]} has no other pole: emojis come in pairs"
        )
        emojis.pop()
    return tuple(zip(emojis[::2], emojis[1::2], strict=True))
