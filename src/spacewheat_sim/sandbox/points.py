"""Points of a line as one array: what is drawn anew in every frame."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from spacewheat_sim.arrays import FloatArray

Point = tuple[float, float]


class Points:
    """Points that are told from others by their places, as a tuple of pairs is.

    Args:
        array: (P, 2), x before y, or of lines of equally many points (L, P, 2); it is
            kept if it can be, and must stay as it is.

    Attributes:
        array: As given, row by row.

    Example:
        >>> points = Points(np.array([[0.0, 1.0], [2.0, 3.0]]))
        >>> points == Points(np.array([[0.0, 1.0], [2.0, 3.0]])), list(points)
        (True, [(0.0, 1.0), (2.0, 3.0)])
    """

    __slots__ = ("array",)

    def __init__(self, array: FloatArray) -> None:
        self.array = np.ascontiguousarray(array, dtype=np.float64)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.array)

    def __iter__(self) -> Iterator[Point]:
        """Return an iterator over them, as pairs."""
        return map(tuple, self.array.tolist())

    def __getitem__(self, place: int) -> Point:
        """Return one of them as a pair."""
        x, y = self.array[place].tolist()
        return x, y

    def __eq__(self, other: object) -> bool:
        """Return whether ``other`` has the same places."""
        return isinstance(other, Points) and np.array_equal(self.array, other.array)

    def __hash__(self) -> int:
        """Return a hash of the places."""
        return hash(self.array.tobytes())


Vertices = tuple[Point, ...] | Points


def as_array(points: Vertices) -> FloatArray:
    """Return points as an array (P, 2)."""
    if isinstance(points, Points):
        return points.array
    return np.array(points, dtype=np.float64)
