"""The size of a biome, without loading its physics."""

from __future__ import annotations


def emoji_count(biome: str) -> int:
    """Return the number of emojis of a biome.

    Raises:
        UnknownNameError, ContentError: there is no such biome, or its file is invalid.
    """
    from spacewheat_sim.content.packs.library import open_biome

    return len(open_biome(biome).biome.members)
