"""Game time, counted in steps."""

from __future__ import annotations

from typing import NamedTuple


class Reading(NamedTuple):
    """What a clock shows.

    Attributes:
        origin: Seconds at which the present dt came into use.
        dt: Length of the last step in seconds, 0 before the first.
        steps: Steps of ``dt`` since ``origin``.
    """

    origin: float
    dt: float
    steps: int


class StepClock:
    """Counts steps instead of adding seconds: a million steps lose no digit."""

    __slots__ = ("_dt", "_origin", "_steps")

    def __init__(self) -> None:
        self.restart()

    @property
    def time(self) -> float:
        """Game time in seconds since the start."""
        return self._origin + self._steps * self._dt

    @property
    def reading(self) -> Reading:
        """What the clock shows; it goes on from there if set."""
        return Reading(self._origin, self._dt, self._steps)

    @reading.setter
    def reading(self, reading: Reading) -> None:
        self._origin, self._dt, self._steps = reading

    def restart(self) -> None:
        """Show 0."""
        self._origin, self._dt, self._steps = 0.0, 0.0, 0

    def count(self, dt: float, steps: int = 1) -> None:
        """Go on by ``steps`` steps of ``dt`` seconds."""
        if dt != self._dt:
            self._origin, self._dt, self._steps = self.time, dt, 0
        self._steps += steps
