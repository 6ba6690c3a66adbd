"""Prevents pauses of the window by Python's garbage collector."""

from __future__ import annotations

import gc


def settle() -> None:
    """Exempt all present objects from garbage collection.

    Compilers, libraries and content create about a million permanent objects. A full
    collection visits each of them, which takes 80 ms, and the tuples of frames cause
    one about every second. After this call it visits only new objects.
    """
    gc.collect()
    gc.freeze()
