"""Cuts the rows of a sweep into calls that are worth sending."""

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
    """Rows ``start`` to ``stop`` − 1, whose worker has died ``tries`` times."""

    start: int
    stop: int
    tries: int = 0

    def again(self) -> Call:
        """Return what is sent after its worker died."""
        return Call(self.start, self.stop, self.tries + 1)

    def halves(self) -> tuple[Call, Call]:
        """Return both halves of what is more than a row, each tried once."""
        middle = (self.start + self.stop) // 2
        return Call(self.start, middle, 1), Call(middle, self.stop, 1)


class Schedule:
    """The calls of a sweep, each as large as the rows before it have been fast.

    What a call computes does not depend on how the rows were cut.
    """

    def __init__(self, todo: Iterable[range], rows: int, together: int) -> None:
        """Cut stretches of ``rows`` in all into calls of ``together`` at least."""
        self._todo = iter(todo)
        self._stretch = range(0)
        self._left, self._together = rows, together
        self._seconds: float | None = None

    def learn(self, rows: int, seconds: float) -> None:
        """Take note of how long so many rows took."""
        new = seconds / max(rows, 1)
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
        # Calls end where a group of rows ends, wherever they begin.
        count = unit * self._units(workers) - start % unit
        stop = min(start + count, self._stretch.stop)
        self._stretch = range(stop, self._stretch.stop)
        self._left -= stop - start
        return Call(start, stop)

    def _units(self, workers: int) -> int:
        if self._seconds is None:
            return 1
        wanted = SECONDS + SECONDS_PER_WORKER * workers
        fast = wanted / max(self._seconds * self._together, 1e-9)
        fair = self._left / (LEFT * workers * self._together)
        return max(1, int(min(fast, fair)))
