"""Recent Bloch vectors of each planted axis."""

from __future__ import annotations

from collections import deque

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
        self._points: dict[PlotId, deque[BlochVector]] = {}

    def extend(self, world: World) -> None:
        """Add the present Bloch vector of each axis."""
        for name in world.baths:
            for plot_id, projection in projections(world, name).items():
                trail = self._points.setdefault(plot_id, deque(maxlen=POINTS))
                trail.append(projection.bloch)

    def of(self, plot_id: PlotId) -> tuple[BlochVector, ...]:
        """Return the recent Bloch vectors of a plot's axis, oldest first."""
        return tuple(self._points.get(plot_id, ()))

    def forget(self, plot_id: PlotId) -> None:
        """Delete the trail of a plot, which may get another axis."""
        self._points.pop(plot_id, None)
