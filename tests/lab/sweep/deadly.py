"""A pool of processes in which one row kills whoever runs it."""

from __future__ import annotations

import os
from concurrent.futures import Executor, Future
from typing import Any

from spacewheat_sim.executors.processes import ProcessPool

DEADLY = 5


def unless_deadly(function: Any, start: int, stop: int) -> Any:
    """Run rows, or die of the deadly one."""
    if start <= DEADLY < stop:
        os._exit(1)
    return function(start, stop)


class DeadlyExecutor(Executor):
    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def submit(self, function: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        return self._executor.submit(unless_deadly, function, *args, **kwargs)


class DeadlyPool(ProcessPool):
    """As the pool, but for the deadly row."""

    def _opened(self) -> Any:
        self.real = super()._opened()
        return DeadlyExecutor(self.real)

    def close(self, *, wait: bool) -> None:
        self.executor = self.real
        super().close(wait=wait)
