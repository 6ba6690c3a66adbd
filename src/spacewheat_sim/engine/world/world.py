"""World: biomes that run in step, and the player's commands on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from spacewheat_sim import seeding
from spacewheat_sim.choices import DEFAULT_DT
from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.challenge.challenge import Challenge
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.rhythms.rhythm import Rhythm
from spacewheat_sim.engine.bath.arguments import (
    MOST_COUNT,
    checked_count,
    checked_items,
    checked_seconds,
)
from spacewheat_sim.engine.bath.bath import QuantumBath
from spacewheat_sim.engine.bath.step_clock import StepClock
from spacewheat_sim.engine.challenges.attempt import Attempt, Standing, begin
from spacewheat_sim.engine.world import snapshot
from spacewheat_sim.engine.world.baths import WorldBaths
from spacewheat_sim.engine.world.biomes import (
    BiomeLike,
    bath_names,
    checked_biomes,
    opened,
)
from spacewheat_sim.engine.world.commands import (
    COMMANDS,
    Command,
    EditBiome,
    EditIcon,
    EditNumber,
    EditRhythm,
    Guess,
    Plant,
    PlotId,
    SetStep,
    SetWeight,
)
from spacewheat_sim.engine.world.events import (
    Refused,
    WorldEvent,
)
from spacewheat_sim.engine.world.group import SharedSettings
from spacewheat_sim.engine.world.plots import Garden, Plot
from spacewheat_sim.engine.world.snapshot import SnapshotError, WorldContent, WorldState
from spacewheat_sim.engine.world.world_commands import Done, carry_out
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.plain_values import shown
from spacewheat_sim.quantum.axis import AxisProjections

# Most ticks have none: Python has one empty tuple, which is quickly told.
CHANGES_CONTENT = (EditIcon, EditRhythm, EditBiome, EditNumber, SetWeight, SetStep)
NO_COMMANDS: tuple[Command, ...] = ()


class World:
    """Biomes that run in step by ticks of ``dt``, with plots and an inventory.

    Every bath draws from its own stream of the one seed, named after the bath: a
    further biome, or what a player does to it, changes no other bath's history. The
    world keeps its own copy of the icons, so that an edit in one world reaches no
    other. The baths are there to be looked at; what is done to a world is done by
    commands, so that seed and commands tell its whole history. Whatever stops a tick,
    Ctrl-C included, the world is as it was before it, or after it. It is for one thread
    at a time.

    Args:
        biomes: Names, paths or biomes. The second bath of a biome ``forest`` is called
            ``forest-2``. A compiled biome is compiled again, with the world's icons.
        seed: Root seed; None draws one, kept in ``seed``.
        dt: Length of a tick in seconds.
        registry: The shared icons; by default those of the compiled biomes, or the
            built-in ones.
        challenge: What is played in it, if anything: its acts are all that commands
            may do, each at its cost, and its step is ``dt``. See
            :func:`.start_world`, which makes such a world.

    Attributes:
        seed: Root of all streams.
        attempt: What was paid and counted of the challenge; None without one.

    Raises:
        UnknownNameError: there is no biome of a name.
        ContentError: a biome's file is broken.
        ArgumentError: no biome at all, compiled biomes with different icons, a dt that
            is no time or too long for a biome's method, or a challenge with another
            step or with several biomes.

    Example:
        >>> from spacewheat_sim import World
        >>> from spacewheat_sim.engine.world.commands import Harvest, Plant
        >>> world = World(["forest_small"], seed=0)
        >>> events = world.tick([Plant("forest_small", 1, "🐇", "🐺"), Harvest(1)])
        >>> print(events[1])
        forest_small/1: 🐇 harvested, 1
    """

    def __init__(
        self,
        biomes: Iterable[BiomeLike],
        seed: int | None = None,
        dt: float = DEFAULT_DT,
        registry: IconRegistry | None = None,
        challenge: Challenge | None = None,
    ) -> None:
        self.seed = seeding.resolve_seed(seed)
        given = checked_biomes(biomes)
        authored, self._registry = opened(given, registry)
        named = dict(zip(bath_names(authored), authored, strict=True))
        self._clock = StepClock()
        self._changes = self._clock.changes
        shared = SharedSettings(self.seed, self._clock, self._registry)
        self._baths = WorldBaths(named, shared, dt)
        self._garden = Garden(self._baths.baths)
        self._tick = 0
        self._content: str | None = None
        self.attempt: Attempt | None = None
        if challenge is not None:
            self.attempt = begin(challenge, self.baths, self.seed, self.dt)

    def __repr__(self) -> str:
        names = list(dict.fromkeys(biome.name for biome in self.biomes.values()))
        return (
            f"World({len(self.baths)} baths of {', '.join(names)}, seed={self.seed}, "
            f"tick={self._tick})"
        )

    # --- what it is ---------------------------------------------------------------

    @property
    def dt(self) -> float:
        """Length of a tick in seconds; a command changes it."""
        self._changes.settle()
        return self._baths.dt

    @property
    def tick_count(self) -> int:
        """Ticks done."""
        self._changes.settle()
        return self._tick

    @property
    def time(self) -> float:
        """Game time in seconds: the sum of all ticks' ``dt``."""
        self._changes.settle()
        return self._clock.time

    @property
    def baths(self) -> Mapping[str, QuantumBath]:
        """Read-only view of the baths by name, in the order of the biomes given."""
        self._changes.settle()
        return self._baths.baths

    @property
    def biomes(self) -> Mapping[str, Biome]:
        """Read-only view of what each bath is made of, by the bath's name."""
        self._changes.settle()
        return self._baths.biomes

    @property
    def icons(self) -> tuple[Icon, ...]:
        """The icons that the biomes share, with all edits."""
        self._changes.settle()
        return tuple(self._registry)

    @property
    def rhythms(self) -> Mapping[str, Rhythm]:
        """Read-only view of the rhythms that the icons share."""
        return MappingProxyType(self._registry.rhythms)

    def registry(self) -> IconRegistry:
        """Return a copy of the icons that the biomes share, with all edits."""
        return self._registry.copy()

    @property
    def plots(self) -> Mapping[PlotId, Plot]:
        """Read-only view of the plots, in the order of planting."""
        self._changes.settle()
        return self._garden.plots

    @property
    def inventory(self) -> Mapping[str, float]:
        """Read-only view of what was harvested: amount times value, by emoji."""
        self._changes.settle()
        return self._garden.inventory

    # --- how it goes on -----------------------------------------------------------

    def tick(self, commands: Sequence[Command] = NO_COMMANDS) -> tuple[WorldEvent, ...]:
        """Obey ``commands`` in order, then step every bath by ``dt``.

        Returns:
            One event per command, in order; then the quantum jumps of the step, biome
            by biome.

        Raises:
            ArgumentError: something in ``commands`` is no command; nothing was done.
            RunError: a bath's state has left double precision. The world is as it was
                before the commands, as after Ctrl-C, and no signal was sent.
        """
        make = self._changes.make
        if commands is NO_COMMANDS:
            return make(self._step_memory, self._recall_step, self._go_on)
        taken = self._checked(commands)
        return make(self._memory, self._recall, self._obey_and_go_on, taken)

    def obey(self, commands: Sequence[Command]) -> tuple[WorldEvent, ...]:
        """Obey ``commands`` in order, while time stands still.

        The next tick goes on as if they had been given to it. A mistaken command (an
        unknown biome, plot or emoji, a strength out of range …) changes nothing and
        stops nothing: it becomes a ``Refused`` event, and those after it are obeyed.

        Returns:
            One event per command, in order.

        Raises:
            ArgumentError: something in ``commands`` is no command; nothing was done.
        """
        taken = self._checked(commands)
        return self._changes.make(self._memory, self._recall, self._obey_all, taken)

    def run(self, seconds: float) -> tuple[WorldEvent, ...]:
        """Run for ``seconds``, rounded to whole ticks, without commands.

        Raises:
            ArgumentError: no time, or more ticks than can be counted.
            RunError: as in :meth:`tick`; the ticks before it are done.
        """
        ticks = checked_seconds(seconds, "seconds") / self.dt
        if ticks > MOST_COUNT:
            raise ArgumentError(
                f"Argument `seconds` must be at most 2**53 ticks of {self.dt:g} s, but "
                f"is {shown(seconds)}"
            )
        events: list[WorldEvent] = []
        for _ in range(round(ticks)):
            events += self.tick()
        return tuple(events)

    # --- how it is looked at ------------------------------------------------------

    def project(self, biome: str, north: str, south: str) -> AxisProjections:
        """Return the Bloch projections of all baths of a biome on one axis.

        Args:
            biome: What the baths are called after: that of ``forest``, ``forest-2`` …
                is ``forest``.
            north: Emoji at the north pole.
            south: Emoji at the south pole.

        Returns:
            One projection per bath of that biome, in their order in ``baths``.

        Raises:
            UnknownNameError: the world has no such biome, or that no such emoji.
            ArgumentError: one emoji at both poles.

        Example:
            >>> planet = World(["two_level"] * 1000, seed=0)
            >>> _ = planet.run(seconds=0.5)
            >>> planet.project("two_level", "🌕", "🌑").bloch.shape
            (1000, 3)
        """
        self._changes.settle()
        return self._baths.project(biome, north, south)

    # --- how it is kept -----------------------------------------------------------

    def digest(self) -> str:
        """Return the SHA-256 of all that decides how the world goes on."""
        return snapshot.world_digest(self._content_json(), self._state_json())

    def snapshot(self) -> bytes:
        """Return the world as bytes, equal for equal worlds."""
        return snapshot.snapshot_bytes(self._content_json(), self._state_json())

    @classmethod
    def restore(cls, data: bytes) -> World:
        """Return the world of a snapshot; it goes on bit for bit as that one did.

        Raises:
            SnapshotError: ``data`` is truncated, altered or of another version.
        """
        content, state = snapshot.read_snapshot(data)
        try:
            icons = IconRegistry(content.icons, content.rhythms)
            parts = content.biomes, content.seed, content.dt, icons
            world = cls(*parts, content.challenge)
            world._resume(state)
        except (LookupError, TypeError, ValueError, ArithmeticError) as error:
            raise SnapshotError(
                f"The snapshot's parts do not fit together: {error}"
            ) from None
        return world

    def fork(self) -> World:
        """Return another world that is as this one is, and changes nothing of it.

        It goes on bit for bit as this one would. It is made in memory, without
        compiling anything: acts may be tried on it.
        """
        shared = self._unshared(self.seed)
        baths = self._baths.fork(shared)
        garden = self._garden.fork(baths.baths)
        attempt = None if self.attempt is None else self.attempt.fork()
        return self._copied(shared, _baths=baths, _garden=garden, attempt=attempt)

    def anew(self, seed: int, name: str) -> World:
        """Return this world of one bath under another seed and another name of it.

        It is the world that begins so, if this one has just begun: nothing is compiled.
        A hidden number is the one that is in this world, whatever the seed.
        """
        shared = self._unshared(seed)
        baths = self._baths.fork_one(shared, name)
        garden, attempt = Garden(baths.baths), self.attempt
        if attempt is not None:
            attempt = begin(attempt.challenge, baths.baths, seed, self.dt)
        parts = {"_baths": baths, "_garden": garden, "attempt": attempt}
        return self._copied(shared, **parts, _content=None)

    def way_back(self) -> Callable[[], None]:
        """Return what brings this world back to where it is now, as often as called.

        It takes microseconds where :meth:`restore` compiles everything anew. What was
        edited since is as it was, and the world goes on bit for bit as it did. Baths
        and plots remain the same objects, and no signal is sent.

        Example:
            >>> world = World(["two_level"], seed=0)
            >>> back, digest = world.way_back(), world.digest()
            >>> events = world.run(seconds=0.5)
            >>> back()
            >>> world.digest() == digest
            True
        """
        self._changes.settle()
        memory = self._memory()

        def go_back() -> None:
            self._changes.make(self._memory, self._recall, self._recall, memory)

        return go_back

    def __copy__(self) -> World:
        return self.fork()

    def __deepcopy__(self, _memo: object) -> World:
        return self.fork()

    def __reduce__(self) -> tuple[Any, tuple[bytes]]:
        return World.restore, (self.snapshot(),)

    # --- inside -------------------------------------------------------------------

    def _unshared(self, seed: int) -> SharedSettings:
        """Return a clock and icons as these are, for the baths of another world."""
        self._changes.settle()
        clock = StepClock()
        clock.reading = self._clock.reading
        return SharedSettings(seed, clock, self._registry.copy())

    def _copied(self, shared: SharedSettings, **parts: Any) -> World:
        """Return a world with ``shared`` and with other ``parts`` than this one."""
        copied = type(self).__new__(type(self))
        vars(copied).update(
            vars(self),
            seed=shared.seed,
            _registry=shared.registry,
            _clock=shared.clock,
            _changes=shared.clock.changes,
            **parts,
        )
        return copied

    def _step_memory(self) -> Any:
        """Return a copy of what a step changes."""
        standing = None if self.attempt is None else self.attempt.standing
        return self._tick, standing, self._clock.memory(), self._baths.memory()

    def _recall_step(self, memory: Any) -> None:
        """Be as one was when :meth:`_step_memory` was called."""
        self._tick, standing, clock, baths = memory
        self._clock.recall(clock)
        self._baths.recall(baths)
        self._recall_standing(standing)

    def _memory(self) -> Any:
        """Return a copy of all that steps and commands change."""
        parts = self._baths.undo(), self._garden.undo()
        standing = None if self.attempt is None else self.attempt.standing
        return self._tick, self._clock.memory(), self._content, parts, standing

    def _recall(self, memory: Any) -> None:
        """Be as one was when :meth:`_memory` was called."""
        self._tick, clock, self._content, parts, standing = memory
        self._clock.recall(clock)
        for take_back in parts:
            take_back()
        self._recall_standing(standing)

    def _recall_standing(self, standing: Standing | None) -> None:
        if self.attempt is not None and standing is not None:
            self.attempt.standing = standing

    def _go_on(self) -> tuple[WorldEvent, ...]:
        jumps = self._baths.evolve()
        tick = self._tick
        self._tick += 1
        if self.attempt is not None:
            bath = self._baths.baths[self.attempt.bath]
            self.attempt.see(self._tick, bath, [jump for _, jump in jumps])
        if not jumps:
            return ()
        return tuple(WorldEvent(tick, jump, name) for name, jump in jumps)

    def _obey_and_go_on(self, commands: tuple[Command, ...]) -> tuple[WorldEvent, ...]:
        return self._obey_all(commands) + self._go_on()

    def _obey_all(self, commands: tuple[Command, ...]) -> tuple[WorldEvent, ...]:
        return tuple(self._obey(command) for command in commands)

    @staticmethod
    def _checked(commands: Sequence[Command]) -> tuple[Command, ...]:
        """Return ``commands``, all of which are some."""
        taken = checked_items(commands, "commands", "commands")
        for command in taken:
            if type(command) not in COMMANDS.values():
                raise ArgumentError(
                    "Argument `commands` must hold commands only, but has "
                    f"{shown(command)}"
                )
        return taken

    def _obey(self, command: Command) -> WorldEvent:
        try:
            done = self._carried_out(command)
        except ArgumentError as error:
            return WorldEvent(self._tick, Refused(self.time, command, str(error)))
        if isinstance(command, CHANGES_CONTENT):
            self._content = None
        return WorldEvent(self._tick, *done)

    def _carried_out(self, command: Command) -> Done:
        """Do what ``command`` says, at its cost, or raise before anything is changed.

        Raises:
            ArgumentError: as in :func:`.carry_out`, or the challenge does not let it.
        """
        attempt, tick = self.attempt, self._tick
        if attempt is None:
            return carry_out(command, self._garden, self._baths)
        act = attempt.admit(command, tick, self._garden.plots)
        if isinstance(command, Guess):
            done: Done = attempt.guess(command, self.time), attempt.bath, None
        else:
            done = carry_out(command, self._garden, self._baths)
        if act is not None:
            attempt.pay(act, tick)
        return done

    def _content_json(self) -> str:
        """Return the content as JSON, which is kept until something is edited."""
        self._changes.settle()
        if self._content is None:
            biomes = tuple(self.biomes.values())
            challenge = None if self.attempt is None else self.attempt.challenge
            parts = self.seed, self.dt, self.icons, self.rhythms, biomes, challenge
            self._content = snapshot.content_json(WorldContent(*parts))
        return self._content

    def _state_json(self) -> str:
        return snapshot.state_json(
            WorldState(
                self._tick,
                self.plots,
                self.inventory,
                self._baths.states(),
                None if self.attempt is None else self.attempt.record(),
            )
        )

    def _resume(self, state: WorldState) -> None:
        self._baths.resume(state.baths)
        self._clock.reading = state.baths[0].time
        self._garden = Garden(self.baths, state.inventory)
        for plot_id, plot in state.plots.items():
            plant = Plant(plot.biome, plot_id, plot.north, plot.south)
            carry_out(plant, self._garden, self._baths)
        self._tick = checked_count(state.tick, "tick", at_least=0)
        if self.attempt is not None:
            self.attempt.resume(state.attempt or {})
