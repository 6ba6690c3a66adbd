"""Bounds on the processor time and the memory of what is done."""

from __future__ import annotations

import signal
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class OutOfBoundsError(AssertionError):
    """Something took more of the processor, or of memory, than it may."""


@contextmanager
def bounded(seconds: float, megabytes: float | None = None) -> Iterator[None]:
    """Raise where what is inside takes more; what hangs is stopped.

    Args:
        seconds: Of the processor, of this process: other processes do not count.
        megabytes: That it may hold at a time more than before; None does not look,
            which is some times faster.

    Raises:
        OutOfBoundsError: it took more.
    """

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise OutOfBoundsError(f"more than {seconds:g} s of the processor")

    before = signal.signal(signal.SIGPROF, ring)
    if megabytes is not None:
        tracemalloc.start()
    began = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
        spent = time.process_time() - began
        held = 0 if megabytes is None else tracemalloc.get_traced_memory()[1]
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        if megabytes is not None:
            tracemalloc.stop()
    if spent > seconds:
        raise OutOfBoundsError(f"{spent:.1f} s of the processor, not {seconds:g}")
    if megabytes is not None and held > megabytes * 1e6:
        raise OutOfBoundsError(f"{held / 1e6:.0f} MB, not {megabytes:g}")
