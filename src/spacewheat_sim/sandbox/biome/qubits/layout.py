"""The places of a register's qubits around an oval."""

from __future__ import annotations

import math
from dataclasses import dataclass

from spacewheat_sim.sandbox.biome.oval.layout import oval_layout
from spacewheat_sim.sandbox.biome.sphere import BlochSphere
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.shapes import Point

# Height of a pole's emoji, as a share of the sphere's radius, and its limits in pixels.
POLE, LEAST_POLE, MOST_POLE = 0.5, 11.0, 26.0
LARGEST = 54.0
# Radius of a sphere as a share of the distance to its nearest neighbor.
SHARE = 0.3


@dataclass(frozen=True, slots=True)
class QubitLayout:
    """Where each axis of a register is drawn.

    Attributes:
        spheres: One for each axis.
        pole: Height of the poles' emojis in pixels.
    """

    spheres: tuple[BlochSphere, ...]
    pole: float

    def pole_places(self, axis: int) -> tuple[Point, Point]:
        """Return where the emojis of an axis's north and south are."""
        return self.spheres[axis].poles(0.58 * self.pole)

    def axis_at(self, x: float, y: float) -> int | None:
        """Return the axis whose sphere or poles are at a point, or None."""
        for axis, sphere in enumerate(self.spheres):
            places = ((sphere.x, sphere.y), *self.pole_places(axis))
            reaches = (sphere.r + 2.0, 0.6 * self.pole, 0.6 * self.pole)
            for (px, py), reach in zip(places, reaches, strict=True):
                if math.hypot(x - px, y - py) <= reach:
                    return axis
        return None

    def pole_at(self, x: float, y: float) -> int | None:
        """Return the emoji of a pole at a point, by its index, or None.

        In the sphere itself it is the pole of the half that was hit.
        """
        axis = self.axis_at(x, y)
        if axis is None:
            return None
        return 2 * axis + int(y > self.spheres[axis].y)


def qubit_layout(count: int, area: Rect) -> QubitLayout:
    """Place ``count`` spheres with their poles as large as they can be in ``area``."""
    places = oval_layout(count, area.inset(LARGEST * 0.35, LARGEST * 0.6)).places
    nearest = min(
        (
            math.dist(a, b)
            for i, a in enumerate(places.tolist())
            for b in places.tolist()[:i]
        ),
        default=math.inf,
    )
    radius = min(LARGEST, SHARE * nearest, 0.2 * min(area.w, area.h))
    radius = max(radius, 6.0)
    pole = min(max(POLE * radius, LEAST_POLE), MOST_POLE)
    spheres = tuple(BlochSphere(x, y, radius) for x, y in places.tolist())
    return QubitLayout(spheres, pole)
