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
    checked_items,
    checked_seconds,
)
from spacewheat_sim.engine.bath.bath import QuantumBath
from spacewheat_sim.engine.bath.step_clock import StepClock
from spacewheat_sim.engine.challenges.attempt import Attempt, begin
from spacewheat_sim.engine.world import snapshot
from spacewheat_sim.engine.world.baths import WorldBaths
from spacewheat_sim.engine.world.biomes import (
    BiomeLike,
    bath_names,
    checked_biomes,
    opened,
)
from spacewheat_sim.engine.world.commands import COMMANDS, Command, PlotId
from spacewheat_sim.engine.world.events import WorldEvent
from spacewheat_sim.engine.world.group import SharedSettings
from spacewheat_sim.engine.world.plots import Garden, Plot
from spacewheat_sim.engine.world.running import RunningWorld
from spacewheat_sim.engine.world.snapshot import SnapshotError
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.plain_values import shown
from spacewheat_sim.quantum.axis import AxisProjections

# Most ticks have none: Python has one empty tuple, which is quickly told.
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
        root = seeding.resolve_seed(seed)
        given = checked_biomes(biomes)
        authored, icons = opened(given, registry)
        named = dict(zip(bath_names(authored), authored, strict=True))
        shared = SharedSettings(root, StepClock(), icons)
        baths = WorldBaths(named, shared, dt)
        attempt = None
        if challenge is not None:
            attempt = begin(challenge, baths.baths, root, baths.dt)
        self._hold(RunningWorld(shared, baths, Garden(baths.baths), attempt))

    def _hold(self, running: RunningWorld) -> None:
        self._running, self._changes = running, running.shared.clock.changes

    @classmethod
    def _of(cls, running: RunningWorld) -> World:
        world = cls.__new__(cls)
        world._hold(running)  # noqa: SLF001  # its own
        return world

    def __repr__(self) -> str:
        names = list(dict.fromkeys(biome.name for biome in self.biomes.values()))
        return (
            f"World({len(self.baths)} baths of {', '.join(names)}, seed={self.seed}, "
            f"tick={self.tick_count})"
        )

    # --- what it is ---------------------------------------------------------------

    @property
    def seed(self) -> int:
        """Root of all streams."""
        return self._running.shared.seed

    @property
    def dt(self) -> float:
        """Length of a tick in seconds; a command changes it."""
        return self._whole.baths.dt

    @property
    def tick_count(self) -> int:
        """Ticks done."""
        return self._whole.tick

    @property
    def time(self) -> float:
        """Game time in seconds: the sum of all ticks' ``dt``."""
        return self._whole.shared.clock.time

    @property
    def attempt(self) -> Attempt | None:
        """What was paid and counted of the challenge; None without one."""
        return self._running.attempt

    @property
    def baths(self) -> Mapping[str, QuantumBath]:
        """Read-only view of the baths by name, in the order of the biomes given."""
        return self._whole.baths.baths

    @property
    def biomes(self) -> Mapping[str, Biome]:
        """Read-only view of what each bath is made of, by the bath's name."""
        return self._whole.baths.biomes

    @property
    def icons(self) -> tuple[Icon, ...]:
        """The icons that the biomes share, with all edits."""
        return tuple(self._whole.shared.registry)

    @property
    def rhythms(self) -> Mapping[str, Rhythm]:
        """Read-only view of the rhythms that the icons share."""
        return MappingProxyType(self._whole.shared.registry.rhythms)

    def registry(self) -> IconRegistry:
        """Return a copy of the icons that the biomes share, with all edits."""
        return self._whole.shared.registry.copy()

    @property
    def plots(self) -> Mapping[PlotId, Plot]:
        """Read-only view of the plots, in the order of planting."""
        return self._whole.garden.plots

    @property
    def inventory(self) -> Mapping[str, float]:
        """Read-only view of what was harvested: amount times value, by emoji."""
        return self._whole.garden.inventory

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
        make, running = self._changes.make, self._running
        if commands is NO_COMMANDS:
            return make(running.step_memory, running.recall_step, running.go_on)
        taken = _checked(commands)
        return make(running.memory, running.recall, running.obey_and_go_on, taken)

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
        taken, running = _checked(commands), self._running
        return self._changes.make(running.memory, running.recall, running.obey, taken)

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
        return self._whole.baths.project(biome, north, south)

    # --- how it is kept -----------------------------------------------------------

    def digest(self) -> str:
        """Return the SHA-256 of all that decides how the world goes on."""
        world = self._whole
        return snapshot.world_digest(world.content_json(), world.state_json())

    def snapshot(self) -> bytes:
        """Return the world as bytes, equal for equal worlds."""
        world = self._whole
        return snapshot.snapshot_bytes(world.content_json(), world.state_json())

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
            world._running.resume(state)
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
        return self._of(self._whole.fork())

    def anew(self, seed: int, name: str) -> World:
        """Return this world of one bath under another seed and another name of it.

        It is the world that begins so, if this one has just begun: nothing is compiled.
        A hidden number is the one that is in this world, whatever the seed.
        """
        return self._of(self._whole.anew(seed, name))

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
        running = self._whole
        memory = running.memory()

        def go_back() -> None:
            recall = running.recall
            self._changes.make(running.memory, recall, recall, memory)

        return go_back

    def __copy__(self) -> World:
        return self.fork()

    def __deepcopy__(self, _memo: object) -> World:
        return self.fork()

    def __reduce__(self) -> tuple[Any, tuple[bytes]]:
        return World.restore, (self.snapshot(),)

    @property
    def _whole(self) -> RunningWorld:
        """The world as it runs, when no change of it is left half made."""
        if self._changes.thread:
            self._changes.settle()
        return self._running


def _checked(commands: Sequence[Command]) -> tuple[Command, ...]:
    """Return ``commands``, all of which are some."""
    taken = checked_items(commands, "commands", "commands")
    for command in taken:
        if type(command) not in COMMANDS.values():
            raise ArgumentError(
                f"Argument `commands` must hold commands only, but has {shown(command)}"
            )
    return taken
