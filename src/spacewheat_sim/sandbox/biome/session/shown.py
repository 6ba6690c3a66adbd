"""What is shown of a world beside its own numbers: links, trails, and the mean."""

from __future__ import annotations

from spacewheat_sim.engine.bath.bath import QuantumBath
from spacewheat_sim.engine.bath.events import Harvested
from spacewheat_sim.engine.world.events import BiomeEdited, Planted, Removed, WorldEvent
from spacewheat_sim.engine.world.world import World
from spacewheat_sim.sandbox.biome.ghost import BEGIN_ANEW, Ghost
from spacewheat_sim.sandbox.biome.session.reading import BiomeReading, read_biome
from spacewheat_sim.sandbox.biome.trails import Trails
from spacewheat_sim.sandbox.biome.wiring import Wiring


class Shown:
    """Follows the world of a session, whose first bath is shown.

    Attributes:
        ghost: The mean over all histories.
        wiring: The links between the emojis.
        trails: Recent Bloch vectors of the planted axes.
    """

    wiring: Wiring

    def __init__(self) -> None:
        self.ghost = Ghost()
        self.trails = Trails()
        self._width = 0

    def begin(self, world: World) -> None:
        """Show a world from its beginning."""
        self.trails = Trails()
        self._fit(world)

    def arrive(self, world: World) -> None:
        """Show a world at another moment, to which the mean was brought with it."""
        bath = _bath(world)
        self.trails = Trails()
        self._width = len(bath.emojis)
        self.wiring = Wiring(bath.operators, _secret(world))

    def note(self, world: World, event: WorldEvent) -> None:
        """Take note of an event."""
        what, bath = event.event, _bath(world)
        if isinstance(what, BiomeEdited) and len(bath.emojis) != self._width:
            self._fit(world)
        if isinstance(what, BEGIN_ANEW):
            self.ghost.restart(bath)
        if isinstance(what, Planted | Harvested | Removed) and event.plot is not None:
            self.trails.forget(event.plot)

    def advance(self, world: World, ticks: int) -> None:
        """Follow a world that has done ``ticks`` ticks."""
        self._follow_operators(world)
        self.ghost.advance(world, ticks)

    def reading(self, world: World, name: str) -> BiomeReading:
        """Return the numbers to show of the bath ``name``."""
        self._follow_operators(world)
        mean = None if _secret(world) else self.ghost.populations()
        return read_biome(world, name, self.wiring, mean, self.trails)

    def _fit(self, world: World) -> None:
        """Begin anew what has a place for each emoji."""
        bath = _bath(world)
        self._width = len(bath.emojis)
        self.wiring = Wiring(bath.operators, _secret(world))
        self.ghost.restart(bath)

    def _follow_operators(self, world: World) -> None:
        """Update what depends on the operators, if those differ, or more is told."""
        operators, secret = _bath(world).operators, _secret(world)
        if operators is not self.wiring.operators or secret != self.wiring.secret:
            self.wiring = Wiring(operators, secret)


def _secret(world: World) -> frozenset[str]:
    """Return what the challenge that is played in a world does not tell."""
    return frozenset() if world.attempt is None else world.attempt.secret


def _bath(world: World) -> QuantumBath:
    return next(iter(world.baths.values()))
