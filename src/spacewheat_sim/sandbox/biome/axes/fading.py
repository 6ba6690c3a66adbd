"""Things that fade away in real time."""

from __future__ import annotations

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Fading(Generic[K, V]):
    """Values by key, each of which is forgotten after a while.

    Args:
        seconds: How long a value lasts.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._left: dict[K, float] = {}
        self._values: dict[K, V] = {}

    def put(self, key: K, value: V) -> None:
        """Keep ``value`` from now on, in the place of an earlier one."""
        self._left[key] = self._seconds
        self._values[key] = value

    def get(self, key: K) -> V | None:
        """Return the value of ``key`` while it lasts."""
        return self._values.get(key)

    def values(self) -> tuple[V, ...]:
        """Return the values that last, oldest first."""
        return tuple(self._values.values())

    def fresh(self, key: K) -> float:
        """Return how fresh a value is, from 1 when it is new down to 0."""
        return self._left.get(key, 0.0) / self._seconds

    def forget(self, key: K) -> None:
        """Let a value go at once."""
        self._left.pop(key, None)
        self._values.pop(key, None)

    def advance(self, seconds: float) -> None:
        """Let real time pass."""
        for key in list(self._left):
            self._left[key] -= seconds
            if self._left[key] <= 0.0:
                self.forget(key)
