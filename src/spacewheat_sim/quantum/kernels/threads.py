"""How many threads compiled loops may use."""

from __future__ import annotations

from numba import get_num_threads


def thread_count() -> int:
    """Return how many threads compiled loops may use."""
    return int(get_num_threads())
