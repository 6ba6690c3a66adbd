"""The populations of a session's past, by branch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from spacewheat_sim.arrays import FloatArray, IntArray
from spacewheat_sim.engine.session.timeline.branch import Branch

INTERVAL = 0.1  # s of game time between two rows
# Rows of a branch; beyond it every other one is forgotten.
MOST_ROWS = 40_000
# The end of a tick is the time at which a row is due, but for rounding.
ROUNDING = 1e-9


class Course:
    """Rows of one branch: time, tick and populations, a row every tenth of a second.

    Attributes:
        emojis: What the columns are of; those that join are 0 before.
    """

    def __init__(self, emojis: tuple[str, ...]) -> None:
        self.emojis = emojis
        self._count = 0
        self._times = np.empty(64)
        self._ticks = np.empty(64, dtype=np.int64)
        self._rows = np.empty((64, len(emojis)))

    def __len__(self) -> int:
        return self._count

    @property
    def times(self) -> FloatArray:
        """Seconds, (T,)."""
        return self._times[: self._count]

    @property
    def ticks(self) -> IntArray:
        """Ticks, (T,)."""
        return self._ticks[: self._count]

    def is_due(self, time: float) -> bool:
        """Return whether a row at ``time`` is wanted."""
        last = self._times[self._count - 1] if self._count else -np.inf
        return bool(time >= last + INTERVAL - ROUNDING)

    def add(
        self, time: float, tick: int, emojis: tuple[str, ...], row: FloatArray
    ) -> None:
        """Add a later row."""
        if emojis != self.emojis:
            self._widen(emojis)
        if self._count == MOST_ROWS:
            kept = slice(0, self._count, 2)
            self._replace(self._times[kept], self._ticks[kept], self._rows[kept])
        if self._count == len(self._times):
            self._grow()
        n = self._count
        self._times[n], self._ticks[n] = time, tick
        self._rows[n] = 0.0
        self._rows[n, self._places(emojis)] = row
        self._count += 1

    def values(self, emojis: Sequence[str], rows: slice) -> FloatArray:
        """Return the populations of ``emojis`` (K) in some rows, (T, K)."""
        found = np.zeros((len(self.times[rows]), len(emojis)))
        known = {emoji: column for column, emoji in enumerate(self.emojis)}
        for place, emoji in enumerate(emojis):
            if emoji in known:
                found[:, place] = self._rows[: self._count][rows, known[emoji]]
        return found

    def _places(self, emojis: tuple[str, ...]) -> list[int] | slice:
        if emojis == self.emojis:
            return slice(None)
        return [self.emojis.index(emoji) for emoji in emojis]

    def _widen(self, emojis: tuple[str, ...]) -> None:
        more = tuple(emoji for emoji in emojis if emoji not in self.emojis)
        if more:
            room = np.zeros((len(self._times), len(more)))
            self._rows = np.concatenate((self._rows, room), axis=1)
            self.emojis = self.emojis + more

    def _grow(self) -> None:
        self._times = np.concatenate((self._times, np.empty(self._count)))
        self._ticks = np.concatenate((self._ticks, np.empty(self._count, np.int64)))
        self._rows = np.concatenate((self._rows, np.empty_like(self._rows)))

    def _replace(self, times: FloatArray, ticks: IntArray, rows: FloatArray) -> None:
        self._count = len(times)
        self._times[: self._count] = times.copy()
        self._ticks[: self._count] = ticks.copy()
        self._rows[: self._count] = rows.copy()


class Courses:
    """The courses of all branches."""

    def __init__(self) -> None:
        self._of: dict[Branch, Course] = {}

    def of(self, branch: Branch) -> Course:
        """Return the rows of a branch's own part."""
        return self._of[branch] if branch in self._of else Course(())

    def begin(self, branch: Branch, emojis: tuple[str, ...]) -> Course:
        """Return the rows of a branch that begins."""
        return self._of.setdefault(branch, Course(emojis))

    def along(
        self, line: Branch, emojis: Sequence[str], low: float, high: float
    ) -> tuple[FloatArray, IntArray, FloatArray]:
        """Return times (T,), ticks (T,) and populations (T, K) on the way to its end.

        Args:
            line: A branch.
            emojis: Whose populations, K.
            low: Seconds; one row before it is returned too.
            high: Seconds; one row after it is returned too.
        """
        path, times, ticks, values = line.path, [], [], []
        for branch, following in zip(path, (*path[1:], None), strict=True):
            course = self.of(branch)
            first = max(0, int(np.searchsorted(course.times, low, "right")) - 1)
            last = int(np.searchsorted(course.times, high, "left")) + 1
            if following is not None:
                end = following.start.tick
                last = min(last, int(np.searchsorted(course.ticks, end, "right")))
            rows = slice(first, max(first, min(last, len(course))))
            times.append(course.times[rows])
            ticks.append(course.ticks[rows])
            values.append(course.values(emojis, rows))
        return np.concatenate(times), np.concatenate(ticks), np.concatenate(values)
