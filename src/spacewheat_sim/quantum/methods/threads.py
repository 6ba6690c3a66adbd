"""Shares the baths of a compiled step out to threads."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from spacewheat_sim.quantum.kernels.threads import thread_count

PARTS = 4  # per thread: one that was held up leaves its parts to the others


def on_all_threads(step: Callable[[int, int], int], count: int) -> int:
    """Return the sum of ``step(begin, stop)`` over parts of ``range(count)``.

    To be worth it for steps of 10 ms: starting the threads takes a tenth of one.
    """
    threads = thread_count()
    parts = min(PARTS * threads, count)
    edges = [count * part // parts for part in range(parts + 1)]
    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(step, edges, edges[1:]))
