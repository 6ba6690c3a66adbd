"""The biome of a sweep as text: everything that its points are made from.

It keeps rhythms and chains apart from the icons, unlike a composed biome, so that their
numbers can be swept, too.
"""

from __future__ import annotations

import json

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.evolution import METHODS_OF_OPTION, Evolution
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.rhythms.rhythm import Rhythm
from spacewheat_sim.engine.compile import CompiledBiome, compile_biome
from spacewheat_sim.engine.world.content_text import content_of, text_of
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.jsonio import canonical_json


def content_text(compiled: CompiledBiome) -> str:
    """Return a biome with all shared icons of its emojis, and all rhythms."""
    registry = compiled.registry
    keys = compiled.biome.emoji_keys
    icons = [icon for key in keys for icon in registry.all_of(key)]
    return canonical_json(
        {
            "biome": text_of(compiled.biome),
            "icons": [text_of(icon) for icon in icons],
            "rhythms": [
                [name, text_of(rhythm)] for name, rhythm in registry.rhythms.items()
            ],
        }
    )


def read_content(text: str) -> CompiledBiome:
    """Return the biome of :func:`content_text`, compiled.

    Raises:
        ArgumentError: ``text`` is of no biome.
    """
    try:
        record = json.loads(text)
        rhythms = {
            name: content_of(Rhythm, rhythm) for name, rhythm in record["rhythms"]
        }
        icons = [content_of(Icon, icon) for icon in record["icons"]]
        biome = _without_idle_options(content_of(Biome, record["biome"]))
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, ArgumentError):
            raise
        raise ArgumentError("The sweep's content.json is damaged") from None
    return compile_biome(biome, IconRegistry(icons, rhythms))


def _without_idle_options(biome: Biome) -> Biome:
    """Return ``biome`` with only those options named that its method has.

    Its text names the defaults of all, which is an error in what an author writes, and
    so in a copy with another number.
    """
    own = biome.evolution
    used = {
        option: getattr(own, option)
        for option, methods in METHODS_OF_OPTION.items()
        if own.method in methods and getattr(own, option) is not None
    }
    evolution = Evolution.model_validate({"method": own.method, **used})
    return biome.model_copy(update={"evolution": evolution})
