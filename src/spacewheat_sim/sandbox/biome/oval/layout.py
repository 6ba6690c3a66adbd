"""The places and sizes of the bubbles of the oval."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.sandbox.geometry import Rect

# More bubbles are placed on further ellipses inside the first.
PER_RING = 26
# Neighbors closer than this have no room for a number between them.
LABEL_DISTANCE = 46.0
# Room for a label outside the edge of its bubble, sideways and upward.
LABEL_ROOM = (41.0, 20.0)
BARE_ROOM = (6.0, 6.0)
# Largest sum of the radii of two neighbors, as a share of their distance.
FILLED = 0.9
# The largest bubble, as a share of the shorter side of its area.
MOST = 0.125
# A smaller population is drawn as 0.
EMPTY = 1e-6


@dataclass(frozen=True, slots=True)
class OvalLayout:
    """Places in basis order, clockwise from the end of the longer axis.

    Attributes:
        places: Centers of the bubbles, (N, 2).
        outward: Unit vectors away from the middle, (N, 2).
        rings: The ellipses of the bubbles, outermost first.
        middle: Center of the oval, (2,).
        smallest: Radius of the smallest bubble.
        largest: Radius of a bubble with population 1.
        emoji: Height of the smallest emoji.
        labeled: Whether there is room for a number beside each bubble.
    """

    places: FloatArray
    outward: FloatArray
    rings: tuple[Rect, ...]
    middle: FloatArray
    smallest: float
    largest: float
    emoji: float
    labeled: bool

    def radii(self, populations: FloatArray) -> FloatArray:
        """Return radii of bubbles whose area is proportional to the population.

        r = r_largest √p, and never below the smallest radius. Populations p + q ≤ 1
        have √p + √q ≤ √2: neighbors at distance d never overlap if r_largest is at
        most d / √2, which is more than half of d.
        """
        wanted = self.largest * np.sqrt(np.clip(populations, 0.0, 1.0))
        return np.asarray(np.maximum(wanted, self.smallest))

    def label_places(self, radii: FloatArray) -> FloatArray:
        """Return the centers of numbers just outside the bubbles, (N, 2)."""
        return self.places + self.outward * (radii[:, None] + (20.0, 12.0))

    def bubble_at(self, x: float, y: float, radii: FloatArray) -> int | None:
        """Return the bubble at a point, or None."""
        distances = np.hypot(self.places[:, 0] - x, self.places[:, 1] - y)
        i = int(np.argmin(distances - radii))
        return i if distances[i] <= radii[i] + 2.0 else None


# An edit keeps the places, and so does going back to before it.
@lru_cache(maxsize=16)
def oval_layout(count: int, area: Rect) -> OvalLayout:
    """Place ``count`` bubbles as large as they can be inside ``area``."""
    if count <= PER_RING:
        layout = _fitted(count, area, LABEL_ROOM, labeled=True)
        if _nearest(layout.places) >= LABEL_DISTANCE:
            return layout
    return _fitted(count, area, BARE_ROOM, labeled=False)


def _fitted(
    count: int, area: Rect, room: tuple[float, float], *, labeled: bool
) -> OvalLayout:
    """Find the largest bubbles by bisection: they shrink their own oval."""
    low, high = 0.0, MOST * min(area.w, area.h)
    for _ in range(14):
        radius = (low + high) / 2
        places, _, _ = _places(count, area, radius, room)
        low, high = (radius, high) if radius <= _bound(places) else (low, radius)
    places, outward, rings = _places(count, area, low, room)
    emoji, smallest = _smallest(_nearest(places))
    return OvalLayout(
        places=places,
        outward=outward,
        rings=rings,
        middle=np.array(area.center),
        smallest=min(smallest, max(low, 3.0)),
        largest=max(low, 3.0),
        emoji=emoji,
        labeled=labeled,
    )


def _bound(places: FloatArray) -> float:
    nearest = _nearest(places)
    _, smallest = _smallest(nearest)
    return FILLED * min(nearest / math.sqrt(2), nearest - smallest)


def _smallest(nearest: float) -> tuple[float, float]:
    """Return the height of the smallest emoji and the radius of its bubble."""
    emoji = min(max(0.5 * nearest, 9.0), 22.0)
    return emoji, min(emoji / 2 + 2.0, FILLED * nearest / 2)


def _nearest(places: FloatArray) -> float:
    if len(places) == 1:
        return math.inf
    x, y = places.T
    squares = (x[:, None] - x) ** 2 + (y[:, None] - y) ** 2
    np.fill_diagonal(squares, np.inf)
    return math.sqrt(float(squares.min()))


def _places(
    count: int, area: Rect, radius: float, room: tuple[float, float]
) -> tuple[FloatArray, FloatArray, tuple[Rect, ...]]:
    x, y = area.center
    if count == 1:
        return np.array([[x, y]]), np.array([[0.0, 1.0]]), ()
    a = max(1.0, area.w / 2 - radius - room[0])
    b = max(1.0, area.h / 2 - radius - room[1])
    number = -(-count // PER_RING)
    scales = 1.0 - np.arange(number) / number
    edges = np.rint(np.cumsum(scales) / scales.sum() * count).astype(int)
    places, outward, rings = [], [], []
    for scale, members in zip(scales, np.diff(edges, prepend=0), strict=True):
        angles = even_angles(int(members), a, b, -math.pi if a >= b else -math.pi / 2)
        unit = np.stack([np.cos(angles), np.sin(angles)], axis=1)
        normal = unit / (a, b)
        places.append((x, y) + unit * (scale * a, scale * b))
        outward.append(normal / np.hypot(*normal.T)[:, None])
        rings.append(
            Rect(x - scale * a, y - scale * b, 2 * scale * a, 2 * scale * b),
        )
    return np.concatenate(places), np.concatenate(outward), tuple(rings)


def even_angles(count: int, a: float, b: float, start: float) -> FloatArray:
    """Return parameters, from ``start`` on, that divide an ellipse into equal arcs."""
    angle = start + np.linspace(0.0, 2 * math.pi, 361)
    middles = (angle[1:] + angle[:-1]) / 2
    lengths = np.hypot(a * np.sin(middles), b * np.cos(middles))
    traveled = np.concatenate([[0.0], np.cumsum(lengths)])
    wanted = np.arange(count) / count * traveled[-1]
    return np.asarray(np.interp(wanted, traveled, angle))
