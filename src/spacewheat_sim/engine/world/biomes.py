"""Which biomes a world is made of, under which names, and with which icons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.files import read_biome
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.engine.bath.arguments import checked_instance, checked_items
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.plain_values import shown

BiomeLike = str | Path | Biome | CompiledBiome


def checked_biomes(biomes: Iterable[BiomeLike]) -> tuple[BiomeLike, ...]:
    """Return ``biomes`` as a tuple.

    Raises:
        ArgumentError: a single biome instead of several, none at all, or something
            that is no biome.
    """
    if isinstance(biomes, BiomeLike):
        it = shown(biomes) if isinstance(biomes, str | Path) else "a biome"
        raise ArgumentError(
            f"Argument `biomes` must be a list of biomes, but is {it}; put it in []"
        )
    given = checked_items(biomes, "biomes", "names, paths or biomes")
    for biome in given:
        if not isinstance(biome, BiomeLike) or biome == "":
            raise ArgumentError(
                "Argument `biomes` must hold names, paths or biomes, but has "
                f"{shown(biome)}"
            )
    if not given:
        raise ArgumentError("Argument `biomes` must name at least one biome")
    return given


def own_icons(
    biomes: Sequence[BiomeLike], registry: IconRegistry | None
) -> IconRegistry:
    """Return a copy of the icons that ``biomes`` share.

    They are those of ``registry``, or of the compiled biomes, or the built-in ones.

    Raises:
        ArgumentError: a compiled biome has other icons than the rest.
    """
    sources = []
    if registry is not None:
        sources.append(checked_instance(registry, IconRegistry, "registry"))
    sources += [b.registry for b in biomes if isinstance(b, CompiledBiome)]
    if not sources:
        return IconRegistry.builtin()
    icons = list(sources[0])
    for other in sources[1:]:
        if other is not sources[0] and list(other) != icons:
            raise ArgumentError(
                "All biomes of a world share one set of icons, but a compiled biome "
                "has others; compile them with one registry, or give them uncompiled"
            )
    return IconRegistry(icons)


def authored_biomes(
    biomes: Iterable[BiomeLike], registry: IconRegistry
) -> tuple[Biome, ...]:
    """Return what was authored; a name or path given twice is read once.

    Raises:
        UnknownNameError: no biome has this name.
        ContentError: a file is missing or broken.
    """
    read: dict[str | Path, Biome] = {}
    authored = []
    for biome in biomes:
        if isinstance(biome, str | Path):
            if biome not in read:
                read[biome] = read_biome(biome, registry)
            authored.append(read[biome])
        else:
            authored.append(biome.biome if isinstance(biome, CompiledBiome) else biome)
    return tuple(authored)


def bath_names(biomes: Iterable[Biome]) -> Iterator[str]:
    """Yield a name per biome: its key, numbered from the second of a key on."""
    taken: set[str] = set()
    count: dict[str, int] = {}
    for biome in biomes:
        key = biome.key or biome.name
        name = key
        while name in taken:
            count[key] = count.get(key, 1) + 1
            name = f"{key}-{count[key]}"
        taken.add(name)
        yield name
