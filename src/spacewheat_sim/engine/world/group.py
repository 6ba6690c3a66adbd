"""The baths of one biome in a world, which are kept and stepped as one batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from spacewheat_sim import seeding
from spacewheat_sim.arrays import BoolArray, ComplexArray, FloatArray
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.engine.bath.axes import axis_poles
from spacewheat_sim.engine.bath.bath import QuantumBath
from spacewheat_sim.engine.bath.events import Jumped
from spacewheat_sim.engine.bath.longest_step import check_step
from spacewheat_sim.engine.bath.state import BathState
from spacewheat_sim.engine.bath.state_batches import make_states, undo
from spacewheat_sim.engine.bath.step_clock import StepClock
from spacewheat_sim.engine.bath.view import BathView
from spacewheat_sim.engine.compile import CompiledBiome, compile_biome
from spacewheat_sim.quantum.evolution import StateBatch
from spacewheat_sim.quantum.streams import BatchStream, BatchStreams


@dataclass(frozen=True)
class SharedSettings:
    """What all baths of a world share.

    Attributes:
        seed: Root of their random streams, each of which is named after its bath.
        clock: Their time.
        registry: The shared icons, which may be edited.
    """

    seed: int
    clock: StepClock
    registry: IconRegistry


class BiomeGroup:
    """Baths of one biome that run in step under the same operators.

    What becomes of a bath depends on no other in the group.

    Args:
        compiled: What they are made of.
        shared: What they share with the other baths of the world.
        baths: The baths by name, in the order of the world; None for one that is
            still to be made.
        state: Where they are; by default at the beginning.

    Attributes:
        biome: What was authored.
        baths: The baths by name, in the order of the world.
    """

    baths: dict[str, QuantumBath]
    _names: tuple[str, ...]
    _states: StateBatch
    _streams: BatchStreams
    _everyone: BoolArray

    def __init__(
        self,
        compiled: CompiledBiome,
        shared: SharedSettings,
        baths: Mapping[str, QuantumBath | None],
        state: BathState | None = None,
    ) -> None:
        self.biome = compiled.biome
        self._shared = shared
        self._operators = compiled.operators
        self._options = compiled.options()
        self._own = {icon.key for icon in self.biome.icons}
        self._dirty = False
        if state is None:
            beginning = compiled.bath(shared.seed).state
            state = BathState.beginning(beginning, len(baths))
        self._place(baths, state)

    # --- who is in it -------------------------------------------------------------

    @property
    def key(self) -> str:
        """What its baths are called after."""
        return self.biome.key or self.biome.name

    def remove(self, name: str) -> BathState:
        """Leave the bath ``name`` out from now on; return where it is."""
        before, places = self.state(), np.arange(len(self._names))
        is_it = places == self._names.index(name)
        rest = {other: bath for other, bath in self.baths.items() if other != name}
        self._place(rest, before.rows(places[~is_it]))
        return before.rows(places[is_it])

    def add(
        self,
        name: str,
        bath: QuantumBath,
        state: BathState,
        order: Mapping[str, int],
    ) -> None:
        """Take in a bath, which is at ``state``; ``order`` is that of the world."""
        baths = {**self.baths, name: bath}
        names = sorted(baths, key=order.__getitem__)
        place = {each: i for i, each in enumerate(baths)}
        places = np.array([place[each] for each in names])
        both = self.state().followed_by(state)
        self._place({each: baths[each] for each in names}, both.rows(places))

    # --- where they are -----------------------------------------------------------

    def state(self) -> BathState:
        """Return where the baths are."""
        everyone = np.arange(len(self.baths))
        return BathState(
            self._shared.clock.reading,
            self._states.get(everyone),
            self._states.clocks(everyone),
            self._streams.drawn.copy(),
            self._states.active(everyone),
        )

    def resume(self, state: BathState) -> None:
        """Go on from ``state``.

        Raises:
            ArgumentError: it is of another number of baths, or of another method.
        """
        state.check_replaces(self.state())
        self._place(self.baths, state)

    def blocks(
        self, north: str, south: str
    ) -> tuple[FloatArray, FloatArray, ComplexArray]:
        """Return p_n, p_s and ρ_ns of all baths, each (B,)."""
        return self._states.blocks(*axis_poles(self._operators, north, south))

    # --- what they are made of ----------------------------------------------------

    def uses(self, emoji: str) -> bool:
        """Return whether the shared icon of ``emoji`` acts in this biome.

        It does not where the biome lacks the emoji, or has an icon of its own for it.
        """
        return emoji in self.biome.emoji_keys and emoji not in self._own

    def check_icon(self, icon: Icon, dt: float) -> None:
        """Refuse an icon under which the next step could not be taken.

        Raises:
            ArgumentError: as in :func:`.check_step`.
        """
        icons = IconRegistry([*self._shared.registry, icon])
        operators = compile_biome(self.biome, icons).operators
        check_step(operators, self._options, dt)

    def check_step(self, dt: float) -> None:
        """Refuse a step that is too long.

        Raises:
            ArgumentError: as in :func:`.check_step`.
        """
        check_step(self._operators, self._options, dt)

    def mark_dirty(self) -> None:
        """Have the operators rebuilt before the next step; the states stay."""
        self._dirty = True

    def rebuild(self) -> None:
        """Rebuild the operators if an icon was edited since the last time."""
        if self._dirty:
            state = self.state()
            compiled = compile_biome(self.biome, self._shared.registry)
            self._operators = compiled.operators
            self._place(self.baths, state)
            self._dirty = False

    # --- how they go on -----------------------------------------------------------

    def evolve(self, time: float, dt: float) -> list[tuple[str, Jumped]]:
        """Step every bath from ``time``; return the jumps by bath, with their names.

        To be called after :meth:`memory`: where it raises, some may have moved. The
        clock is left to the world, all of whose baths share it, and so are the
        signals.
        """
        jumps = self._states.advance(time, dt, self._everyone)
        if not jumps:
            return []
        event = self._operators.jump_event
        return [
            (self._names[place], event(jump.time, jump.channel))
            for place, jump in jumps
        ]

    def memory(self) -> tuple[Any, bytes]:
        """Return a copy of what a step changes, once edited icons act."""
        if self._dirty:
            self.rebuild()
        return self._states.memory(), self._streams.memory()

    def recall(self, memory: tuple[Any, bytes]) -> None:
        """Be as one was when :meth:`memory` was called."""
        states, drawn = memory
        self._states.recall(states)
        self._streams.recall(drawn)

    def undo(self) -> Callable[[], None]:
        """Return what brings the group back to where it is now."""
        authored = self.biome, self._operators, self._options, self._own, self._dirty
        in_world = self._names, self._states, self._streams, self._everyone
        baths, states_back = self.baths, undo(self._states, self._streams)

        def take_back() -> None:
            self.biome, self._operators, self._options, self._own, self._dirty = (
                authored
            )
            self._names, self._states, self._streams, self._everyone = in_world
            states_back()
            self.baths = baths
            for place, bath in enumerate(baths.values()):
                view = BathView(self._states, place)
                self._bath_at(bath, self._streams.of(place), view)

        return take_back

    # --- inside -------------------------------------------------------------------

    def _place(self, baths: Mapping[str, QuantumBath | None], state: BathState) -> None:
        """Keep ``baths`` side by side, at ``state``."""
        seed = self._shared.seed
        numbers = np.array([seeding.bath_number(name) for name in baths], np.int64)
        streams = BatchStreams(seeding.bath_key(seed), numbers, state.streams)
        states = make_states(self._operators, self._options, state.states, streams)
        everyone = np.arange(len(baths))
        states.put_clocks(everyone, state.clocks)
        if state.active:
            states.put_active(everyone, state.active)
        self._names, self._states, self._streams = tuple(baths), states, streams
        self._everyone = np.ones(len(baths), dtype=np.bool_)
        self.baths = {}
        for place, (name, bath) in enumerate(baths.items()):
            view = BathView(states, place)
            self.baths[name] = self._bath_at(bath, streams.of(place), view)

    def _bath_at(
        self, bath: QuantumBath | None, stream: BatchStream, view: BathView
    ) -> QuantumBath:
        shared = self._shared
        if bath is None:
            bath = QuantumBath.in_world(shared.seed, shared.clock)
        bath.move(self._operators, self._options, stream, view)
        return bath
