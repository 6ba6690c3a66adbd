"""Numbers over the last minute, for strip charts."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np

from spacewheat_sim.arrays import FloatArray

Row = Sequence[float] | FloatArray

SECONDS = 60.0
INTERVAL = 0.1


class History:
    """Rows of numbers over the last minute.

    A row is stored every tenth of a second, which is enough for a chart.

    Args:
        width: Numbers in a row, N.
    """

    def __init__(self, width: int) -> None:
        self._times: deque[float] = deque()
        self._rows: deque[Row] = deque()
        self._width = width

    def is_due(self, time: float) -> bool:
        """Whether a row of this time would be stored: the last one is old enough."""
        return not self._times or time >= self._times[-1] + INTERVAL

    def note(self, time: float, row: Row) -> None:
        """Store a row if it is due, and drop old rows."""
        if not self.is_due(time):
            return
        self._times.append(time)
        self._rows.append(row)
        while self._times[0] < time - SECONDS:
            self._times.popleft()
            self._rows.popleft()

    @property
    def times(self) -> FloatArray:
        """Seconds, (T,)."""
        return np.array(self._times)

    @property
    def rows(self) -> FloatArray:
        """The rows, (T, N)."""
        return np.array(self._rows).reshape(len(self._times), self._width)
