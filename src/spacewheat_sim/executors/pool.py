"""Executors that can be opened again when they are lost."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor
from contextlib import contextmanager
from typing import Protocol

from spacewheat_sim.errors import ArgumentError, RunError
from spacewheat_sim.executors.serial import SerialExecutor


class Pool(Protocol):
    """An executor with its workers.

    Attributes:
        executor: What calls are submitted to.
        is_deadly: Whether it is gone because a call killed its worker, if it is.
    """

    executor: Executor
    is_deadly: bool

    @property
    def workers(self) -> int:
        """How many calls it can run at a time."""

    @property
    def absence(self) -> str:
        """What to tell if nobody works, though somebody may come; else nothing."""

    def is_lost(self, error: BaseException | None) -> bool:
        """Return whether ``error`` says that a call was lost, not that it failed."""

    def is_gone(self, error: BaseException | None) -> bool:
        """Return whether it must be opened again, as ``error`` or itself says."""

    def reopen(self) -> None:
        """Open it again, within a bounded time.

        Raises:
            RunError: nobody answers.
        """

    def close(self, *, wait: bool) -> None:
        """End it; without ``wait``, whatever its workers are doing."""


class SerialPool:
    """This process."""

    workers = 1
    is_deadly = False
    absence = ""

    def __init__(self) -> None:
        self.executor: Executor = SerialExecutor()

    def is_lost(self, error: BaseException | None) -> bool:
        """Return that no call ever is."""
        del error
        return False

    def is_gone(self, error: BaseException | None) -> bool:
        """Return that it never is."""
        del error
        return False

    def reopen(self) -> None:
        """Do nothing."""

    def close(self, *, wait: bool) -> None:
        """Do nothing."""
        del wait


class GivenPool:
    """An executor of somebody else, who opens and ends it."""

    is_deadly = False
    absence = ""

    def __init__(self, executor: Executor) -> None:
        self.executor = executor
        # It does not tell; with too many calls in flight, some only wait.
        self.workers = os.cpu_count() or 1

    def is_lost(self, error: BaseException | None) -> bool:
        """Return whether a call went with the executor."""
        return isinstance(error, BrokenExecutor | CancelledError)

    def is_gone(self, error: BaseException | None) -> bool:
        """Return whether the executor takes no more calls."""
        return self.is_lost(error)

    def reopen(self) -> None:
        """Raise, since only its owner could.

        Raises:
            RunError: always.
        """
        raise RunError("The executor that was given is broken, and its calls are lost")

    def close(self, *, wait: bool) -> None:
        """Do nothing."""
        del wait


MOST_WORKERS = 10_000
LARGEST_PORT = 65_535
_ADDRESS = re.compile(r"//(\[[0-9A-Fa-f:]+\]|[\w.-]+):\d{1,5}", re.ASCII)
KINDS = "serial, processes, processes:N, dask or dask://HOST:PORT"


def open_pool(text: str) -> Pool:
    """Return the pool that ``--executor`` names.

    Raises:
        ArgumentError: there is none of this name, or its extra is not installed.
        RunError: nobody answers at the address.
    """
    return _opener(text)()


@contextmanager
def opened_pool(executor: str | Executor) -> Iterator[Pool]:
    """Open the pool that ``--executor`` names, and end it afterwards.

    An executor that is given is used, and left to whoever gave it.

    Raises:
        ArgumentError, RunError: as :func:`open_pool`.
    """
    pool: Pool
    if isinstance(executor, Executor):
        pool = GivenPool(executor)
    else:
        pool = open_pool(executor)
    try:
        yield pool
    finally:
        pool.close(wait=False)


def check_pool(text: str) -> None:
    """Raise ArgumentError if there is no pool of this name; open none."""
    _opener(text)


def _opener(text: str) -> Callable[[], Pool]:
    kind, colon, rest = text.partition(":")
    if text == "serial":
        return SerialPool
    if kind == "processes" and (not colon or rest.isdecimal()):
        count = int(rest) if colon else os.cpu_count() or 1
        if not 1 <= count <= MOST_WORKERS:
            raise ArgumentError(
                f"--executor {text} has {count:,} processes; allowed: 1 to "
                f"{MOST_WORKERS:,}"
            )
        from spacewheat_sim.executors.processes import ProcessPool

        return lambda: ProcessPool(count)
    if text == "dask" or (kind == "dask" and _ADDRESS.fullmatch(rest)):
        port = int(rest.rpartition(":")[2] or 1)
        if not 1 <= port <= LARGEST_PORT:
            raise ArgumentError(
                f"--executor {text} has port {port}; allowed: 1 to {LARGEST_PORT:,}"
            )
        from spacewheat_sim.executors.dask import DaskPool

        return lambda: DaskPool(rest[2:] or None)
    raise ArgumentError(f"--executor cannot be {text!r}; allowed: {KINDS}")
