"""Which biomes a world is made of, under which names, and with which icons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.packs.library import Library, OpenedBiome
from spacewheat_sim.content.packs.pack import distinct
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.resolved_icons import resolve_icons
from spacewheat_sim.content.rhythms.references import rhythm_names
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

    These are the icons of ``registry``, or those that each biome runs with by itself; a
    biome made in Python runs with those of the first that is compiled. A name or path
    given twice is read once.

    Raises:
        UnknownNameError: no biome has this name.
        ContentError: a file is missing or broken.
        ArgumentError: two biomes have different icons for an emoji of both.
    """
    if registry is not None:
        checked_instance(registry, IconRegistry, "registry")
    library = Library()
    given = [] if registry is None else [registry]
    given += [b.registry for b in biomes if isinstance(b, CompiledBiome)]
    read: dict[str | Path | int, OpenedBiome] = {}
    found = []
    for biome in biomes:
        key = biome if isinstance(biome, str | Path) else id(biome)
        if key not in read:
            if isinstance(biome, str | Path):
                read[key] = library.open(biome, registry)
            elif isinstance(biome, CompiledBiome):
                read[key] = OpenedBiome(biome.biome, biome.registry)
            else:
                icons = given[0] if given else library.registry(biome.source)
                read[key] = OpenedBiome(biome, icons)
        found.append(read[key])
    return tuple(each.biome for each in found), _joined(list(read.values()), registry)


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
    first = sources[0]
    if all(each is first or _same(each, first) for each in sources):
        return first.copy()
    joined = IconRegistry() if registry is None else registry.copy()
    used = [
        icon
        for biome, icons in biomes
        for icon in _icons_of(biome, icons)
        if icons.get(icon.emoji, icon.layer) is icon
    ]
    for icon in (*used, *(icon for source in sources for icon in source)):
        if joined.get(icon.emoji, icon.layer) is None:
            joined.replace(icon)
    for source in sources:
        joined.rhythms = {**source.rhythms, **joined.rhythms}
    joined.packs = distinct(pack for source in sources for pack in source.packs)
    for biome, icons in biomes:
        if not _acts_alike(biome, icons, joined):
            raise ArgumentError(
                "All biomes of a world share one set of icons, but "
                f"{biome.key or biome.name} has other icons or rhythms than the rest; "
                "give the world a registry, or the biome icons of its own"
            )
    return joined


def _same(registry: IconRegistry, other: IconRegistry) -> bool:
    return list(registry) == list(other) and registry.rhythms == other.rhythms


def _icons_of(biome: Biome, registry: IconRegistry) -> list[Icon]:
    """Return the icons that act in a biome, its own ones included."""
    resolved = resolve_icons(biome, registry).values()
    return [icon for each in resolved for icon, weight in each.parts if weight > 0.0]


def _acts_alike(biome: Biome, registry: IconRegistry, other: IconRegistry) -> bool:
    """Return whether the same icons and rhythms act in a biome under both."""
    icons = _icons_of(biome, registry)
    names = {name for icon in icons for _, name in rhythm_names(icon)}
    return icons == _icons_of(biome, other) and all(
        registry.rhythms.get(name) == other.rhythms.get(name) for name in names
    )


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
