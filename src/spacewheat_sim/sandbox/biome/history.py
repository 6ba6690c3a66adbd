"""The last minute of a biome, for the strip chart and the trails."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

SECONDS = 60.0
# A row every tenth of a second is finer than a pixel of any strip chart.
INTERVAL = 0.1


class History:
    """Populations over the last minute of game time.

    Args:
        dimension: Number of emojis, N.

    A row is kept at most every tenth of a second; times only grow, until a restart
    makes a new history.
    """

    def __init__(self, dimension: int) -> None:
        self._times: deque[float] = deque()
        self._rows: deque[FloatArray] = deque()
        self._dimension = dimension

    def note(self, time: float, populations: FloatArray) -> None:
        """Keep a row if the last one is old enough, and forget what is too old."""
        if self._times and time < self._times[-1] + INTERVAL:
            return
        self._times.append(time)
        self._rows.append(populations)
        while self._times[0] < time - SECONDS:
            self._times.popleft()
            self._rows.popleft()

    @property
    def times(self) -> FloatArray:
        """Seconds, (T,)."""
        return np.array(self._times)

    @property
    def populations(self) -> FloatArray:
        """Rows of populations, (T, N)."""
        if not self._rows:
            return np.empty((0, self._dimension))
        return np.array(self._rows)
