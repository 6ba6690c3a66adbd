"""Bytes of operators and bath by nonzeros: python benchmarks/memory.py [--quick].

Every allocation of compiling a problem, making a bath and taking one step is counted.
"""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator
from functools import partial

from case import Case
from measurement import Measurement
from problems import DT, random_bath
from timing import Effort

from spacewheat_sim import QuantumBath

SIZES = (1_000, 2_000, 4_000, 8_000, 20_000, 40_000)
QUICK_SIZES = (1_000, 2_000, 4_000)
COUPLINGS = 10


def held(states: int, effort: Effort) -> Iterator[Measurement]:
    """Measure the bytes held, and the peak on the way."""
    del effort  # allocations do not vary
    problem = random_bath(states, couplings=COUPLINGS)
    QuantumBath(random_bath(22).operators(), seed=1).evolve(DT)  # compiles the kernels
    gc.collect()
    tracemalloc.start()
    operators = problem.operators()
    bath = QuantumBath(operators, seed=1)
    bath.evolve(DT)
    gc.collect()
    bytes_held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    size = {"symbol": "nonzeros", "size": problem.nonzeros}
    for by, count in (("held", bytes_held), ("peak while compiling", peak)):
        yield Measurement.of("memory of a ket's bath", by, "MB", [count / 1e6], **size)


CASES = tuple(
    Case(f"N = {states}", partial(held, states), is_quick=states in QUICK_SIZES)
    for states in SIZES
)

if __name__ == "__main__":
    import suite

    raise SystemExit(suite.main(modules=("memory",)))
