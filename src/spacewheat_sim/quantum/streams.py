"""Counter-based random streams: each is known by how much it has given."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.arrays import FloatArray, IndexArray, IntArray
from spacewheat_sim.quantum.kernels.draws import draw_uniforms


class BatchStreams:
    """Streams of a key: number n draws what numpy's Philox draws from (0, n, 0, 0).

    Attributes:
        drawn: How many numbers each stream has given, (B,).
        table: The streams as compiled loops take them: how many numbers each has given
            and its own number, both (B,), and its key, (B, 2).
    """

    def __init__(
        self, key: tuple[int, int], numbers: IntArray, drawn: IntArray | None = None
    ) -> None:
        """Take the streams ``numbers`` (B,) of a 128-bit ``key``, given as two halves.

        ``drawn`` (B,) says how many numbers each has given already; none by default.
        """
        self.drawn = np.zeros(numbers.size, dtype=np.int64)
        if drawn is not None:
            self.drawn[:] = drawn
        keys = np.repeat(np.array([key], dtype=np.uint64), numbers.size, axis=0)
        self.table = self.drawn, numbers.astype(np.int64), keys

    def restart(
        self, which: IndexArray, keys: NDArray[np.uint64], numbers: IntArray
    ) -> None:
        """Let ``which`` (W,) draw from the beginning of other streams from now on.

        Their keys are (W, 2), their numbers (W,).
        """
        drawn, own, known = self.table
        drawn[which], own[which], known[which] = 0, numbers, keys

    def memory(self) -> bytes:
        """Return how much each stream has given."""
        return self.drawn.tobytes()

    def recall(self, memory: bytes) -> None:
        """Be where one was when :meth:`memory` was called."""
        self.drawn[:] = np.frombuffer(memory, np.int64)

    def draw(self, which: IndexArray) -> FloatArray:
        """Return the next uniform number in [0, 1) of each of ``which``, (W,)."""
        out = np.empty(which.size)
        draw_uniforms(self.table, which, out)
        return out

    def of(self, bath: int) -> BatchStream:
        """Return the stream of one bath, to draw from it alone."""
        return BatchStream(self, bath)


class BatchStream:
    """One stream of a batch, by itself."""

    __slots__ = ("_bath", "_streams")

    def __init__(self, streams: BatchStreams, bath: int) -> None:
        """Draw from stream ``bath`` of ``streams``."""
        self._streams = streams
        self._bath = bath

    def random(self) -> float:
        """Return the next uniform number in [0, 1)."""
        return float(self._streams.draw(np.array([self._bath], dtype=np.intp))[0])

    @property
    def drawn(self) -> int:
        """How many numbers the stream has given; it goes on from there if set."""
        return int(self._streams.drawn[self._bath])

    @drawn.setter
    def drawn(self, count: int) -> None:
        self._streams.drawn[self._bath] = count
