"""Baths whose rates lie far apart, and steady states: python benchmarks/stiff_baths.py.

A chain A → B → C with one fast and one slow rate is evolved over the slow one's time in
one step, from a new bath each time, so that what the bath keeps of its propagators is
made anew; its error is that of the population of C against the closed form. Operators
are compiled before. The steady state is that of a ring of N states, each coupled to its
neighbors and jumping to one of them, where every population is 1/N.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from typing import Literal

import numpy as np
from case import Case
from measurement import Measurement
from timing import Effort, measure

from spacewheat_sim import BathOperators, QuantumBath

CHAIN_BAR, RING_BAR = 100.0, 3000.0
RING_STATES = 300
COUPLING, RATE = 0.5, 0.3


def chain(
    fast: float,
    slow: float,
    seconds: float,
    method: Literal["master", "trajectory"],
    effort: Effort,
) -> Iterator[Measurement]:
    """Measure one step over ``seconds``."""
    jumps = [("A", "B", fast), ("B", "C", slow)]
    operators = BathOperators.from_terms("ABC", np.zeros((3, 3)), jumps)
    found: list[float] = []

    def run() -> None:
        bath = QuantumBath(operators, method, seed=0)
        bath.initialize_emoji("A")
        bath.evolve(seconds)
        found[:] = [bath.probability("C")]

    timing = measure(run, effort)
    error = None
    if method == "master":
        fed = slow * math.exp(-fast * seconds) - fast * math.exp(-slow * seconds)
        error = abs(found[0] - (1 + fed / (fast - slow)))
    yield Measurement.timed(
        f"{fast:g} and {slow:g} /s over {seconds:g} s",
        f"evolve, {method}",
        "ms",
        timing.seconds,
        bar=CHAIN_BAR,
        error=error,
    )


def ring(effort: Effort) -> Iterator[Measurement]:
    """Measure the steady state of a ring."""
    n = RING_STATES
    names = [f"s{i}" for i in range(n)]
    beside = np.roll(np.eye(n), 1, axis=0)
    jumps = [(names[i], names[(i + 1) % n], RATE) for i in range(n)]
    operators = BathOperators.from_terms(names, COUPLING * (beside + beside.T), jumps)
    bath = QuantumBath(operators, "master")
    found: list[float] = []

    def run() -> None:
        populations = bath.steady_state().diagonal().real
        found[:] = [float(np.abs(populations - 1 / n).max())]

    timing = measure(run, effort)
    yield Measurement.timed(
        "steady state of a ring",
        "steady_state",
        "ms",
        timing.seconds,
        symbol="N",
        size=n,
        bar=RING_BAR,
        error=found[0],
    )


# Fast and slow rate in 1/s, and seconds.
SCALES = ((1e6, 1.0, 1e3), (1e9, 1.0, 1.0), (1e3, 1e-9, 1e5))
CASES = (
    *(
        Case(f"{fast:g} and {slow:g} /s, {by}", partial(chain, fast, slow, t, by))
        for fast, slow, t in SCALES
        for by in ("master", "trajectory")
    ),
    Case("ring, N = 300", ring, 2, is_quick=False),
)

if __name__ == "__main__":
    import suite

    raise SystemExit(suite.main(modules=("stiff_baths",)))
