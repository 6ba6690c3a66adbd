"""The baths of one biome in a world, which are kept and stepped as one batch."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from spacewheat_sim import seeding
from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.resolved_icons import resolve_icons
from spacewheat_sim.content.rhythms.references import rhythm_names
from spacewheat_sim.engine.bath.bath import QuantumBath
from spacewheat_sim.engine.bath.events import Jumped
from spacewheat_sim.engine.bath.longest_step import check_step
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.engine.bath.running.batch import RunningBatch
from spacewheat_sim.engine.bath.state import BathState
from spacewheat_sim.engine.bath.step_clock import StepClock
from spacewheat_sim.engine.compile import CompiledBiome, compile_biome
from spacewheat_sim.quantum.streams import BatchStreams


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
        baths: The baths by name, in the order of the world.
        state: Where they are; by default at the beginning.

    Attributes:
        biome: What was authored.
        baths: The baths by name, in the order of the world.
        batch: Their states and operators.
        is_edited: Whether an icon was edited that is yet to act; see :meth:`rebuild`.
    """

    baths: dict[str, QuantumBath]
    batch: RunningBatch
    _names: tuple[str, ...]

    def __init__(
        self,
        compiled: CompiledBiome,
        shared: SharedSettings,
        baths: dict[str, QuantumBath],
        state: BathState | None = None,
    ) -> None:
        self.biome = compiled.biome
        self._shared = shared
        self._options = compiled.options()
        self._own = {icon.key for icon in self.biome.icons if not icon.extends}
        self.is_edited = False
        if state is None:
            one = compiled.bath(shared.seed).state
            state = BathState.repeated(one, len(baths))
        self._place(compiled.operators, baths, state)

    # --- who is in it -------------------------------------------------------------

    @property
    def key(self) -> str:
        """What its baths are called after."""
        return self.biome.key or self.biome.name

    def remove(self, name: str) -> BathState:
        """Leave the bath ``name`` out from now on; return where it is."""
        batch, is_it = self.batch, np.array([own == name for own in self._names])
        rest = {other: bath for other, bath in self.baths.items() if other != name}
        left = batch.checkpoint(np.flatnonzero(~is_it))
        self._place(batch.operators, rest, left)
        return batch.checkpoint(np.flatnonzero(is_it))

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
        both = self.batch.checkpoint().followed_by(state)
        ordered = {each: baths[each] for each in names}
        self._place(self.batch.operators, ordered, both.rows(places))

    # --- what they are made of ----------------------------------------------------

    def uses(self, icon: Icon) -> bool:
        """Return whether the shared ``icon`` acts in this biome.

        It does not where the biome lacks the emoji, replaces its icon by one of its
        own, or gives the icon's layer no weight.
        """
        is_there = icon.key in self.biome.emoji_keys and icon.key not in self._own
        return is_there and self.biome.weight_of(icon.layer) > 0.0

    def follows(self, rhythm: str) -> bool:
        """Return whether an icon that acts in this biome names ``rhythm``."""
        icons = resolve_icons(self.biome, self._shared.registry).values()
        return any(
            name == rhythm
            for icon in icons
            for part, _ in icon.parts
            for _, name in rhythm_names(part)
        )

    def check_icons(self, icons: IconRegistry, dt: float) -> None:
        """Refuse icons under which the next step could not be taken.

        Raises:
            ArgumentError: as in :func:`.check_step`, or a rhythm that is not there.
        """
        operators = compile_biome(self.biome, icons).operators
        check_step(operators, self._options, dt)

    def rebuild(self) -> None:
        """Have the edited icons act; the states stay."""
        compiled = compile_biome(self.biome, self._shared.registry)
        self._place(compiled.operators, self.baths, self.batch.checkpoint())
        self.is_edited = False

    # --- how they go on -----------------------------------------------------------

    def evolve(self, time: float, dt: float) -> list[tuple[str, Jumped]]:
        """Step every bath from ``time``; return the jumps by bath, with their names.

        Where it raises, some may have moved. The clock is left to the world, all of
        whose baths share it, and so are the signals.
        """
        jumps = self.batch.advance(time, dt)
        return [(self._names[place], jump) for place, jump in jumps]

    def undo(self) -> Callable[[], None]:
        """Return what brings the group back to where it is now."""
        is_edited, batch, baths = self.is_edited, self.batch, self.baths
        memory = batch.memory()

        def take_back() -> None:
            self.is_edited = is_edited
            batch.recall(memory)
            self._take(batch, baths)

        return take_back

    def fork(
        self, shared: SharedSettings, biome: Biome, baths: dict[str, QuantumBath]
    ) -> Self:
        """Return a group that is as this one is, of the baths of another world.

        ``biome`` is the same one, perhaps under another key; the streams are those of
        the baths' names.
        """
        forked = copy.copy(self)
        vars(forked).update(_shared=shared, biome=biome)
        here = self.batch.checkpoint()
        forked._place(self.batch.operators, baths, here)  # noqa: SLF001 -- its own class
        return forked

    # --- inside -------------------------------------------------------------------

    def _place(
        self, operators: BathOperators, baths: dict[str, QuantumBath], state: BathState
    ) -> None:
        """Keep ``baths`` side by side, at ``state``."""
        numbers = np.array([seeding.bath_number(name) for name in baths], np.int64)
        key = seeding.bath_key(self._shared.seed)
        streams = BatchStreams(key, numbers, state.streams)
        clock = self._shared.clock
        batch = RunningBatch(operators, self._options, streams, clock, state)
        self._take(batch, baths)

    def _take(self, batch: RunningBatch, baths: dict[str, QuantumBath]) -> None:
        """Make ``batch`` the one that ``baths`` are of."""
        self.batch, self.baths, self._names = batch, baths, tuple(baths)
        for place, bath in enumerate(baths.values()):
            bath.move(batch, place)
