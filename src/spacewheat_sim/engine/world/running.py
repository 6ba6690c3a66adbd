"""RunningWorld: all that a world is, and what ticks and commands change of it."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from spacewheat_sim.engine.bath.arguments import checked_count
from spacewheat_sim.engine.bath.step_clock import StepClock
from spacewheat_sim.engine.challenges.attempt import Attempt, Standing, begin
from spacewheat_sim.engine.world.baths import WorldBaths
from spacewheat_sim.engine.world.commands import (
    CHANGES_CONTENT,
    Command,
    Guess,
    Plant,
)
from spacewheat_sim.engine.world.events import Refused, WorldEvent
from spacewheat_sim.engine.world.group import SharedSettings
from spacewheat_sim.engine.world.plots import Garden
from spacewheat_sim.engine.world.snapshot import (
    WorldContent,
    WorldState,
    content_json,
    state_json,
)
from spacewheat_sim.engine.world.world_commands import Done, carry_out
from spacewheat_sim.errors import ArgumentError


@dataclass
class RunningWorld:
    """What a world is while it runs.

    Where something here raises, the world may have changed: see :meth:`recall`.

    Attributes:
        shared: What its baths share: seed, clock and icons.
        baths: Its baths.
        garden: Its plots and its inventory.
        attempt: What was paid and counted of its challenge; None without one.
        tick: Ticks done.
        content: Its content as JSON, which is kept until something is edited.
    """

    shared: SharedSettings
    baths: WorldBaths
    garden: Garden
    attempt: Attempt | None = None
    tick: int = 0
    content: str | None = None

    # --- how it goes on -----------------------------------------------------------

    def go_on(self) -> tuple[WorldEvent, ...]:
        """Step every bath; return the jumps, bath by bath."""
        jumps = self.baths.evolve()
        tick = self.tick
        self.tick += 1
        if self.attempt is not None:
            bath = self.baths.baths[self.attempt.bath]
            self.attempt.see(self.tick, bath, [jump for _, jump in jumps])
        if not jumps:
            return ()
        return tuple(WorldEvent(tick, jump, name) for name, jump in jumps)

    def obey(self, commands: Sequence[Command]) -> tuple[WorldEvent, ...]:
        """Obey ``commands`` in order; return an event of each."""
        return tuple(self._obeyed(command) for command in commands)

    def obey_and_go_on(self, commands: Sequence[Command]) -> tuple[WorldEvent, ...]:
        """Obey ``commands``, then step every bath; return the events."""
        return self.obey(commands) + self.go_on()

    def _obeyed(self, command: Command) -> WorldEvent:
        try:
            done = self._done(command)
        except ArgumentError as error:
            refused = Refused(self.baths.time, command, str(error))
            return WorldEvent(self.tick, refused)
        if isinstance(command, CHANGES_CONTENT):
            self.content = None
        return WorldEvent(self.tick, *done)

    def _done(self, command: Command) -> Done:
        """Do what ``command`` says, at its cost, or raise before anything is changed.

        Raises:
            ArgumentError: as in :func:`.carry_out`, or the challenge does not let it.
        """
        attempt, tick = self.attempt, self.tick
        if attempt is None:
            return carry_out(command, self.garden, self.baths)
        act = attempt.admit(command, tick, self.garden.plots)
        if isinstance(command, Guess):
            done: Done = attempt.guess(command, self.baths.time), attempt.bath, None
        else:
            done = carry_out(command, self.garden, self.baths)
        if act is not None:
            attempt.pay(act, tick)
        return done

    # --- what may be taken back ---------------------------------------------------

    def step_memory(self) -> Any:
        """Return a copy of what a step changes."""
        clock = self.shared.clock.memory()
        return self.tick, self._standing, clock, self.baths.memory()

    def recall_step(self, memory: Any) -> None:
        """Be as one was when :meth:`step_memory` was called."""
        self.tick, self._standing, clock, baths = memory
        self.shared.clock.recall(clock)
        self.baths.recall(baths)

    def memory(self) -> Any:
        """Return a copy of all that steps and commands change."""
        parts = self.baths.undo(), self.garden.undo()
        clock = self.shared.clock.memory()
        return self.tick, self._standing, clock, self.content, parts

    def recall(self, memory: Any) -> None:
        """Be as one was when :meth:`memory` was called."""
        self.tick, self._standing, clock, self.content, parts = memory
        self.shared.clock.recall(clock)
        for take_back in parts:
            take_back()

    @property
    def _standing(self) -> Standing | None:
        return None if self.attempt is None else self.attempt.standing

    @_standing.setter
    def _standing(self, standing: Standing | None) -> None:
        if self.attempt is not None and standing is not None:
            self.attempt.standing = standing

    # --- other worlds like it -----------------------------------------------------

    def fork(self) -> RunningWorld:
        """Return another world that is as this one is, and changes nothing of it."""
        shared = self._unshared(self.shared.seed)
        baths = self.baths.fork(shared, self.baths.biomes)
        return replace(
            self,
            shared=shared,
            baths=baths,
            garden=self.garden.fork(baths.baths),
            attempt=copy.copy(self.attempt),
        )

    def anew(self, seed: int, name: str) -> RunningWorld:
        """Return this world of one bath under another seed and name of the bath."""
        shared = self._unshared(seed)
        (biome,) = self.baths.biomes.values()
        renamed = {name: biome.model_copy(update={"key": name})}
        baths, attempt = self.baths.fork(shared, renamed), self.attempt
        if attempt is not None:
            attempt = begin(attempt.challenge, baths.baths, seed, baths.dt)
        return replace(
            self,
            shared=shared,
            baths=baths,
            garden=Garden(baths.baths),
            attempt=attempt,
            content=None,
        )

    def _unshared(self, seed: int) -> SharedSettings:
        """Return a clock and icons as these are, for the baths of another world."""
        clock = StepClock()
        clock.reading = self.shared.clock.reading
        return SharedSettings(seed, clock, self.shared.registry.copy())

    # --- how it is kept -----------------------------------------------------------

    def content_json(self) -> str:
        """Return what it is made of as JSON."""
        if self.content is None:
            seed, registry = self.shared.seed, self.shared.registry
            biomes = tuple(self.baths.biomes.values())
            challenge = None if self.attempt is None else self.attempt.challenge
            parts = seed, self.baths.dt, tuple(registry), registry.rhythms, biomes
            self.content = content_json(WorldContent(*parts, challenge))
        return self.content

    def state_json(self) -> str:
        """Return where it is as JSON."""
        return state_json(
            WorldState(
                self.tick,
                self.garden.plots,
                self.garden.inventory,
                self.baths.states(),
                None if self.attempt is None else self.attempt.record(),
            )
        )

    def resume(self, state: WorldState) -> None:
        """Be where a world of the same content was.

        Raises:
            ArgumentError, LookupError, TypeError, ValueError: ``state`` is of another.
        """
        self.baths.resume(state.baths)
        self.shared.clock.reading = state.baths[0].time
        self.garden = Garden(self.baths.baths, state.inventory)
        for plot_id, plot in state.plots.items():
            plant = Plant(plot.biome, plot_id, plot.north, plot.south)
            carry_out(plant, self.garden, self.baths)
        self.tick = checked_count(state.tick, "tick", at_least=0)
        if self.attempt is not None:
            self.attempt.resume(state.attempt or {})
