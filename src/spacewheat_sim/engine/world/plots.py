"""Plots: axes of two emojis, through which a player sees, measures and harvests baths.

A harvest is the strong measurement of the game. The outcome n or s is drawn with
probability p_n / (p_n + p_s), the bath collapses wholly onto it, and the player gets
the axis's radius √(p_n + p_s) before the harvest as energy.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from spacewheat_sim.choices import MeasurementKind
from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.engine.bath.axes import axis_poles
from spacewheat_sim.engine.bath.bath import QuantumBath
from spacewheat_sim.engine.bath.events import Measured
from spacewheat_sim.engine.world.commands import PlotId
from spacewheat_sim.engine.world.events import Harvested, Looked, Planted, Removed
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

    Attributes:
        plots: Read-only view of the plots by id, in the order of planting.
        inventory: Read-only view of the energy harvested as each emoji, which is in
            canonical form.
    """

    def __init__(
        self,
        baths: Mapping[str, QuantumBath],
        inventory: Mapping[str, float] = MappingProxyType({}),
    ) -> None:
        self._baths = baths
        self._plots: dict[PlotId, Plot] = {}
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

    def harvest(self, plot: PlotId) -> Harvested:
        """Collapse the bath onto a pole of a plot, take the energy, free the plot."""
        bath, north, south = self._axis(plot)
        energy = bath.project_onto_axis(north, south).radius
        # A game measurement of strength 0 draws the outcome and disturbs nothing.
        outcome = bath.measure(north, south, "game", 0.0).outcome
        if outcome is not None:
            bath.full_collapse(outcome)
            emoji = canonical_emoji(outcome)
            self._inventory[emoji] = self._inventory.get(emoji, 0.0) + energy
            del self._plots[plot]
        return Harvested(bath.time, north, south, outcome, energy)

    def remove(self, plot: PlotId) -> Removed:
        """Free a plot."""
        bath, north, south = self._axis(plot)
        del self._plots[plot]
        return Removed(bath.time, north, south)

    def _axis(self, plot: PlotId) -> tuple[QuantumBath, str, str]:
        it = self.plot(plot)
        return self._baths[it.biome], it.north, it.south
