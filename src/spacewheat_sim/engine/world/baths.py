"""All baths of a world, those of each biome kept and stepped as one batch."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Self

import numpy as np

from spacewheat_sim.choices import Method
from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.fields import MAX_WEIGHT
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.numbers.biome import BiomeNumbers
from spacewheat_sim.content.resolved_icons import resolve_icons
from spacewheat_sim.content.rhythms.rhythm import Rhythm
from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.engine.bath import signals
from spacewheat_sim.engine.bath.arguments import checked_seconds
from spacewheat_sim.engine.bath.bath import QuantumBath
from spacewheat_sim.engine.bath.events import Evolved, Jumped
from spacewheat_sim.engine.bath.growth import check_leaving, grown
from spacewheat_sim.engine.bath.longest_step import check_step
from spacewheat_sim.engine.bath.state import BathState, carried_over
from spacewheat_sim.engine.compile import CompiledBiome, compile_biome
from spacewheat_sim.engine.world.content_text import biome_text
from spacewheat_sim.engine.world.group import BiomeGroup, SharedSettings
from spacewheat_sim.errors import ArgumentError, UnknownNameError
from spacewheat_sim.quantum.axis import AxisProjections, project_many
from spacewheat_sim.quantum.evolution import FRESH_CLOCK, ActiveSet


class WorldBaths:
    """Named baths that run in step.

    What becomes of a bath depends on no other: neither on how many there are of its
    biome, nor on what is done to them.

    Args:
        biomes: What each bath is made of, by its name.
        shared: What all baths share.
        dt: Length of a step in seconds.

    Attributes:
        dt: Length of a step in seconds.
        biomes: Read-only view of what each bath is made of. Equal ones are one object.
        baths: Read-only view of the baths by name.

    Raises:
        ArgumentError: ``dt`` is no time, or too long for a biome's method.
    """

    def __init__(
        self, biomes: Mapping[str, Biome], shared: SharedSettings, dt: float
    ) -> None:
        self._shared = shared
        self._biomes = _with_equal_ones_joined(biomes)
        self.biomes: Mapping[str, Biome] = MappingProxyType(self._biomes)
        members: dict[int, list[str]] = {}
        for name, biome in self._biomes.items():
            members.setdefault(id(biome), []).append(name)
        self.dt = checked_seconds(dt)
        compiled = [
            compile_biome(self._biomes[names[0]], shared.registry)
            for names in members.values()
        ]
        for each in compiled:
            check_step(each.operators, each.options(), self.dt)
        baths = _yet_to_move(biomes, shared)
        self.baths: Mapping[str, QuantumBath] = MappingProxyType(baths)
        self._groups = [
            BiomeGroup(each, shared, {name: baths[name] for name in names})
            for each, names in zip(compiled, members.values(), strict=True)
        ]

    # --- how it goes on -----------------------------------------------------------

    @property
    def time(self) -> float:
        """Game time in seconds."""
        return self._shared.clock.time

    def evolve(self) -> list[tuple[str, Jumped]]:
        """Step every bath; return the jumps, biome by biome, with the baths' names.

        Where it raises, some may have moved; the signals go out when the tick is done.
        """
        clock, dt = self._shared.clock, self.dt
        changes, time = clock.changes, clock.check(dt)
        self._rebuild()
        jumps: list[tuple[str, Jumped]] = []
        changes.is_stepping = True
        for group in self._groups:
            jumps += group.evolve(time, dt)
        changes.is_stepping = False
        clock.count(dt)
        for name, jump in jumps:
            changes.send(signals.bath_jumped, self.baths[name], jump)
        if signals.bath_evolved.receivers:
            for bath in self.baths.values():
                changes.send(signals.bath_evolved, bath, Evolved(clock.time, dt))
        return jumps

    def memory(self) -> list[Any]:
        """Return a copy of what a step changes; edited icons may act in it."""
        return [group.batch.memory() for group in self._groups]

    def recall(self, memory: list[Any]) -> None:
        """Be as one was when :meth:`memory` was called."""
        for group, each in zip(self._groups, memory, strict=True):
            group.batch.recall(each)

    def undo(self) -> Callable[[], None]:
        """Return what brings the baths, and what they are made of, back to now."""
        dt, biomes, groups = self.dt, dict(self._biomes), list(self._groups)
        parts = [group.undo() for group in groups]
        parts.append(self._shared.registry.undo())

        def take_back() -> None:
            self.dt, self._groups = dt, groups
            self._biomes.update(biomes)
            for part in parts:
                part()

        return take_back

    def project(self, biome: str, north: str, south: str) -> AxisProjections:
        """Return the projections of all baths of a biome; see :meth:`World.project`."""
        keys = {group.key for group in self._groups}
        if not isinstance(biome, str) or biome not in keys:
            raise UnknownNameError("biome", biome, keys, "in this world")
        groups = [group for group in self._groups if group.key == biome]
        blocks = [group.batch.axis_blocks(north, south) for group in groups]
        if len(blocks) == 1:
            return project_many(*blocks[0])
        rank = {name: i for i, name in enumerate(self.baths)}
        order = np.argsort([rank[name] for group in groups for name in group.baths])
        p_n, p_s, rho_ns = (np.concatenate(part) for part in zip(*blocks, strict=True))
        return project_many(p_n[order], p_s[order], rho_ns[order])

    def fork(self, shared: SharedSettings) -> Self:
        """Return baths that are as these are, under other shared settings."""
        return self._forked(shared, self._biomes)

    def fork_one(self, shared: SharedSettings, name: str) -> Self:
        """Return the only bath under another name, from which its stream follows."""
        (biome,) = self._biomes.values()
        return self._forked(shared, {name: biome.model_copy(update={"key": name})})

    def _forked(self, shared: SharedSettings, biomes: Mapping[str, Biome]) -> Self:
        """Return baths of ``biomes``, which are these ones in their order."""
        baths = _yet_to_move(biomes, shared)
        new = dict(zip(self._biomes, biomes, strict=True))
        groups = []
        for group in self._groups:
            names = [new[name] for name in group.baths]
            own = {name: baths[name] for name in names}
            groups.append(group.fork(shared, biomes[names[0]], own))
        forked, owned = copy.copy(self), dict(biomes)
        vars(forked).update(
            _shared=shared,
            _biomes=owned,
            biomes=MappingProxyType(owned),
            baths=MappingProxyType(baths),
            _groups=groups,
        )
        return forked

    # --- what commands do to it ---------------------------------------------------

    def edit_icon(self, icon: Icon) -> tuple[str, ...]:
        """Put ``icon`` among the shared ones; return which baths it acts in.

        Raises:
            ArgumentError: it is too fast for a step; nothing was changed.
        """
        affected = [group for group in self._groups if group.uses(icon)]
        icons = self._shared.registry.copy()
        icons.replace(icon)
        for group in affected:
            group.check_icons(icons, self.dt)
        self._shared.registry.replace(icon)
        for group in affected:
            group.is_edited = True
        return tuple(name for group in affected for name in group.baths)

    def edit_rhythm(self, name: str, rhythm: Rhythm) -> tuple[str, ...]:
        """Put ``rhythm`` among the shared ones; return which baths it acts in.

        Raises:
            ArgumentError: the name is none, or it is too fast for a step; nothing was
                changed.
        """
        registry = self._shared.registry.copy()
        registry.replace_rhythm(name, rhythm)
        affected = [group for group in self._groups if group.follows(name)]
        for group in affected:
            group.check_icons(registry, self.dt)
        self._shared.registry.replace_rhythm(name, rhythm)
        for group in affected:
            group.is_edited = True
        return tuple(name for group in affected for name in group.baths)

    def set_weight(self, name: str, layer: str, weight: float) -> None:
        """Give a layer another weight in the biome of a bath.

        Raises:
            ArgumentError: a negative weight, no icon of the biome in this layer, or
                the next step could not be taken; nothing was changed.
        """
        biome = self._biomes[name]
        icons = (*self._shared.registry, *biome.icons)
        known = {icon.layer for icon in icons if icon.key in biome.emoji_keys}
        if layer not in known:
            raise UnknownNameError("layer", layer, known, f"of the icons of {name}")
        if not 0.0 <= weight <= MAX_WEIGHT:
            raise ArgumentError(
                f"The weight of a layer must be at least 0 and finite, but is {weight}"
            )
        layers = {**biome.layers, layer: float(weight)}
        self.edit_biome(name, biome.model_copy(update={"layers": layers}))

    def edit_number(self, name: str, path: str, value: float) -> tuple[str, ...]:
        """Put ``value`` at a path of the biome of a bath; return which baths it is in.

        A number of a shared icon or rhythm is the same in all biomes that use it.

        Raises:
            ArgumentError: there is no such number, it decides a beginning only, the
                value may not stand there, or it is too fast for a step; nothing was
                changed.
        """
        biome, registry = self._biomes[name], self._shared.registry
        first = path.split(".", maxsplit=1)[0]
        if first in ("initial", "markov"):
            raise ArgumentError(
                f"{path} decides how {name} begins, and it runs already"
            )
        changed = BiomeNumbers(biome, registry).put(path, value)
        if changed.biome is not biome:
            self.edit_biome(name, changed.biome)
            return (name,)
        for icon in changed.registry:
            if registry.get(icon.emoji, icon.layer) != icon:
                return self.edit_icon(icon)
        for called, rhythm in changed.registry.rhythms.items():
            if registry.rhythms[called] != rhythm:
                return self.edit_rhythm(called, rhythm)
        return ()

    def edit_biome(self, name: str, content: Biome) -> Method:
        """Put ``content`` in place of the biome of a bath; return its method.

        Emojis and axes may join and leave as in
        :meth:`spacewheat_sim.QuantumBath.replace_operators`.

        Raises:
            ArgumentError: what leaves is still there, it is of another kind, or it is
                too fast for a step; nothing was changed.
        """
        before, bath = self._biomes[name], self.baths[name]
        biome = _renamed(content, before)
        compiled = compile_biome(biome, self._shared.registry)
        old = bath.operators
        check_leaving(old, compiled.operators, bath.populations())
        options = compiled.options()
        check_step(compiled.operators, options, self.dt)
        self._rebuild()
        state = carried_over(bath.state, options.method, bath.rng)
        goes_on, left = options.method == bath.method, self._leave(name)
        left = grown(replace(left, states=state[None]), old, compiled.operators)
        active: tuple[ActiveSet, ...] = ()
        if options.active_threshold is not None:
            size = compiled.operators.dimension
            active = left.active or (ActiveSet.empty(size),)
        self._join(
            name,
            compiled,
            replace(
                left,
                clocks=left.clocks if goes_on else np.array([FRESH_CLOCK]),
                active=active,
            ),
        )
        return options.method

    def value_of(self, name: str, emoji: str) -> float:
        """Return what one of ``emoji``, in canonical form, is worth in a bath."""
        icon = resolve_icons(self._biomes[name], self._shared.registry).get(emoji)
        return 1.0 if icon is None else icon.value

    def set_step(self, dt: float) -> float:
        """Let steps last ``dt`` seconds from now on; return it.

        Raises:
            ArgumentError: ``dt`` is no time, or too long for a biome's method; nothing
                was changed.
        """
        step = checked_seconds(dt)
        self._rebuild()
        for group in self._groups:
            check_step(group.batch.operators, group.batch.options, step)
        self.dt = step
        return step

    # --- where it is --------------------------------------------------------------

    def states(self) -> tuple[BathState, ...]:
        """Return where the baths of each biome are, in the order of the biomes."""
        return tuple(group.batch.checkpoint() for group in self._groups)

    def resume(self, states: Sequence[BathState]) -> None:
        """Go on from the ``states`` of baths of equal biomes.

        Raises:
            ArgumentError: they are of other biomes.
        """
        if len(states) != len(self._groups):
            raise ArgumentError(
                f"it has {len(self._groups)} biomes, but states of {len(states)}"
            )
        for group, state in zip(self._groups, states, strict=True):
            group.batch.resume(state)

    # --- inside -------------------------------------------------------------------

    def _rebuild(self) -> None:
        """Have all edited icons act, as at the beginning of a step."""
        for group in self._groups:
            if group.is_edited:
                group.rebuild()

    def _leave(self, name: str) -> BathState:
        """Take a bath out of its group; return where it is."""
        (group,) = (group for group in self._groups if name in group.baths)
        state = group.remove(name)
        self._groups = [group for group in self._groups if group.baths]
        return state

    def _join(self, name: str, compiled: CompiledBiome, state: BathState) -> None:
        """Put a bath of no group among those of its biome."""
        order = {each: place for place, each in enumerate(self.baths)}
        bath, text = self.baths[name], biome_text(compiled.biome)
        for group in self._groups:
            if biome_text(group.biome) == text:
                group.add(name, bath, state, order)
                break
        else:
            group = BiomeGroup(compiled, self._shared, {name: bath}, state)
            self._groups.append(group)
        self._biomes[name] = group.biome
        # As in a world made of a snapshot, where they are made in this order.
        self._groups.sort(key=lambda group: order[next(iter(group.baths))])


def _yet_to_move(
    names: Iterable[str], shared: SharedSettings
) -> dict[str, QuantumBath]:
    """Return baths that are in no group yet, by name."""
    return {name: QuantumBath.in_world(shared.seed, shared.clock) for name in names}


def _with_equal_ones_joined(biomes: Mapping[str, Biome]) -> dict[str, Biome]:
    """Return ``biomes`` with one object for all that are equal."""
    texts = {id(biome): biome_text(biome) for biome in _distinct(biomes.values())}
    first: dict[str, Biome] = {}
    return {
        name: first.setdefault(texts[id(biome)], biome)
        for name, biome in biomes.items()
    }


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


def _distinct(biomes: Iterable[Biome]) -> Iterable[Biome]:
    return {id(biome): biome for biome in biomes}.values()
