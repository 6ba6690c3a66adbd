"""The random streams of a batch: one per bath, each known by how much it has given."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.quantum.batch import kernels

FloatArray = NDArray[np.float64]


class BatchStreams:
    """Counter-based streams: bath i draws what numpy's Philox draws from (0, i, 0, 0).

    Attributes:
        drawn: How many numbers each stream has given, (B,).
    """

    def __init__(self, key: tuple[int, int], count: int) -> None:
        """Start ``count`` streams of a 128-bit ``key``, given as two halves."""
        self._key = np.uint64(key[0]), np.uint64(key[1])
        self.drawn = np.zeros(count, dtype=np.int64)

    def draw(self, which: NDArray[np.intp]) -> FloatArray:
        """Return the next uniform number in [0, 1) of each of ``which``, (W,)."""
        out = np.empty(which.size)
        kernels.draw_uniforms(which, self.drawn, *self._key, out)
        return out

    def of(self, bath: int) -> BatchStream:
        """Return the stream of one bath, to draw from it alone."""
        return BatchStream(self, bath)


class BatchStream:
    """One stream of a batch, by itself."""

    def __init__(self, streams: BatchStreams, bath: int) -> None:
        """Draw from stream number ``bath`` of ``streams``."""
        self._streams = streams
        self._which = np.array([bath], dtype=np.intp)

    def random(self) -> float:
        """Return the next uniform number in [0, 1)."""
        return float(self._streams.draw(self._which)[0])
