"""Prevents pauses of the window by Python's garbage collector and other threads."""

from __future__ import annotations

import gc
import sys

# Seconds for which a thread that works beside the window may keep it waiting.
TURN = 0.0005
# Objects, more than there were, after which the youngest are looked at. A frame makes
# some thousands of tuples, and lets as many go: they would be looked at each time.
MORE = 20_000


def settle() -> None:
    """Exempt all present objects from garbage collection.

    Compilers, libraries and content create about a million permanent objects. A full
    collection visits each of them, which takes 80 ms, and the tuples of frames cause
    one about every second. After this call it visits only new objects, and only when
    there are many.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(MORE, *gc.get_threshold()[1:])


def take_turns() -> None:
    """Let a thread that works beside the frames, as forecasts do, hand over soon.

    Whenever a frame lets go of Python's lock, to read events or to show its pixels, it
    waits for the other thread's turn to end, which by default takes 5 ms.
    """
    sys.setswitchinterval(TURN)
