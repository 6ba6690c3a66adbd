"""All baths of a world, those of each biome kept and stepped as one batch."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Self

import numpy as np

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.resolved_icons import resolve_icons
from spacewheat_sim.engine.bath import signals
from spacewheat_sim.engine.bath.arguments import checked_seconds
from spacewheat_sim.engine.bath.bath import QuantumBath
from spacewheat_sim.engine.bath.events import Evolved, Jumped
from spacewheat_sim.engine.bath.longest_step import check_step
from spacewheat_sim.engine.bath.state import BathState
from spacewheat_sim.engine.compile import CompiledBiome, compile_biome
from spacewheat_sim.engine.world.content_text import text_of
from spacewheat_sim.engine.world.group import BiomeGroup, SharedSettings
from spacewheat_sim.errors import ArgumentError, UnknownNameError
from spacewheat_sim.quantum.axis import AxisProjections, project_many


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
        shared: What all baths share.
        biomes: Read-only view of what each bath is made of. Equal ones are one object.
        baths: Read-only view of the baths by name.
        groups: The baths of each biome, in the order of the first of each.

    Raises:
        ArgumentError: ``dt`` is no time, or too long for a biome's method.
    """

    def __init__(
        self, biomes: Mapping[str, Biome], shared: SharedSettings, dt: float
    ) -> None:
        self.shared = shared
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
        self.groups = [
            BiomeGroup(each, shared, {name: baths[name] for name in names})
            for each, names in zip(compiled, members.values(), strict=True)
        ]

    # --- how it goes on -----------------------------------------------------------

    @property
    def time(self) -> float:
        """Game time in seconds."""
        return self.shared.clock.time

    def evolve(self) -> list[tuple[str, Jumped]]:
        """Step every bath; return the jumps, biome by biome, with the baths' names.

        Where it raises, some may have moved; the signals go out when the tick is done.
        """
        clock, dt = self.shared.clock, self.dt
        changes, time = clock.changes, clock.check(dt)
        self.rebuild()
        jumps: list[tuple[str, Jumped]] = []
        changes.is_stepping = True
        for group in self.groups:
            jumps += group.evolve(time, dt)
        changes.is_stepping = False
        clock.count(dt)
        for name, jump in jumps:
            changes.send(signals.bath_jumped, self.baths[name], jump)
        if signals.bath_evolved.receivers:
            for bath in self.baths.values():
                changes.send(signals.bath_evolved, bath, Evolved(clock.time, dt))
        return jumps

    def value_of(self, name: str, emoji: str) -> float:
        """Return what one of ``emoji``, in canonical form, is worth in a bath."""
        icon = resolve_icons(self._biomes[name], self.shared.registry).get(emoji)
        return 1.0 if icon is None else icon.value

    def set_step(self, dt: float) -> float:
        """Let steps last ``dt`` seconds from now on; return it.

        Raises:
            ArgumentError: ``dt`` is no time, or too long for a biome's method; nothing
                was changed.
        """
        step = checked_seconds(dt)
        self.rebuild()
        for group in self.groups:
            check_step(group.batch.operators, group.batch.options, step)
        self.dt = step
        return step

    def memory(self) -> list[Any]:
        """Return a copy of what a step changes; edited icons may act in it."""
        return [group.batch.memory() for group in self.groups]

    def recall(self, memory: list[Any]) -> None:
        """Be as one was when :meth:`memory` was called."""
        for group, each in zip(self.groups, memory, strict=True):
            group.batch.recall(each)

    def undo(self) -> Callable[[], None]:
        """Return what brings the baths, and what they are made of, back to now."""
        dt, biomes, groups = self.dt, dict(self._biomes), list(self.groups)
        parts = [group.undo() for group in groups]
        parts.append(self.shared.registry.undo())

        def take_back() -> None:
            self.dt, self.groups = dt, groups
            self._biomes.update(biomes)
            for part in parts:
                part()

        return take_back

    def project(self, biome: str, north: str, south: str) -> AxisProjections:
        """Return the projections of all baths of a biome; see :meth:`World.project`."""
        keys = {group.key for group in self.groups}
        if not isinstance(biome, str) or biome not in keys:
            raise UnknownNameError("biome", biome, keys, "in this world")
        groups = [group for group in self.groups if group.key == biome]
        blocks = [group.batch.axis_blocks(north, south) for group in groups]
        if len(blocks) == 1:
            return project_many(*blocks[0])
        rank = {name: i for i, name in enumerate(self.baths)}
        order = np.argsort([rank[name] for group in groups for name in group.baths])
        p_n, p_s, rho_ns = (np.concatenate(part) for part in zip(*blocks, strict=True))
        return project_many(p_n[order], p_s[order], rho_ns[order])

    def fork(self, shared: SharedSettings, biomes: Mapping[str, Biome]) -> Self:
        """Return baths that are as these are, under other shared settings.

        They are of ``biomes``, the same in their order, perhaps under other names, from
        which their streams follow.
        """
        baths = _yet_to_move(biomes, shared)
        new = dict(zip(self._biomes, biomes, strict=True))
        groups = []
        for group in self.groups:
            names = [new[name] for name in group.baths]
            own = {name: baths[name] for name in names}
            groups.append(group.fork(shared, biomes[names[0]], own))
        forked, owned = copy.copy(self), dict(biomes)
        vars(forked).update(
            shared=shared,
            _biomes=owned,
            biomes=MappingProxyType(owned),
            baths=MappingProxyType(baths),
            groups=groups,
        )
        return forked

    # --- what they are made of ----------------------------------------------------

    def rebuild(self) -> None:
        """Have all edited icons act, as at the beginning of a step."""
        for group in self.groups:
            if group.is_edited:
                group.rebuild()

    def leave(self, name: str) -> BathState:
        """Take a bath out of its group; return where it is."""
        (group,) = (group for group in self.groups if name in group.baths)
        state = group.remove(name)
        self.groups = [group for group in self.groups if group.baths]
        return state

    def join(self, name: str, compiled: CompiledBiome, state: BathState) -> None:
        """Put a bath of no group among those of its biome."""
        order = {each: place for place, each in enumerate(self.baths)}
        bath, text = self.baths[name], text_of(compiled.biome)
        for group in self.groups:
            if text_of(group.biome) == text:
                group.add(name, bath, state, order)
                break
        else:
            group = BiomeGroup(compiled, self.shared, {name: bath}, state)
            self.groups.append(group)
        self._biomes[name] = group.biome
        # As in a world made of a snapshot, where they are made in this order.
        self.groups.sort(key=lambda group: order[next(iter(group.baths))])

    # --- where it is --------------------------------------------------------------

    def states(self) -> tuple[BathState, ...]:
        """Return where the baths of each biome are, in the order of the biomes."""
        return tuple(group.batch.checkpoint() for group in self.groups)

    def resume(self, states: Sequence[BathState]) -> None:
        """Go on from the ``states`` of baths of equal biomes.

        Raises:
            ArgumentError: they are of other biomes.
        """
        if len(states) != len(self.groups):
            raise ArgumentError(
                f"it has {len(self.groups)} biomes, but states of {len(states)}"
            )
        for group, state in zip(self.groups, states, strict=True):
            group.batch.resume(state)


def _yet_to_move(
    names: Iterable[str], shared: SharedSettings
) -> dict[str, QuantumBath]:
    """Return baths that are in no group yet, by name."""
    return {name: QuantumBath.in_world(shared.seed, shared.clock) for name in names}


def _with_equal_ones_joined(biomes: Mapping[str, Biome]) -> dict[str, Biome]:
    """Return ``biomes`` with one object for all that are equal."""
    distinct = {id(biome): biome for biome in biomes.values()}
    texts = {key: text_of(biome) for key, biome in distinct.items()}
    first: dict[str, Biome] = {}
    return {
        name: first.setdefault(texts[id(biome)], biome)
        for name, biome in biomes.items()
    }
