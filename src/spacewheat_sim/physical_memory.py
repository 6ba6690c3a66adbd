"""How much memory the machine has."""

from __future__ import annotations

import os

GIB = 2.0**30


def physical_memory() -> float:
    """Return the machine's memory in bytes, or infinity where it cannot be known."""
    try:
        return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, OSError, ValueError):
        return float("inf")
