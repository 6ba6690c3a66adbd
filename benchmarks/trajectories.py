"""Averages over trajectories, and many baths at once: benchmarks/trajectories.py.

Random baths, 4 couplings and 2 jumps per state, 20 s with 21 output times; ours by
``ensemble``, on two cores. Static baths are drawn from tables, whose making is timed
apart. Peers solve the same problem from the same basis state, with far fewer
trajectories, on the same two cores: QuTiP by the fastest of its integrators, in one
process or two, dynamiqs in one. Errors are the largest deviations
from the master equation, and fall as one over the root of the number of trajectories.
Ticks are 1/60 s of many driven forests, each with an axis projected.
"""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Iterator
from functools import partial

import numpy as np
from case import Case
from measurement import Measurement, faster_than_peers
from numpy.typing import NDArray
from peer_environment import ask
from problems import DT, RandomBath, random_bath
from timing import Effort, measure

from spacewheat_sim import BathBatch, QuantumBath, load_biome
from spacewheat_sim.quantum.ensembles.tables import build_tables

DURATION, ROWS = 20.0, 20
TABLE_TOLERANCE = 1e-9
CORES = 2
UNIT = "trajectories/s"
# Populations that hardly any trajectory reaches have no normal distribution.
RARE = 1e-3
PEERS = {"qutip": "QuTiP mcsolve", "dynamiqs": "dynamiqs jssesolve"}
LARGEST_DYNAMIQS = 22
# dynamiqs steps all trajectories until the last of them is done.
MOST_DYNAMIQS = 50


def static(
    states: int,
    count: int,
    peer_count: int,
    effort: Effort,
    *,
    rate_bar: float,
    tables_bar: float,
) -> Iterator[Measurement]:
    """Measure the tables, the trajectories after them, and the peers."""
    problem = random_bath(states)
    bath = _bath(problem)
    operators = bath.operators
    hamiltonian = operators.hamiltonian.toarray()
    kets = bath.amplitudes[None]

    def tables() -> None:
        build_tables(operators.generator, hamiltonian, kets, DURATION, TABLE_TOLERANCE)

    building = measure(tables, effort)
    bath.ensemble(DURATION, 1000, dt=DURATION / ROWS, seed=0)
    seconds = []
    for seed in range(effort.repeats):
        start = time.perf_counter()
        result = bath.ensemble(DURATION, count, dt=DURATION / ROWS, seed=seed)
        seconds.append(time.perf_counter() - start - building.median)
    exact = _exact(problem)
    size = {"symbol": "N", "size": states}
    name = "trajectories, static"
    ours = Measurement.timed(
        name,
        "ensemble, after tables",
        UNIT,
        seconds,
        count,
        **size,
        bar=rate_bar,
        error=float(np.abs(result.populations - exact).max()),
    )
    yield ours
    yield Measurement.timed(
        name, "tables", "s", building.seconds, **size, bar=tables_bar
    )
    packages = ("qutip", "dynamiqs") if states <= LARGEST_DYNAMIQS else ("qutip",)
    rows = [ours, *_peers(problem, packages, ours, peer_count, exact)]
    yield from rows[1:]
    yield from faster_than_peers(rows, None)


def driven(count: int, peer_count: int, effort: Effort) -> Iterator[Measurement]:
    """Measure trajectories of a bath with three driven states, and the peers'."""
    problem = random_bath(22, driven=3)
    bath = _bath(problem)
    bath.ensemble(DURATION, 10, dt=DURATION / ROWS, seed=0)
    seconds = []
    for seed in range(min(3, effort.repeats)):
        start = time.perf_counter()
        result = bath.ensemble(DURATION, count, dt=DURATION / ROWS, seed=seed)
        seconds.append(time.perf_counter() - start)
    exact = _exact(problem)
    ours = Measurement.timed(
        "trajectories, 3 driven",
        "ensemble",
        UNIT,
        seconds,
        count,
        symbol="N",
        size=22,
        bar=20_000,
        error=float(np.abs(result.populations - exact).max()),
    )
    rows = [ours, *_peers(problem, ("qutip",), ours, peer_count, exact)]
    yield from rows
    yield from faster_than_peers(rows, None)


def agreement(count: int, effort: Effort) -> Iterator[Measurement]:
    """Measure the largest deviation from the master equation in standard errors."""
    del effort  # the number of trajectories sets it
    problem = random_bath(22)
    exact = _exact(problem)
    usual = exact[1:] > RARE
    largest = []
    for seed in range(3):
        found = _bath(problem).ensemble(DURATION, count, dt=DURATION / ROWS, seed=seed)
        z = (found.populations - exact)[1:] / found.standard_error[1:]
        largest.append(float(np.abs(z[usual]).max()))
    yield Measurement.of(
        "trajectories against the master equation",
        "largest deviation",
        "std. err.",
        largest,
        symbol="count",
        size=count,
        bar=4.0,
        note=f"{usual.sum()} populations",
    )


def ticks(method: str, count: int, effort: Effort) -> Iterator[Measurement]:
    """Measure a tick of many forests, and the bytes they hold beyond their states."""
    operators = load_biome("forest").operators
    BathBatch(operators, 2, method, seed=0).evolve(DT)  # type: ignore[arg-type]
    gc.collect()
    tracemalloc.start()
    batch = BathBatch(operators, count, method, seed=0)  # type: ignore[arg-type]

    def tick() -> None:
        batch.evolve(DT)
        batch.project_onto_axis("🐺", "🐇")

    tick()
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    state = len(operators.emojis) ** (2 if method == "master" else 1) * 16
    name, size = f"a tick of many forests, {method}", {"symbol": "B", "size": count}
    timing = measure(tick, effort)
    yield Measurement.timed(name, "BathBatch", "ms", timing.seconds, **size, bar=16.0)
    yield Measurement.of(
        name,
        "held per bath beyond its state",
        "KB",
        [held / count / 1e3 - state / 1e3],
        **size,
        bar=2.0,
    )


def _peers(
    problem: RandomBath,
    packages: tuple[str, ...],
    ours: Measurement,
    count: int,
    exact: NDArray[np.float64],
) -> Iterator[Measurement]:
    for package in packages:
        slow = package == "dynamiqs"
        options = {"by": PEERS[package], "package": package, "duration": DURATION}
        options |= {"rows": ROWS, "tolerance": 1e-6, "repeats": 1 if slow else 3}
        options |= {"trajectories": min(count, MOST_DYNAMIQS) if slow else count}
        for answer in ask(f"jumps_{package}", options, problem.arrays()):
            error = None
            if answer.result:
                error = float(np.abs(np.array(answer.result) - exact).max())
            yield answer.measured(ours, error=error)


def _bath(problem: RandomBath, method: str = "trajectory") -> QuantumBath:
    bath = QuantumBath(problem.operators(), method, seed=0)  # type: ignore[arg-type]
    bath.initialize_emoji(problem.emojis[0])
    return bath


def _exact(problem: RandomBath) -> NDArray[np.float64]:
    bath = _bath(problem, "master")
    return bath.evolve_many(DURATION / ROWS, ROWS).populations


CASES = (
    Case(
        "static, N = 22",
        partial(static, 22, 1_000_000, 1_000, rate_bar=1e6, tables_bar=0.1),
        CORES,
        is_quick=False,
    ),
    Case(
        "static, N = 128",
        partial(static, 128, 500_000, 100, rate_bar=250_000, tables_bar=2.0),
        CORES,
        is_quick=False,
    ),
    Case("driven, N = 22", partial(driven, 20_000, 500), CORES, is_quick=False),
    Case("agreement", partial(agreement, 10_000_000), CORES, is_quick=False),
    Case("10,000 forests", partial(ticks, "trajectory", 10_000), CORES),
    Case("1,000 forests, master", partial(ticks, "master", 1_000), CORES),
)

if __name__ == "__main__":
    import suite

    raise SystemExit(suite.main(modules=("trajectories",)))
