"""Memory held by operators and bath against the number of nonzeros."""

from __future__ import annotations

import gc
import tracemalloc
from dataclasses import dataclass

import numpy as np
from problems import DT, random_bath

from spacewheat_sim import QuantumBath

SIZES = (5_000, 10_000, 20_000, 40_000)
SIZES_QUICK = (1_000, 2_000, 4_000)


@dataclass(frozen=True)
class MemoryUse:
    """Bytes that operators and bath of one problem hold, and their peak."""

    states: int
    nonzeros: int
    held: int
    peak: int


def memory_use(states: int, couplings: int) -> MemoryUse:
    """Count all allocations of compiling a problem, making a bath and one step."""
    problem = random_bath(states, couplings=couplings)
    gc.collect()
    tracemalloc.start()
    operators = problem.operators()
    bath = QuantumBath(operators, seed=1)
    bath.evolve(DT)
    gc.collect()
    held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return MemoryUse(states, problem.nonzeros, held, peak)


def fitted_exponent(uses: list[MemoryUse]) -> float:
    """Return the slope of log bytes held against log nonzeros."""
    nonzeros = np.log([use.nonzeros for use in uses])
    held = np.log([use.held for use in uses])
    return float(np.polyfit(nonzeros, held, 1)[0])
