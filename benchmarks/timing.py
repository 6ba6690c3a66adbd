"""Honest timing: one thread, warm code, medians and quartiles of several repeats."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
)


def pin_threads() -> None:
    """Allow every library one thread; to be called before numpy is imported."""
    for variable in THREAD_VARIABLES:
        os.environ[variable] = "1"


@dataclass(frozen=True)
class Effort:
    """How often to repeat a measurement, and how long each repeat should last."""

    repeats: int
    seconds: float


FULL = Effort(repeats=11, seconds=0.25)
QUICK = Effort(repeats=7, seconds=0.03)
GLANCE = Effort(repeats=1, seconds=0.05)


@dataclass(frozen=True)
class Timing:
    """Seconds per step in each repeat."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """Median seconds per step."""
        return statistics.median(self.seconds)

    @property
    def quartiles(self) -> tuple[float, float]:
        """First and third quartile of the seconds per step."""
        if len(self.seconds) < 2:
            return self.median, self.median
        first, _, third = statistics.quantiles(self.seconds, n=4, method="inclusive")
        return first, third


def block_of(step: Callable[[], object], count: int) -> Callable[[], object]:
    """Return a function that calls ``step`` ``count`` times."""
    if count == 1:
        return step

    def block() -> None:
        for _ in range(count):
            step()

    return block


def measure(run: Callable[[], object], effort: Effort, steps: int = 1) -> Timing:
    """Time ``run``, each call of which takes ``steps`` steps, after warming it up."""
    calls = 1
    run()
    while (elapsed := _elapsed(run, calls)) < effort.seconds / 4:
        calls *= 2
    calls = max(1, round(calls * effort.seconds / elapsed))
    repeats = (_elapsed(run, calls) for _ in range(effort.repeats))
    return Timing(tuple(seconds / (calls * steps) for seconds in repeats))


def _elapsed(run: Callable[[], object], calls: int) -> float:
    start = time.perf_counter()
    for _ in range(calls):
        run()
    return time.perf_counter() - start
