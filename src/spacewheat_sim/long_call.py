"""Long calls of compiled code that leave Ctrl-C an answer.

Python heeds a signal between two of its own steps, so a matrix that takes LAPACK ten
seconds takes the user's Ctrl-C ten seconds. The library lets other threads run in the
meantime: the call goes into one, and the main thread waits where it can be interrupted.
Loops of our own are called for a part of their work at a time.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")

# Between two looks, where waiting itself cannot be interrupted.
_LOOK_SECONDS = 0.1


# Calls that were interrupted; libraries must not be unloaded under them.
_left: list[threading.Thread] = []
_codes: list[int] = []

# How long a part of a loop should take.
_PART_SECONDS = 0.1


def parts(total: int, size: int) -> Iterator[tuple[int, int]]:
    """Yield (first, last) of consecutive ranges up to ``total``, each done in a moment.

    Args:
        total: Where the last range ends.
        size: Of the first range; the next ones are doubled or halved by how long it
            took, so that the sum of all parts must not depend on how they are cut.
    """
    first = 0
    while first < total:
        last = min(total, first + size)
        began = time.perf_counter()
        yield first, last
        spent = time.perf_counter() - began
        first = last
        if spent < 0.5 * _PART_SECONDS:
            size *= 2
        elif spent > 2.0 * _PART_SECONDS:
            size = max(1, size // 2)


def interruptible(work: Callable[[], T]) -> T:
    """Return ``work()``; a request to stop is heeded while it is in a library.

    An interrupted call is left to end by itself: ``work`` must only compute. Worth it
    from some tens of milliseconds on. At its exit the process waits for such a call,
    unless :func:`leave_behind` was told not to.
    """
    if threading.current_thread() is not threading.main_thread():
        return work()
    found: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            found.append(work())
        except BaseException as error:
            errors.append(error)

    worker = threading.Thread(target=run, name="long call", daemon=True)
    worker.start()
    try:
        while worker.is_alive():
            worker.join(_LOOK_SECONDS)
    except BaseException:
        _left.append(worker)
        raise
    if errors:
        raise errors[0]
    return found[0]


def leave_behind(code: int) -> None:
    """Let the process, which is about to exit with ``code``, not wait for any call.

    It then ends without tearing anything down: an interrupt may have fallen into a
    library that would not survive that, as it may a thread that comes back meanwhile.
    """
    _codes.append(code)


@atexit.register  # of what is registered at an exit, this is the last to be called
def _end() -> None:
    """Wait for the calls that were interrupted, or end the process under them."""
    if _codes:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                with suppress(OSError, ValueError):
                    stream.flush()
        os._exit(_codes[-1])
    for worker in _left:
        worker.join()
