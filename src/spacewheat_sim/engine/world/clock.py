"""The clock of a game loop: how many fixed steps a frame of real time is worth."""

from __future__ import annotations

import math
from fractions import Fraction

from spacewheat_sim.choices import DEFAULT_DT
from spacewheat_sim.engine.bath.arguments import checked_count, checked_seconds
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.plain_values import real, shown

# Seconds: longer than any frame of a window that works.
DEFAULT_CATCH_UP = 4.0


class Clock:
    """Turns real time into whole ticks of ``dt`` seconds of game time.

    What real time does not make up a whole tick is kept for the next frame. It is
    kept as an exact fraction: however real time is split into frames, the same total
    gives the same number of ticks, and no number of ticks adds an error to the time.

    Args:
        dt: Length of a tick in seconds of game time.
        speed: Seconds of game time per second of real time, above 0.
        catch_up: Most seconds of real time that one frame is worth; it is given at
            least one tick. What is due beyond it is dropped, so that a slow machine
            plays in slow motion instead of falling further behind.

    Attributes:
        paused: If true, :meth:`advance` gives no ticks.

    Example:
        >>> clock = Clock(dt=0.25)
        >>> [clock.advance(0.1) for frame in range(5)]
        [0, 0, 1, 0, 1]
        >>> clock.time
        0.5
    """

    def __init__(
        self,
        dt: float = DEFAULT_DT,
        *,
        speed: float = 1.0,
        catch_up: float = DEFAULT_CATCH_UP,
    ) -> None:
        self.dt = checked_seconds(dt)
        self.speed = speed
        self.paused = False
        self._catch_up = Fraction(checked_seconds(catch_up, "catch_up"))
        self._length = Fraction(self.dt)
        self._owed = Fraction(0)
        self._single_steps = 0
        self._ticks = 0
        self._dropped = 0

    @property
    def tick(self) -> int:
        """Ticks given so far."""
        return self._ticks

    @property
    def time(self) -> float:
        """Game time in seconds: ``tick`` · ``dt``."""
        return self._ticks * self.dt

    @property
    def dropped(self) -> int:
        """Ticks that were due and never taken: beyond the limit, or handed back."""
        return self._dropped

    @property
    def speed(self) -> float:
        """Seconds of game time per second of real time.

        Raises:
            ArgumentError: on setting, a speed that is not finite and above 0.
        """
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        number = real(speed)
        if not 0.0 < number < math.inf:
            raise ArgumentError(
                "Argument `speed` must be finite and above 0, but is "
                f"{shown(speed)}; set `paused` to stop the clock"
            )
        self._speed = number

    def step_once(self) -> None:
        """Pause, and give one tick at the next :meth:`advance`."""
        self.paused = True
        self._single_steps += 1

    def hand_back(self, ticks: int) -> None:
        """Count ticks that :meth:`advance` gave, and no time was for, as dropped.

        Raises:
            ArgumentError: there are not as many.
        """
        if checked_count(ticks, "ticks", at_least=0) > self._ticks:
            raise ArgumentError(
                f"Argument `ticks` must be 0 to {self._ticks}, the ticks that were "
                f"given, but is {shown(ticks)}"
            )
        self._ticks -= ticks
        self._dropped += ticks

    def advance(self, real_seconds: float) -> int:
        """Let real time pass; return the number of ticks that are due.

        Args:
            real_seconds: Seconds since the last call, at least 0.

        Raises:
            ArgumentError: ``real_seconds`` is negative or not finite.
        """
        seconds = real(real_seconds)
        if not 0.0 <= seconds < math.inf:
            raise ArgumentError(
                "Argument `real_seconds` must be finite and at least 0, but is "
                f"{shown(real_seconds)}"
            )
        due, self._single_steps = self._single_steps, 0
        if not self.paused:
            self._owed += Fraction(seconds) * Fraction(self._speed)
            whole, self._owed = divmod(self._owed, self._length)
            due += whole
        most = int(self._catch_up * Fraction(self._speed) / self._length)
        given = min(due, max(most, 1))
        self._dropped += due - given
        self._ticks += given
        return given
