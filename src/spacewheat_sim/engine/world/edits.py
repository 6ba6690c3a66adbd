"""Edits of what the baths of a world are made of, while they run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from spacewheat_sim.choices import Method
from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.fields import MAX_WEIGHT
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.numbers.biome import BiomeNumbers
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.rhythms.rhythm import Rhythm
from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.engine.bath.longest_step import check_step
from spacewheat_sim.engine.bath.running.growth import check_leaving, grown
from spacewheat_sim.engine.bath.state import carried_over
from spacewheat_sim.engine.compile import compile_biome
from spacewheat_sim.engine.world.baths import WorldBaths
from spacewheat_sim.engine.world.group import BiomeGroup
from spacewheat_sim.errors import ArgumentError, UnknownNameError
from spacewheat_sim.quantum.evolution import FRESH_CLOCK, ActiveSet


def edit_icon(baths: WorldBaths, icon: Icon) -> tuple[str, ...]:
    """Put ``icon`` among the shared ones; return which baths it acts in.

    Raises:
        ArgumentError: it is too fast for a step; nothing was changed.
    """
    affected = [group for group in baths.groups if group.uses(icon)]
    return _edit_shared(baths, affected, lambda registry: registry.replace(icon))


def edit_rhythm(baths: WorldBaths, name: str, rhythm: Rhythm) -> tuple[str, ...]:
    """Put ``rhythm`` among the shared ones; return which baths it acts in.

    Raises:
        ArgumentError: the name is none, or it is too fast for a step; nothing was
            changed.
    """
    affected = [group for group in baths.groups if group.follows(name)]
    return _edit_shared(
        baths, affected, lambda registry: registry.replace_rhythm(name, rhythm)
    )


def set_weight(baths: WorldBaths, name: str, layer: str, weight: float) -> None:
    """Give a layer another weight in the biome of a bath.

    Raises:
        ArgumentError: a negative weight, no icon of the biome in this layer, or
            the next step could not be taken; nothing was changed.
    """
    biome = baths.biomes[name]
    icons = (*baths.shared.registry, *biome.icons)
    known = {icon.layer for icon in icons if icon.key in biome.emoji_keys}
    if layer not in known:
        raise UnknownNameError("layer", layer, known, f"of the icons of {name}")
    if not 0.0 <= weight <= MAX_WEIGHT:
        raise ArgumentError(
            f"The weight of a layer must be at least 0 and finite, but is {weight}"
        )
    layers = {**biome.layers, layer: float(weight)}
    edit_biome(baths, name, biome.model_copy(update={"layers": layers}))


def edit_number(
    baths: WorldBaths, name: str, path: str, value: float
) -> tuple[str, ...]:
    """Put ``value`` at a path of the biome of a bath; return which baths it is in.

    A number of a shared icon or rhythm is the same in all biomes that use it.

    Raises:
        ArgumentError: there is no such number, it decides a beginning only, the
            value may not stand there, or it is too fast for a step; nothing was
            changed.
    """
    biome, registry = baths.biomes[name], baths.shared.registry
    first = path.split(".", maxsplit=1)[0]
    if first in ("initial", "markov"):
        raise ArgumentError(f"{path} decides how {name} begins, and it runs already")
    changed = BiomeNumbers(biome, registry).put(path, value)
    if changed.biome is not biome:
        edit_biome(baths, name, changed.biome)
        return (name,)
    for icon in changed.registry:
        if registry.get(icon.emoji, icon.layer) != icon:
            return edit_icon(baths, icon)
    for called, rhythm in changed.registry.rhythms.items():
        if registry.rhythms[called] != rhythm:
            return edit_rhythm(baths, called, rhythm)
    return ()


def edit_biome(baths: WorldBaths, name: str, content: Biome) -> Method:
    """Put ``content`` in place of the biome of a bath; return its method.

    Emojis and axes may join and leave as in
    :meth:`spacewheat_sim.QuantumBath.replace_operators`.

    Raises:
        ArgumentError: what leaves is still there, it is of another kind, or it is
            too fast for a step; nothing was changed.
    """
    before, bath = baths.biomes[name], baths.baths[name]
    biome = _renamed(content, before)
    compiled = compile_biome(biome, baths.shared.registry)
    old = bath.operators
    check_leaving(old, compiled.operators, bath.populations())
    options = compiled.options()
    check_step(compiled.operators, options, baths.dt)
    baths.rebuild()
    state = carried_over(bath.state, options.method, bath.rng)
    goes_on, left = options.method == bath.method, baths.leave(name)
    left = grown(replace(left, states=state[None]), old, compiled.operators)
    active: tuple[ActiveSet, ...] = ()
    if options.active_threshold is not None:
        size = compiled.operators.dimension
        active = left.active or (ActiveSet.empty(size),)
    baths.join(
        name,
        compiled,
        replace(
            left,
            clocks=left.clocks if goes_on else np.array([FRESH_CLOCK]),
            active=active,
        ),
    )
    return options.method


def _edit_shared(
    baths: WorldBaths,
    affected: list[BiomeGroup],
    edit: Callable[[IconRegistry], None],
) -> tuple[str, ...]:
    """Edit what all biomes share; return the baths of the groups that it acts in."""
    registry = baths.shared.registry
    tried = registry.copy()
    edit(tried)
    for group in affected:
        group.check_icons(tried, baths.dt)
    edit(registry)
    for group in affected:
        group.is_edited = True
    return tuple(name for group in affected for name in group.baths)


def _renamed(content: Biome, before: Biome) -> Biome:
    """Return ``content`` under the name and the spelling that a bath goes by."""
    name = before.key or before.name
    key = before.key if name == (before.key or content.name) else name
    known = dict(zip(before.emoji_keys, before.members, strict=True))

    def spelled(emoji: str) -> str:
        return known.get(canonical_emoji(emoji), emoji)

    axes = tuple(
        axis.model_copy(
            update={"north": spelled(axis.north), "south": spelled(axis.south)}
        )
        for axis in content.register_axes
    )
    emojis = tuple(map(spelled, content.emojis))
    return content.model_copy(
        update={"key": key, "emojis": emojis, "register_axes": axes}
    )
