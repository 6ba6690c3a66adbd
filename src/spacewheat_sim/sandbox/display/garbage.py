"""Keeps Python's garbage collector from stopping the window."""

from __future__ import annotations

import gc


def settle() -> None:
    """Exempt all that exists now from garbage collection.

    Compilers, libraries and content leave about a million objects that stay until the
    end. A full collection looks at each of them, which takes 80 ms, and the tuples of
    many frames cause one about every second. Afterward it looks at new objects only.
    """
    gc.collect()
    gc.freeze()
