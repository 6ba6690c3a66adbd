"""Plots: axes of two emojis, through which a player sees, measures and harvests baths.

A harvest is the strong measurement of the game. The outcome n or s is drawn with
probability p_n / (p_n + p_s), the bath collapses wholly onto it, and the player gets
the axis's radius √(p_n + p_s) before the harvest as energy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.engine.bath.bath import QuantumBath
from spacewheat_sim.engine.bath.events import Measured
from spacewheat_sim.engine.world.commands import (
    Harvest,
    Look,
    Measure,
    Plant,
    PlotId,
    Remove,
)
from spacewheat_sim.engine.world.events import Harvested, Looked, Planted, Removed
from spacewheat_sim.errors import ArgumentError, UnknownNameError

PlotCommand = Plant | Look | Measure | Harvest | Remove
PlotEvent = Planted | Looked | Measured | Harvested | Removed


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

    def undo(self) -> Callable[[], None]:
        """Return what brings plots and inventory back to what they are now."""
        plots, inventory = dict(self._plots), dict(self._inventory)

        def take_back() -> None:
            self._plots.clear()
            self._plots.update(plots)
            self._inventory.clear()
            self._inventory.update(inventory)

        return take_back

    def obey(self, command: PlotCommand) -> PlotEvent:
        """Do what ``command`` says, or raise before anything is changed.

        Raises:
            ArgumentError: an unknown plot, biome or emoji, a plot that is taken, one
                emoji at both poles, an unknown kind of measurement, or a strength out
                of its range.
        """
        match command:
            case Plant():
                return self._plant(command)
            case Look():
                return self._look(self.plot(command.plot))
            case Measure():
                return self._measure(self.plot(command.plot), command)
            case Harvest():
                return self._harvest(self.plot(command.plot), command.plot)
            case Remove():
                return self._remove(self.plot(command.plot), command.plot)

    def _plant(self, command: Plant) -> Planted:
        bath = self.bath(command.biome)
        taken = self._plots.get(command.plot)
        if taken is not None:
            raise ArgumentError(
                f"Plot {command.plot!r} is planted already, with {taken.north}/"
                f"{taken.south} of {taken.biome}; harvest or remove it first"
            )
        bath.project_onto_axis(command.north, command.south)  # refuses what is no axis
        index = bath.operators.index
        north, south = (bath.emojis[index(e)] for e in (command.north, command.south))
        self._plots[command.plot] = Plot(command.biome, north, south)
        return Planted(bath.time, north, south)

    def _look(self, plot: Plot) -> Looked:
        bath = self._baths[plot.biome]
        projection = bath.project_onto_axis(plot.north, plot.south)
        return Looked(bath.time, plot.north, plot.south, projection)

    def _measure(self, plot: Plot, command: Measure) -> Measured:
        bath = self._baths[plot.biome]
        return bath.measure(plot.north, plot.south, command.kind, command.strength)

    def _harvest(self, plot: Plot, plot_id: PlotId) -> Harvested:
        bath = self._baths[plot.biome]
        energy = bath.project_onto_axis(plot.north, plot.south).radius
        # A game measurement of strength 0 draws the outcome and disturbs nothing.
        outcome = bath.measure(plot.north, plot.south, "game", 0.0).outcome
        if outcome is not None:
            bath.full_collapse(outcome)
            emoji = canonical_emoji(outcome)
            self._inventory[emoji] = self._inventory.get(emoji, 0.0) + energy
            del self._plots[plot_id]
        return Harvested(bath.time, plot.north, plot.south, outcome, energy)

    def _remove(self, plot: Plot, plot_id: PlotId) -> Removed:
        del self._plots[plot_id]
        return Removed(self._baths[plot.biome].time, plot.north, plot.south)
