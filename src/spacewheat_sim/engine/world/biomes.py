"""Which biomes a world is made of, under which names, and with which icons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.packs.library import Library, OpenedBiome
from spacewheat_sim.content.packs.pack import distinct
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


def opened(
    biomes: Sequence[BiomeLike], registry: IconRegistry | None
) -> tuple[tuple[Biome, ...], IconRegistry]:
    """Return what was authored, and a copy of the icons that the biomes share.

    These are the icons of ``registry``, or those that each biome runs with by itself.
    A name or path given twice is read once.

    Raises:
        UnknownNameError: no biome has this name.
        ContentError: a file is missing or broken.
        ArgumentError: two biomes have different icons for an emoji of both.
    """
    if registry is not None:
        checked_instance(registry, IconRegistry, "registry")
    library = Library()
    read: dict[str | Path | int, OpenedBiome] = {}
    found = []
    for biome in biomes:
        key = biome if isinstance(biome, str | Path) else id(biome)
        if key not in read:
            read[key] = _opened(biome, registry, library)
        found.append(read[key])
    return tuple(each.biome for each in found), _joined(list(read.values()), registry)


def _opened(
    biome: BiomeLike, registry: IconRegistry | None, library: Library
) -> OpenedBiome:
    if isinstance(biome, str | Path):
        return library.open(biome, registry)
    if isinstance(biome, CompiledBiome):
        return OpenedBiome(biome.biome, biome.registry)
    return OpenedBiome(biome, registry or library.registry(biome.source))


def _joined(
    biomes: Sequence[OpenedBiome], registry: IconRegistry | None
) -> IconRegistry:
    """Return the icons of all biomes in one registry.

    Raises:
        ArgumentError: two of them have different icons for an emoji of both.
    """
    sources = [each.registry for each in biomes]
    if registry is not None:
        sources.insert(0, registry)
    first = list(sources[0])
    if all(each is sources[0] or list(each) == first for each in sources):
        return sources[0].copy()
    joined = IconRegistry()
    if registry is not None:
        joined = registry.copy()
    users = dict.fromkeys(joined, "the registry given")
    for biome, icons in biomes:
        replaced = {icon.key for icon in biome.icons if not icon.extends}
        used = [key for key in biome.emoji_keys if key not in replaced]
        for icon in (icon for key in used for icon in icons.all_of(key)):
            other = joined.get(icon.emoji, icon.layer)
            if other is not None and other != icon:
                raise ArgumentError(
                    "All biomes of a world share one set of icons, but "
                    f"{biome.key or biome.name} has another icon of {icon.emoji} than "
                    f"{users[other]}; give the world a registry, or one of the biomes "
                    "an icon of its own"
                )
            if other is None:
                joined.replace(icon)
                users[icon] = biome.key or biome.name
    for icon in (icon for source in sources for icon in source):
        if icon.key not in joined:
            joined.replace(icon)
    joined.packs = distinct(pack for source in sources for pack in source.packs)
    return joined


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
