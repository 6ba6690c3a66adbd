"""Arcs from bubble to bubble, and dots that move along them."""

from __future__ import annotations

from functools import cache

import numpy as np

from spacewheat_sim.arrays import FloatArray, IndexArray
from spacewheat_sim.sandbox.biome.oval.layout import OvalLayout

# How far an arc bends toward the middle of the oval, as a share of the distance to it
# and, for near neighbors, of its length: it passes the bubbles between its ends.
INWARD, MOST_INWARD = 0.38, 0.42


class Curves:
    """Quadratic Bézier arcs between places of a layout.

    Args:
        layout: The places of the bubbles.
        starts: Bubble at the start of each of M arcs, (M,).
        ends: Bubble at its end, (M,).
        aside: How far it bends to the right, as a share of its length; this separates
            the two arcs between one pair.

    Attributes:
        starts: As given.
        ends: As given.
        lengths: Distance of the two places, (M,).
    """

    def __init__(
        self,
        layout: OvalLayout,
        starts: IndexArray,
        ends: IndexArray,
        aside: float = 0.0,
    ) -> None:
        self.starts, self.ends = starts, ends
        self._from, self._to = layout.places[starts], layout.places[ends]
        way = self._to - self._from
        self.lengths: FloatArray = np.hypot(way[:, 0], way[:, 1])
        between = (self._from + self._to) / 2
        inward = layout.middle - between
        depth = np.hypot(inward[:, 0], inward[:, 1])
        share = np.minimum(INWARD, MOST_INWARD * self.lengths / np.maximum(depth, 1.0))
        right = np.stack([-way[:, 1], way[:, 0]], axis=1)
        self._control = between + inward * share[:, None] + right * aside
        self._out = _unit(self._control - self._from)
        self._back = _unit(self._control - self._to)

    def trimmed(self, radii: FloatArray, arrived: float = 0.0) -> Arcs:
        """Return the arcs from edge to edge, ``arrived`` pixels short of the end."""
        begin = self._from + self._out * radii[self.starts, None]
        end = self._to + self._back * (radii[self.ends, None] + arrived)
        return Arcs(begin, self._control, end)

    def ending_at(self, radii: FloatArray, ends: FloatArray) -> Arcs:
        """Return the arcs from the edges of bubbles to other ``ends``, (M, 2)."""
        begin = self._from + self._out * radii[self.starts, None]
        return Arcs(begin, self._control, ends)

    def heads(
        self, radii: FloatArray, length: FloatArray, breadth: FloatArray
    ) -> FloatArray:
        """Return corners of arrowheads whose tips touch the bubbles, (M, 3, 2)."""
        tip = self._to + self._back * radii[self.ends, None]
        base = tip + self._back * length[:, None]
        side = self._back[:, ::-1] * (-1.0, 1.0) * breadth[:, None]
        return np.stack([tip, base + side, base - side], axis=1)


class Arcs:
    """Arcs by their begin, control and end points, each (M, 2)."""

    def __init__(self, begin: FloatArray, control: FloatArray, end: FloatArray) -> None:
        self.begin, self.control, self.end = begin, control, end

    def polylines(self, which: IndexArray, points: int) -> FloatArray:
        """Return evenly spaced points on some of the arcs, (W, points, 2)."""
        first, middle, last = _weights(points)
        return np.asarray(
            first * self.begin[which, None]
            + middle * self.control[which, None]
            + last * self.end[which, None]
        )

    def at(self, which: IndexArray, t: FloatArray) -> FloatArray:
        """Return one point on each of some arcs, (W, 2), at parameters ``t``, (W,)."""
        t = t[:, None]
        return np.asarray(
            (1 - t) ** 2 * self.begin[which]
            + 2 * t * (1 - t) * self.control[which]
            + t**2 * self.end[which]
        )


class Beads:
    """Evenly spaced dots that move along curves.

    Args:
        lengths: Length of each curve, (M,).
        spacing: Distance of two dots; each curve has at least one.

    Attributes:
        links: The curve of each of D dots, (D,).
    """

    def __init__(self, lengths: FloatArray, spacing: float) -> None:
        counts = np.maximum(1, np.rint(lengths / spacing)).astype(np.intp)
        self.links: IndexArray = np.repeat(np.arange(len(lengths)), counts)
        first = np.cumsum(counts) - counts
        rank = np.arange(len(self.links)) - first[self.links]
        self._offsets = (rank + 0.5) / counts[self.links]
        self._lengths = np.maximum(lengths, 1.0)

    def parameters(self, traveled: FloatArray | float) -> FloatArray:
        """Return parameters of the dots, 0 … 1, after ``traveled`` pixels, (M,)."""
        shift = traveled / self._lengths
        return np.asarray((self._offsets + shift[self.links]) % 1.0)


@cache
def _weights(points: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the weights of begin, control and end at even parameters, (points, 1)."""
    t = np.linspace(0.0, 1.0, points)[:, None]
    return (1 - t) ** 2, 2 * t * (1 - t), t**2


def _unit(vectors: FloatArray) -> FloatArray:
    lengths = np.maximum(np.hypot(vectors[:, 0], vectors[:, 1]), 1e-9)
    return np.asarray(vectors / lengths[:, None])
