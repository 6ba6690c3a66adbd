"""Long calls of compiled libraries that leave Ctrl-C an answer.

Python heeds a signal between two of its own steps, so a matrix that takes LAPACK ten
seconds takes the user's Ctrl-C ten seconds. The library lets other threads run in the
meantime: the call goes into one, and the main thread waits where it can be interrupted.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

# Between two looks, where waiting itself cannot be interrupted.
_LOOK_SECONDS = 0.1


def interruptible(work: Callable[[], T]) -> T:
    """Return ``work()``; a request to stop is heeded while it is in a library.

    An interrupted call is left to end by itself: ``work`` must only compute. Worth it
    from some tens of milliseconds on.
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
    while worker.is_alive():
        worker.join(_LOOK_SECONDS)
    if errors:
        raise errors[0]
    return found[0]
