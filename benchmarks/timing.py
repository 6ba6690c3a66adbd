"""Honest timing: pinned threads, warm code, several repeats."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from measurement import median_and_quartiles

# What makes libraries run other code than the processor's own, which would hold a peer
# back, or us.
FORCING_VARIABLES = (
    "OPENBLAS_CORETYPE",
    "OPENBLAS_L2_SIZE",
    "MKL_CBWR",
    "MKL_DEBUG_CPU_TYPE",
    "MKL_ENABLE_INSTRUCTIONS",
    "BLIS_ARCH_TYPE",
    "NPY_DISABLE_CPU_FEATURES",
    "NPY_ENABLE_CPU_FEATURES",
    "NUMBA_CPU_NAME",
    "NUMBA_CPU_FEATURES",
    "GLIBC_TUNABLES",
)
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)


def free_environment() -> dict[str, str]:
    """Return the environment for a process that is to run at its best."""
    kept = os.environ.keys() - set(FORCING_VARIABLES)
    return {name: os.environ[name] for name in sorted(kept)}


def pin_threads(cores: int = 1) -> None:
    """Allow this process and its children some cores, and libraries as many threads.

    To be called before numpy is imported, which reads the variables.
    """
    for variable in THREAD_VARIABLES:
        os.environ[variable] = str(cores)
    if hasattr(os, "sched_setaffinity"):
        # The last ones: interrupts are mostly served by the first.
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-cores:])


@dataclass(frozen=True)
class Effort:
    """How often to repeat a measurement, and how long each repeat should last."""

    repeats: int
    seconds: float


FULL = Effort(repeats=11, seconds=0.2)
QUICK = Effort(repeats=5, seconds=0.02)
GLANCE = Effort(repeats=1, seconds=0.05)
# Seconds, beyond which a run varies little and is not repeated.
LONG = 5.0


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
        _, first, third = median_and_quartiles(self.seconds)
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
    """Time ``run``, each call of which takes ``steps`` steps, after warming it up.

    A run half as long as a whole measurement should take is repeated thrice at most,
    and one longer than LONG is timed once.
    """
    calls = 1
    run()
    while (elapsed := _elapsed(run, calls)) < effort.seconds / 4:
        calls *= 2
    if elapsed > LONG:
        return Timing((elapsed / steps,))
    calls = max(1, round(calls * effort.seconds / elapsed))
    long = elapsed > effort.repeats * effort.seconds / 2
    repeats = min(effort.repeats, 3) if long else effort.repeats
    each = (_elapsed(run, calls) for _ in range(repeats))
    return Timing(tuple(seconds / (calls * steps) for seconds in each))


def once(run: Callable[[], object]) -> Timing:
    """Time ``run`` once and cold: for long runs with nothing to compile."""
    return Timing((_elapsed(run, 1),))


def _elapsed(run: Callable[[], object], calls: int) -> float:
    start = time.perf_counter()
    for _ in range(calls):
        run()
    return time.perf_counter() - start
