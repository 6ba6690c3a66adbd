"""What limits a step: python benchmarks/floors.py [--quick].

A step of a power series is a handful of products with A = −iH − Γ/2, and each product
reads A once: 16 bytes a value and 4 an index, 8 floating-point operations. Where A and
the state fit the cache, arithmetic and latency limit it; where they do not, memory
does. So: how fast memory is copied, how long one product takes by scipy's compiled
loops, how many bytes and operations a second that is, and how many of these products a
step of ours is worth.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
from case import Case
from measurement import Measurement
from numpy_peers import no_jump_generator
from problems import DT, random_bath
from timing import Effort, measure

from spacewheat_sim import QuantumBath

COPIED = 64_000_000  # bytes, several times a processor's cache
VALUE, INDEX = 16, 4
FLOPS = 8  # of a complex multiplication and addition


def memory(effort: Effort) -> Iterator[Measurement]:
    """Measure copying an array that no cache holds, read and written."""
    source = np.ones(COPIED // 8)
    target = np.empty_like(source)
    timing = measure(lambda: np.copyto(target, source), effort)
    yield Measurement.timed(
        "memory", "numpy copyto", "GB/s", timing.seconds, 2 * COPIED / 1e9
    )


def step(states: int, method: str, effort: Effort) -> Iterator[Measurement]:
    """Measure a step in products, and what a product costs."""
    problem = random_bath(states)
    generator = no_jump_generator(problem)
    columns = states if method == "master" else 1
    state = np.full((states, columns), 1 / states, dtype=complex)
    bath = QuantumBath(problem.operators(), method, seed=1)  # type: ignore[arg-type]
    ours = measure(lambda: bath.evolve(DT), effort)
    product = measure(lambda: generator @ state, effort)
    name, size = f"floor of a step, {method}", {"symbol": "N", "size": states}
    values = generator.nnz
    moved = values * (VALUE + INDEX) + 2 * state.nbytes
    counted = FLOPS * values * columns
    for by, unit, work in (
        ("a product by scipy", "µs", 1.0),
        ("a product, operations", "Gflop/s", counted / 1e9),
        ("a product, bytes at least", "GB/s", moved / 1e9),
    ):
        yield Measurement.timed(name, by, unit, product.seconds, work, **size)
    worth = [seconds / product.median for seconds in ours.seconds]
    yield Measurement.of(name, "a step of ours is worth", "products", worth, **size)


CASES = (
    Case("memory", memory),
    *(
        Case(f"{method}, N = {states}", partial(step, states, method), is_quick=quick)
        for method, states, quick in (
            ("trajectory", 22, True),
            ("trajectory", 256, False),
            ("trajectory", 20_000, False),
            ("master", 22, False),
            ("master", 256, False),
        )
    ),
)

if __name__ == "__main__":
    import suite

    raise SystemExit(suite.main(modules=("floors",)))
