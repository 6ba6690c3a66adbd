"""Values that expire in real time."""

from __future__ import annotations

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Fading(Generic[K, V]):
    """Values by key, each of which expires.

    Args:
        seconds: How long a value lasts.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._left: dict[K, float] = {}
        self._values: dict[K, V] = {}

    def put(self, key: K, value: V) -> None:
        """Store ``value`` from now on; it replaces an earlier one."""
        self._left[key] = self._seconds
        self._values[key] = value

    def get(self, key: K) -> V | None:
        """Return the value of ``key``, or None if it has expired."""
        return self._values.get(key)

    def values(self) -> tuple[V, ...]:
        """Return the values that have not expired, oldest first."""
        return tuple(self._values.values())

    def fresh(self, key: K) -> float:
        """Return the remaining share of a value's time, from 1 down to 0."""
        return self._left.get(key, 0.0) / self._seconds

    def forget(self, key: K) -> None:
        """Remove a value at once."""
        self._left.pop(key, None)
        self._values.pop(key, None)

    def clear(self) -> None:
        """Remove all values at once."""
        self._left.clear()
        self._values.clear()

    def advance(self, seconds: float) -> None:
        """Advance by ``seconds`` of real time."""
        for key in list(self._left):
            self._left[key] -= seconds
            if self._left[key] <= 0.0:
                self.forget(key)
