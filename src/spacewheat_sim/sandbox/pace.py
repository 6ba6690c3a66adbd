"""How much of a frame ticks may take, and how fast the world really goes."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

# The share of a frame, and the least in seconds; the rest is for drawing.
ALLOWED, LEAST = 0.6, 0.010
# Seconds of real time over which the speed is measured.
WINDOW = 1.0
# A world that is slower than this share of what was asked falls short.
ENOUGH = 0.9


class Pace:
    """Limits the time for the ticks of a frame, and measures what comes of it.

    A world that cannot keep up with its clock is played in slow motion, and the window
    stays fluent.

    Args:
        now: Seconds of work on any clock.
    """

    def __init__(self, now: Callable[[], float] = time.thread_time) -> None:
        self._now = now
        self._end = 0.0
        # Real seconds, ticks that were done, and those that no time was for.
        self._frames: deque[tuple[float, int, int]] = deque()
        self._real, self._done, self._lost = 0.0, 0, 0

    def begin(self, real_seconds: float) -> None:
        """Begin the ticks of a frame of ``real_seconds``."""
        self._end = self._now() + max(LEAST, ALLOWED * real_seconds)

    @property
    def spent(self) -> bool:
        """Whether the ticks of this frame have taken as long as they may."""
        return self._now() > self._end

    def note(self, real_seconds: float, done: int, lost: int) -> None:
        """Note a frame: the ticks that were done in it, and those that were dropped."""
        self._frames.append((real_seconds, done, lost))
        self._add(1, self._frames[-1])
        while self._real - self._frames[0][0] >= WINDOW:
            self._add(-1, self._frames.popleft())

    def forget(self) -> None:
        """Measure anew: the clock was paused, or got another speed."""
        self._frames.clear()
        self._real, self._done, self._lost = 0.0, 0, 0

    def short_of(self, speed: float) -> float | None:
        """Return the real speed where it falls short of ``speed``, or None.

        It is known once a second has passed at that speed.
        """
        due = self._done + self._lost
        if self._real < 0.5 * WINDOW or self._done >= ENOUGH * due:
            return None
        return speed * self._done / due

    def _add(self, sign: int, frame: tuple[float, int, int]) -> None:
        real, done, lost = frame
        self._real += sign * real
        self._done += sign * done
        self._lost += sign * lost
