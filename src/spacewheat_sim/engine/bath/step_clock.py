"""Game time, counted in steps and added up without losing digits."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import FloatArray, IntArray
from spacewheat_sim.engine.bath.changes import Changes
from spacewheat_sim.errors import ArgumentError

# Beyond it doubles do not hold every integer: the clock then begins to count anew.
MOST_STEPS = 2**53


class ClockReading(NamedTuple):
    """What a clock shows.

    Attributes:
        origin: Seconds at which the present dt came into use.
        dt: Length of the last step in seconds, 0 before the first.
        steps: Steps of ``dt`` since ``origin``.
        rest: What ``origin`` is short of, beyond its last place.
    """

    origin: float
    dt: float
    steps: int
    rest: float = 0.0


class StepClock:
    """Counts steps instead of adding seconds, and adds seconds twice as precisely.

    Whatever steps came before, the time shown is off by its last place at most.

    Attributes:
        changes: The changes to what it times.

    Example:
        >>> clock = StepClock()
        >>> for _ in range(100_000):
        ...     clock.count(0.1)
        ...     clock.count(0.2)
        >>> clock.time  # 29999.99999999736 by adding up
        30000.0
    """

    __slots__ = ("_dt", "_origin", "_rest", "_steps", "changes")
    _origin: float
    _dt: float
    _steps: int
    _rest: float

    def __init__(self) -> None:
        self.changes = Changes()
        self.restart()

    @property
    def time(self) -> float:
        """Game time in seconds since the start."""
        return self._origin + (self._rest + self._steps * self._dt)

    @property
    def reading(self) -> ClockReading:
        """What the clock shows; it goes on from there if set."""
        return ClockReading(self._origin, self._dt, self._steps, self._rest)

    @reading.setter
    def reading(self, reading: ClockReading) -> None:
        self._origin, self._dt, self._steps, self._rest = reading

    def memory(self) -> tuple[float, float, int, float]:
        """Return what the clock shows, as quickly as can be."""
        return self._origin, self._dt, self._steps, self._rest

    def recall(self, memory: tuple[float, float, int, float]) -> None:
        """Show what one did when :meth:`memory` was called."""
        self._origin, self._dt, self._steps, self._rest = memory

    def restart(self) -> None:
        """Show 0."""
        self.reading = ClockReading(0.0, 0.0, 0)

    def check(self, dt: float, steps: int = 1) -> float:
        """Return the present time; refuse to go on to where no double tells it.

        Raises:
            ArgumentError: the time would be infinite.
        """
        time = self._origin + (self._rest + self._steps * self._dt)
        if not time + steps * dt < math.inf:
            raise ArgumentError(
                f"{steps:,} steps of {dt:g} s after {time:g} s are beyond what a "
                "clock can show"
            )
        return time

    def count(self, dt: float, steps: int = 1) -> None:
        """Go on by ``steps`` steps of ``dt`` seconds."""
        if dt != self._dt or self._steps + steps > MOST_STEPS:
            self._origin, self._rest = self._sum()
            self._dt, self._steps = dt, 0
        self._steps += steps

    def times(self, dt: float, steps: IntArray) -> FloatArray:
        """Return what the clock will show after ``steps`` (T,), sorted, more of ``dt``.

        It is that to the last bit.
        """
        origin, rest, before = self._origin, self._rest, self._steps
        if dt != self._dt or before + int(steps[-1]) > MOST_STEPS:
            (origin, rest), before = self._sum(), 0
        return np.asarray(origin + (rest + (before + steps) * dt))

    def _sum(self) -> tuple[float, float]:
        """Return all seconds so far, as an origin and its rest."""
        since = self._steps * self._dt
        lost = 0.0
        if self._steps > 1:
            lost = float(Fraction(self._dt) * self._steps - Fraction(since))
        # What a sum of two doubles loses is itself a double (Knuth).
        total = self._origin + since
        part = total - self._origin
        lost += (self._origin - (total - part)) + (since - part) + self._rest
        origin = total + lost
        return origin, lost - (origin - total)
