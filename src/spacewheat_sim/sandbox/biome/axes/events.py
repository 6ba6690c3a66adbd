"""The display of a collapse: flashes, leaps, and the last state of harvested axes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from spacewheat_sim.engine.bath.events import Collapsed, Harvested, Measured
from spacewheat_sim.engine.world.commands import PlotId
from spacewheat_sim.engine.world.events import Planted, WorldEvent
from spacewheat_sim.quantum.axis import project
from spacewheat_sim.sandbox.biome.axes.fading import Fading
from spacewheat_sim.sandbox.biome.session.reading import AxisReading
from spacewheat_sim.sandbox.biome.trails import BlochVector

# Seconds of real time for which a collapse, and a harvested axis, stay visible.
COLLAPSE, FAREWELL = 0.5, 1.0


@dataclass(frozen=True, slots=True)
class Farewell:
    """The last state of a harvested axis, in its old place among the others."""

    place: int
    axis: AxisReading
    amount: float


class AxesEvents:
    """Keeps for a moment what happened to the axes.

    A collapse through one axis changes the state of the whole bath: every other axis
    leaps, too.

    Attributes:
        flashes: The outcome, or None for neither, by the plot of the axis.
        leaps: The Bloch vector before the last collapse, by plot.
        farewells: The axes that were harvested, by plot.
    """

    def __init__(self) -> None:
        self.flashes: Fading[PlotId, str | None] = Fading(COLLAPSE)
        self.leaps: Fading[PlotId, BlochVector] = Fading(COLLAPSE)
        self.farewells: Fading[PlotId, Farewell] = Fading(FAREWELL)
        self._axes: tuple[AxisReading, ...] = ()

    def see(self, axes: tuple[AxisReading, ...]) -> tuple[AxisReading, ...]:
        """Update the planted axes; return them with those just harvested."""
        self._axes = axes
        shown = list(axes)
        for farewell in sorted(self.farewells.values(), key=lambda f: f.place):
            shown.insert(farewell.place, farewell.axis)
        return tuple(shown)

    def note(self, event: WorldEvent) -> None:
        """Record an event of the bath."""
        what = event.event
        if isinstance(what, Planted) and event.plot is not None:
            for fading in (self.flashes, self.leaps, self.farewells):
                fading.forget(event.plot)
        elif isinstance(what, Collapsed):
            poles = {a.plot: (a.north, a.south) for a in self._axes}
            self._collapse(what.emoji, [p for p, e in poles.items() if what.emoji in e])
        elif isinstance(what, Measured | Harvested) and event.plot is not None:
            self._collapse(what.outcome, [event.plot])
            if isinstance(what, Harvested) and what.outcome is not None:
                self._part(event.plot, what)

    def forget(self) -> None:
        """Drop what is shown of another life."""
        for fading in (self.flashes, self.leaps, self.farewells):
            fading.clear()

    @property
    def moving(self) -> bool:
        """Whether anything fades."""
        return any(f.values() for f in (self.flashes, self.leaps, self.farewells))

    def advance(self, real_seconds: float) -> None:
        """Advance by ``real_seconds`` of real time."""
        for fading in (self.flashes, self.leaps, self.farewells):
            fading.advance(real_seconds)

    def _collapse(self, outcome: str | None, plots: list[PlotId]) -> None:
        for axis in self._axes:
            self.leaps.put(axis.plot, axis.projection.bloch)
        for plot in plots:
            self.flashes.put(plot, outcome)

    def _part(self, plot: PlotId, harvest: Harvested) -> None:
        for place, axis in enumerate(self._axes):
            if axis.plot == plot:
                at_north = harvest.outcome == axis.north
                pole = project(float(at_north), float(not at_north), 0j)
                last = replace(axis, projection=pole, trail=np.empty((0, 3)))
                self.farewells.put(plot, Farewell(place, last, harvest.amount))
