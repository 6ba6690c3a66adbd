"""Recent Bloch vectors of each planted axis."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.engine.world.commands import PlotId
from spacewheat_sim.engine.world.world import World
from spacewheat_sim.sandbox.biome.session.projections import projections

BlochVector = tuple[float, float, float]

POINTS = 60
# Points that a frame may add to a trail: enough for a smooth curve at any speed.
POINTS_OF_A_FRAME = 8


class Trails:
    """Bloch vectors of the last ticks, by plot."""

    def __init__(self) -> None:
        self._trails: dict[PlotId, _Trail] = {}

    def extend(self, world: World) -> None:
        """Add the present Bloch vector of each axis."""
        for name in world.baths:
            for plot_id, projection in projections(world, name).items():
                trail = self._trails.get(plot_id)
                if trail is None:
                    trail = self._trails[plot_id] = _Trail()
                trail.add(projection.bloch)

    def of(self, plot_id: PlotId) -> FloatArray:
        """Return the recent Bloch vectors of a plot's axis, (T, 3), oldest first."""
        trail = self._trails.get(plot_id)
        return np.empty((0, 3)) if trail is None else trail.vectors()

    def forget(self, plot_id: PlotId) -> None:
        """Delete the trail of a plot, which may get another axis."""
        self._trails.pop(plot_id, None)


class _Trail:
    """The last vectors, in an array that has room to move on for a while."""

    def __init__(self) -> None:
        self._rows = np.empty((4 * POINTS, 3))
        self._end = 0

    def add(self, bloch: BlochVector) -> None:
        if self._end == len(self._rows):
            self._rows[:POINTS] = self._rows[-POINTS:]
            self._end = POINTS
        self._rows[self._end] = bloch
        self._end += 1

    def vectors(self) -> FloatArray:
        return self._rows[max(0, self._end - POINTS) : self._end].copy()
