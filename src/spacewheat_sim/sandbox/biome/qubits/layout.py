"""The places of a register's qubits around an oval."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations

from spacewheat_sim.sandbox.biome.oval.layout import even_angles
from spacewheat_sim.sandbox.biome.sphere import BlochSphere
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.points import Point

# Height of a pole's emoji, as a share of the sphere's radius, and its limits in pixels.
POLE, LEAST_POLE, MOST_POLE = 0.5, 11.0, 40.0
SMALLEST, LARGEST = 6.0, 110.0
# Radius of a sphere as a share of the height: two are in a row, more are around.
IN_A_ROW, AROUND = 0.3, 0.2
# Room for the numbers beside a sphere, sideways in pixels.
LABEL = 70.0
# Radius of a sphere as a share of the distance to its nearest neighbor.
SHARE = 0.3
# Half the width of the oval in radii, for each axis: few of them stay together.
SPREAD = 1.4


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
    """Place ``count`` spheres with their poles as large as they can be in ``area``.

    The first is at the left end of their oval or at its top, wherever all are larger.
    """
    layouts = [_fitted(count, area, start) for start in (-math.pi, -math.pi / 2)]
    return max(layouts, key=lambda layout: layout.spheres[0].r)


def _fitted(count: int, area: Rect, start: float) -> QubitLayout:
    """Find the largest spheres by bisection: they shrink their own oval."""
    share = IN_A_ROW if count <= 2 else AROUND
    low, high = SMALLEST, min(LARGEST, share * min(area.w, area.h))
    for _ in range(12):
        radius = (low + high) / 2
        places = _places(count, area, radius, start)
        fits = radius <= SHARE * _nearest(places)
        low, high = (radius, high) if fits else (low, radius)
    places = _places(count, area, low, start)
    return QubitLayout(tuple(BlochSphere(x, y, low) for x, y in places), _pole(low))


def _places(count: int, area: Rect, radius: float, start: float) -> list[Point]:
    x, y = area.center
    if count == 1:
        return [(x, y)]
    most = SPREAD * count * radius + LABEL
    a = max(1.0, min(most, area.w / 2 - radius - LABEL))
    b = max(1.0, area.h / 2 - radius - 1.16 * _pole(radius))
    angles = even_angles(count, a, b, start).tolist()
    return [(x + a * math.cos(angle), y + b * math.sin(angle)) for angle in angles]


def _nearest(places: list[Point]) -> float:
    pairs = combinations(places, 2)
    return min((math.dist(one, other) for one, other in pairs), default=math.inf)


def _pole(radius: float) -> float:
    return min(max(POLE * radius, LEAST_POLE), MOST_POLE)
