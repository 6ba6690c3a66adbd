"""The lives of a session: one world after another, by restarts or loads."""

from __future__ import annotations

from collections.abc import Callable

from spacewheat_sim import seeding
from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.engine.world.events import Event
from spacewheat_sim.engine.world.world import World
from spacewheat_sim.sandbox.biome.river.past import Past
from spacewheat_sim.sandbox.biome.session.beginning import Begun
from spacewheat_sim.sandbox.biome.session.happenings import Happenings
from spacewheat_sim.sandbox.biome.session.kept_axes import Axis, KeptAxes
from spacewheat_sim.sandbox.biome.session.shown import Shown
from spacewheat_sim.sandbox.biome.session.ticks import Ticks


class Lives:
    """Brings another world to a session, whose past has the former ones.

    Args:
        past: The session's past.
        shown: What follows the world.
        ticks: The clock, and the ticks of the world.
        happenings: Is told how a life began.
        anew: Returns the world of a seed with which a restart begins; by default one
            of the biome as it is.

    Attributes:
        name: Name of the biome's bath in the world.
        beginners: Called whenever another life begins.
    """

    def __init__(
        self,
        past: Past,
        shown: Shown,
        ticks: Ticks,
        happenings: Happenings,
        anew: Callable[[int], World] | None,
    ) -> None:
        self._past, self._shown, self._ticks = past, shown, ticks
        self._happenings = happenings
        self._anew = anew
        self._axes = KeptAxes()
        self.name = ""
        self.beginners: list[Callable[[], None]] = []

    def begin(
        self, biome: Biome, registry: IconRegistry, seed: int, how: str = ""
    ) -> None:
        """Play a new world of a biome; the log says ``how``, if it says so."""
        self.go_on_with(World([biome], seed, self._ticks.clock.dt, registry), how)

    @property
    def is_last_attempt(self) -> bool:
        """Whether an attempt is played whose challenge is not here to begin anew."""
        return self._past.world.attempt is not None and self._anew is None

    def restart(self, *, new_seed: bool) -> list[Axis]:
        """Begin again with the same seed, or a fresh one; return the axes to plant.

        They are those that the player left planted, harvested ones included.
        """
        axes, world = self._axes.axes, self._past.world
        seed = seeding.resolve_seed(None) if new_seed else world.seed
        how = f"restarted with {'a new' if new_seed else 'the same'} seed, {seed}"
        if self._anew is None:
            self.begin(world.biomes[self.name], world.registry(), seed, how)
        else:
            self.go_on_with(self._anew(seed), how)
            self._ticks.clock.paused = False  # it was read before
        return axes

    def play(self, biome: Biome, registry: IconRegistry) -> list[Axis]:
        """Begin again with other content; return the axes to plant, if they can be."""
        axes, seed = self._axes.axes, self._past.world.seed
        self._anew = None
        self.begin(biome, registry, seed, f"restarted with other content, seed {seed}")
        present = set(self._past.world.baths[self.name].emojis)
        return [axis for axis in axes if set(axis) <= present]

    def go_on_with(self, world: World, how: str = "") -> None:
        """Play ``world`` from now on, as it is; the log says ``how``, if it says so.

        An attempt at a challenge stands still at first: there is something to be read.
        """
        self._past.leave()
        self._shown.begin(world)
        self._past.begin(world)
        if how:
            self._happenings.add(Begun(world.time, how))
        self._look()
        if world.attempt is not None:
            self._ticks.clock.paused = True

    def arrive(self) -> None:
        """Show the world, which was brought to another moment."""
        self._shown.arrive(self._past.world)
        self._ticks.clock.paused = True
        self._look()

    def note(self, event: Event) -> None:
        """Take note of what happened to an axis."""
        self._axes.note(event)

    def _look(self) -> None:
        """Look at a world that was not there a moment ago; the first bath is shown."""
        world = self._past.world
        self.name = next(iter(world.baths))
        self._ticks.problem = None
        self._ticks.set_clock(world.dt)
        self._axes = KeptAxes((p.north, p.south) for p in world.plots.values())
        for forget in self.beginners:
            forget()
