"""Cuts numbered work into calls that are worth sending."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# Seconds that a call is to take, and how many more for each worker: one scheduler is to
# send a few hundred a second, whatever the workers.
SECONDS, SECONDS_PER_WORKER = 0.25, 0.004
# Calls for each worker that are to be left at the end, so that all end together.
LEFT = 4


@dataclass(frozen=True)
class Call:
    """Units ``start`` to ``stop`` − 1, whose worker has died ``tries`` times."""

    start: int
    stop: int
    tries: int = 0

    def again(self) -> Call:
        """Return what is sent after its worker died."""
        return Call(self.start, self.stop, self.tries + 1)

    def halves(self) -> tuple[Call, Call]:
        """Return both halves of what is more than a unit, each tried once."""
        middle = (self.start + self.stop) // 2
        return Call(self.start, middle, 1), Call(middle, self.stop, 1)


class Schedule:
    """The calls of some work, each as large as the units before it have been fast.

    What a call computes must not depend on how the work is cut.
    """

    def __init__(
        self,
        todo: Iterable[range],
        units: int,
        together: int,
        seconds: float = SECONDS,
        seconds_per_worker: float = SECONDS_PER_WORKER,
    ) -> None:
        """Cut stretches of ``units`` in all into calls.

        Args:
            todo: The stretches, in order.
            units: How many they are in all.
            together: A call has at least so many, and ends where such a group does.
            seconds: That a call is to take.
            seconds_per_worker: That it is to take beside, for each worker.
        """
        self._todo = iter(todo)
        self._stretch = range(0)
        self._left, self._together = units, together
        self._aim, self._aim_per_worker = seconds, seconds_per_worker
        self._seconds: float | None = None

    def learn(self, units: int, seconds: float) -> None:
        """Take note of how long so many units took."""
        new = seconds / max(units, 1)
        old = self._seconds
        self._seconds = new if old is None else 0.7 * old + 0.3 * new

    def next(self, workers: int) -> Call | None:
        """Return the next call for one of ``workers``, or None after the last one."""
        while not self._stretch:
            stretch = next(self._todo, None)
            if stretch is None:
                return None
            self._stretch = stretch
        start, unit = self._stretch.start, self._together
        # Calls end where a group of units ends, wherever they begin.
        count = unit * self._groups(workers) - start % unit
        stop = min(start + count, self._stretch.stop)
        self._stretch = range(stop, self._stretch.stop)
        self._left -= stop - start
        return Call(start, stop)

    def _groups(self, workers: int) -> int:
        if self._seconds is None:
            return 1
        wanted = self._aim + self._aim_per_worker * workers
        fast = wanted / max(self._seconds * self._together, 1e-9)
        fair = self._left / (LEFT * workers * self._together)
        return max(1, int(min(fast, fair)))
