"""How large a biome is, known without its physics."""

from __future__ import annotations


def emoji_count(biome: str) -> int:
    """Return how many emojis a biome has.

    Raises:
        UnknownNameError, ContentError: there is no such biome, or its file is broken.
    """
    from spacewheat_sim.content.files import read_biome
    from spacewheat_sim.content.registry import IconRegistry

    return len(read_biome(biome, IconRegistry.builtin()).emojis)
