"""Threads that share out a compiled loop, and are gone when it is done."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

PARTS = 4  # per thread: one that was held up leaves its parts to the others


class Workers:
    """Threads of this process alone: no runtime keeps some that a fork would lose.

    Whoever has used them, or was interrupted while they worked, must :meth:`end` them
    before looking at what they have written, or putting something else there.
    """

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None

    def share(self, step: Callable[[int, int], int], count: int, threads: int) -> int:
        """Return the sum of ``step(begin, stop)`` over parts of ``range(count)``.

        To be worth it for steps of 10 ms: starting the threads takes a tenth of one.
        They are there until :meth:`end`.
        """
        threads = min(threads, count)
        if threads <= 1:
            return step(0, count)
        parts = min(PARTS * threads, count)
        edges = [count * part // parts for part in range(parts + 1)]
        if self._pool is None:
            step(0, 0)  # compiles it here, where a request to stop is heeded
            self._pool = ThreadPoolExecutor(threads)
        return sum(self._pool.map(step, edges, edges[1:]))

    def end(self) -> None:
        """Wait until none works; parts that have not begun never will."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None
