"""Plots: axes of two emojis, through which a player sees, measures and harvests baths.

A harvest takes what is on the axis: it goes to the biome's ground, and the player gets
its value; see :mod:`spacewheat_sim.quantum.harvest`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from spacewheat_sim.choices import MeasurementKind
from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.engine.bath.axes import axis_poles
from spacewheat_sim.engine.bath.bath import QuantumBath
from spacewheat_sim.engine.bath.events import Harvested, Measured
from spacewheat_sim.engine.world.commands import PlotId
from spacewheat_sim.engine.world.events import Looked, Planted, Removed
from spacewheat_sim.errors import ArgumentError, UnknownNameError


@dataclass(frozen=True, slots=True)
class Plot:
    """An axis of two emojis of a biome's bath."""

    biome: str
    north: str
    south: str


class Garden:
    """The plots of a world, and what they have yielded.

    Args:
        baths: The world's baths by name.
        inventory: What earlier plots have yielded.
        plots: The plots that there are already.

    Attributes:
        plots: Read-only view of the plots by id, in the order of planting.
        inventory: Read-only view of the value harvested as each emoji, which is in
            canonical form.
    """

    def __init__(
        self,
        baths: Mapping[str, QuantumBath],
        inventory: Mapping[str, float] = MappingProxyType({}),
        plots: Mapping[PlotId, Plot] = MappingProxyType({}),
    ) -> None:
        self._baths = baths
        self._plots = dict(plots)
        self._inventory = dict(inventory)
        self.plots: Mapping[PlotId, Plot] = MappingProxyType(self._plots)
        self.inventory: Mapping[str, float] = MappingProxyType(self._inventory)

    def plot(self, plot_id: PlotId) -> Plot:
        """Return a plot.

        Raises:
            UnknownNameError: nothing is planted there.
        """
        plot = self._plots.get(plot_id)
        if plot is None:
            known = [str(planted) for planted in self._plots]
            raise UnknownNameError("plot", str(plot_id), known, "in this world")
        return plot

    def bath(self, biome: str) -> QuantumBath:
        """Return the bath of that name.

        Raises:
            UnknownNameError: the world has no such biome.
        """
        bath = self._baths.get(biome)
        if bath is None:
            raise UnknownNameError("biome", biome, self._baths, "in this world")
        return bath

    def check_kept(self, biome: str, emojis: Collection[str]) -> None:
        """Refuse to leave out an emoji of ``biome`` that a plot is on.

        Args:
            biome: Name of a bath.
            emojis: The emojis that it is to have, in canonical form.

        Raises:
            ArgumentError: there is such a plot, or no such biome.
        """
        self.bath(biome)
        for name, plot in self._plots.items():
            for emoji in (plot.north, plot.south):
                if plot.biome == biome and canonical_emoji(emoji) not in emojis:
                    raise ArgumentError(
                        f"{emoji} cannot leave, because plot {name!r} is on it; remove "
                        "or harvest the plot first"
                    )

    def undo(self) -> Callable[[], None]:
        """Return what brings plots and inventory back to what they are now."""
        plots, inventory = dict(self._plots), dict(self._inventory)

        def take_back() -> None:
            self._plots.clear()
            self._plots.update(plots)
            self._inventory.clear()
            self._inventory.update(inventory)

        return take_back

    def fork(self, baths: Mapping[str, QuantumBath]) -> Garden:
        """Return a garden that is as this one is, over the baths of another world."""
        return Garden(baths, self._inventory, self._plots)

    def plant(self, biome: str, plot: PlotId, north: str, south: str) -> Planted:
        """Put a plot on an axis of a biome.

        Raises:
            ArgumentError: the plot is taken, or there is no such axis.
        """
        bath = self.bath(biome)
        taken = self._plots.get(plot)
        if taken is not None:
            raise ArgumentError(
                f"Plot {plot!r} is planted already, with {taken.north}/{taken.south} "
                f"of {taken.biome}; harvest or remove it first"
            )
        n, s = axis_poles(bath.operators, north, south)
        self._plots[plot] = Plot(biome, bath.emojis[n], bath.emojis[s])
        return Planted(bath.time, bath.emojis[n], bath.emojis[s])

    def look(self, plot: PlotId) -> Looked:
        """Return the projection of the bath on a plot's axis."""
        bath, north, south = self._axis(plot)
        projection = bath.project_onto_axis(north, south)
        return Looked(bath.time, north, south, projection)

    def measure(
        self, plot: PlotId, kind: MeasurementKind, strength: float | None
    ) -> Measured:
        """Measure a plot's axis; see :meth:`QuantumBath.measure`."""
        bath, north, south = self._axis(plot)
        return bath.measure(north, south, kind, strength)

    def harvest(self, plot: PlotId, value: Callable[[str, str], float]) -> Harvested:
        """Take what is on a plot's axis; free the plot if anything was taken.

        ``value`` says what an emoji of a bath is worth, by both their names.
        """
        bath, north, south = self._axis(plot)
        found = bath.take(north, south)
        if found.outcome is None:
            return found
        emoji = canonical_emoji(found.outcome)
        event = replace(found, amount=value(self._plots[plot].biome, emoji))
        self._inventory[emoji] = self._inventory.get(emoji, 0.0) + event.amount
        del self._plots[plot]
        return event

    def remove(self, plot: PlotId) -> Removed:
        """Free a plot."""
        bath, north, south = self._axis(plot)
        del self._plots[plot]
        return Removed(bath.time, north, south)

    def _axis(self, plot: PlotId) -> tuple[QuantumBath, str, str]:
        it = self.plot(plot)
        return self._baths[it.biome], it.north, it.south
