"""Long work in parts: Python hears of Ctrl-C between two calls of compiled code."""

from __future__ import annotations

from collections.abc import Iterator

SITES_AT_ONCE = 2**22
"""Spins that one call tries or turns over: some hundredths of a second."""


def parts(total: int, most: int) -> Iterator[tuple[int, int]]:
    """Yield (first, last) of consecutive ranges of at most ``most`` up to ``total``."""
    for first in range(0, total, max(1, most)):
        yield first, min(total, first + max(1, most))
