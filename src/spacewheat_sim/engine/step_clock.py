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
    """Counts steps instead of adding seconds: a million steps lose no digit.

    Attributes:
        reading: What it shows; it goes on from there if set.
    """

    __slots__ = ("reading",)

    def __init__(self) -> None:
        self.restart()

    @property
    def time(self) -> float:
        """Game time in seconds since the start."""
        origin, dt, steps = self.reading
        return origin + steps * dt

    def restart(self) -> None:
        """Show 0."""
        self.reading = Reading(0.0, 0.0, 0)

    def count(self, dt: float, steps: int = 1) -> None:
        """Go on by ``steps`` steps of ``dt`` seconds."""
        origin, last, count = self.reading
        if dt != last:
            origin, count = self.time, 0
        self.reading = Reading(origin, dt, count + steps)
