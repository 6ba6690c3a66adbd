"""How much memory the machine has, and amounts of it in words."""

from __future__ import annotations

import os

GIB = 2.0**30


def physical_memory() -> float:
    """Return the machine's memory in bytes, or infinity where it cannot be known."""
    try:
        return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, OSError, ValueError):
        return float("inf")


def in_words(size: float) -> str:
    """Return ``size`` bytes as text, e.g. ``36 MiB`` or ``1.5 GiB``."""
    return f"{size / GIB:.3g} GiB" if size >= GIB else f"{size / 2**20:.3g} MiB"
