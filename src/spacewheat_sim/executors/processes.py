"""A pool of processes of this machine."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor

# A library with threads of its own would fight with the other processes for cores.
ONE_THREAD = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
)
# How long a pool may take to drop what was canceled.
DROP_SECONDS = 0.2


class ProcessPool:
    """``workers`` fresh processes, which leave Ctrl-C to this one."""

    is_deadly = True
    absence = ""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.executor: Executor = self._opened()

    def is_lost(self, error: BaseException | None) -> bool:
        """Return whether a process has died, and all calls with it."""
        return isinstance(error, BrokenExecutor)

    def is_gone(self, error: BaseException | None) -> bool:
        """Return whether a process has died, since no other goes on then."""
        return isinstance(error, BrokenExecutor)

    def reopen(self) -> None:
        """Start other processes."""
        self.close(wait=False)
        self.executor = self._opened()

    def close(self, *, wait: bool) -> None:
        """End the processes."""
        pool = self.executor
        processes = list((getattr(pool, "_processes", None) or {}).values())
        pool.shutdown(wait=wait, cancel_futures=True)
        if not wait:
            _drop_canceled(pool)
            for process in processes:
                process.terminate()
            for process in processes:
                process.join(5.0)

    def _opened(self) -> ProcessPoolExecutor:
        # Fork would copy the threads' locks, but not the threads.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self.workers, context, initializer=_begin)


def _drop_canceled(pool: Executor) -> None:
    """Wait until a pool has dropped the calls that were canceled, for a moment.

    Its thread would stumble over them when it finds the processes gone.
    """
    deadline = time.monotonic() + DROP_SECONDS
    pending = getattr(pool, "_pending_work_items", {})
    while time.monotonic() < deadline and any(
        item.future.cancelled() for item in list(pending.values())
    ):
        time.sleep(0.005)


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for variable in ONE_THREAD:
        os.environ[variable] = "1"
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process when the one that started it is gone, even if it was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
