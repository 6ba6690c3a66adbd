"""The cases of the stepping benchmark: ours, the project's bars, the peers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Literal

import numpy_peers
import qutip_peer
from problems import DT, RESTART, RandomBath, random_bath
from timing import Effort, Timing, block_of, measure

from spacewheat_sim import QuantumBath
from spacewheat_sim.engine.evolvers import Method

Unit = Literal["steps/s", "µs", "ms"]
PER_SECOND = {"steps/s": 1.0, "µs": 1e6, "ms": 1e3}


@dataclass(frozen=True)
class Case:
    """One way to step one problem.

    Attributes:
        states: N of the random bath.
        master: A density matrix instead of a ket.
        driven: How many states have a driver.
        block: Steps per ``evolve_many``, or 0 for single calls of ``evolve``.
        unit: In which the figures are printed.
        bar: What the project asks for, in ``unit``; None where it asks nothing.
        strength: Multiplies energies and couplings.
        couplings: Coupling partners that each state names.
    """

    states: int
    master: bool
    driven: int
    block: int
    unit: Unit = "steps/s"
    bar: float | None = None
    strength: float = 1.0
    couplings: int = 4

    @property
    def name(self) -> str:
        """What is stepped, how."""
        what = "master" if self.master else "ket"
        drive = f"{self.driven} driven" if self.driven else "static"
        call = "evolve_many" if self.block else "evolve"
        strong = f", ×{self.strength:g} couplings" if self.strength != 1.0 else ""
        return f"N = {self.states:,}, {what}, {drive}{strong}, {call}"


@dataclass(frozen=True)
class PeerTiming:
    """What a peer took for the same problem."""

    name: str
    timing: Timing


@dataclass(frozen=True)
class Measured:
    """A case with our timing and the peers'."""

    case: Case
    ours: Timing
    peers: tuple[PeerTiming, ...]

    @property
    def is_met(self) -> bool | None:
        """Whether the median meets the bar; None where there is none."""
        if self.case.bar is None:
            return None
        figure = in_unit(self.ours.median, self.case.unit)
        if self.case.unit == "steps/s":
            return figure >= self.case.bar
        return figure <= self.case.bar


CASES = (
    Case(22, False, 0, 10_000, bar=800_000),
    Case(22, False, 3, 10_000, bar=200_000),
    Case(22, False, 22, 10_000),
    Case(22, True, 0, RESTART, bar=50_000),
    Case(22, True, 3, RESTART, bar=35_000),
    Case(22, True, 22, RESTART),
    Case(22, False, 0, 10_000, strength=4.0),
    Case(22, False, 3, 10_000, strength=4.0),
    Case(22, True, 0, RESTART, strength=4.0),
    Case(22, True, 3, RESTART, strength=4.0),
    Case(22, False, 0, 0, "µs", bar=10),
    Case(22, False, 3, 0, "µs"),
    Case(22, True, 0, 0, "µs"),
    Case(22, True, 3, 0, "µs"),
    Case(256, False, 0, 1_000, bar=40_000),
    Case(256, True, 0, RESTART, bar=300),
    Case(256, False, 0, 0, "µs"),
    Case(256, True, 0, 0, "µs"),
    Case(20_000, False, 0, 0, "ms", bar=5, couplings=10),
)
# Above this number of states a peer's dense matrices no longer fit.
LARGEST_DENSE = 1_000


def in_unit(seconds: float, unit: Unit) -> float:
    """Return seconds per step in ``unit``."""
    if unit == "steps/s":
        return 1.0 / seconds
    return seconds * PER_SECOND[unit]


def run_case(case: Case, effort: Effort) -> Measured:
    """Measure ours, then the peers, in this process."""
    problem = _problem(case.states, case.driven, case.strength, case.couplings)
    run, steps = _runner(problem, case)
    ours = measure(run, effort, steps)
    return Measured(case, ours, tuple(_peers(problem, case.master, effort)))


def _runner(problem: RandomBath, case: Case) -> tuple[Callable[[], object], int]:
    """Return what to time, and the number of steps that one call of it takes."""
    method: Method = "master" if case.master else "trajectory"
    bath = QuantumBath(problem.operators(), method, seed=1)
    steps = case.block or (RESTART if case.master else 1)
    run = block_of(lambda: bath.evolve(DT), steps)
    if case.block:
        run = partial(bath.evolve_many, DT, steps)
    if not case.master:
        return run, steps

    def anew() -> None:
        bath.initialize_uniform()
        run()

    return anew, steps


@cache
def _problem(states: int, driven: int, strength: float, couplings: int) -> RandomBath:
    return random_bath(states, driven=driven, strength=strength, couplings=couplings)


def _peers(problem: RandomBath, master: bool, effort: Effort) -> Iterator[PeerTiming]:
    if problem.states <= LARGEST_DENSE:
        yield from _qutip(problem, master, effort)
    if not master and not problem.drivers:
        yield from _by_hand(problem, effort)


@cache
def _qutip(problem: RandomBath, master: bool, effort: Effort) -> list[PeerTiming]:
    if not qutip_peer.is_available():
        return []
    styles: tuple[qutip_peer.DriveStyle, ...] = ("each step", "functions")
    timings = []
    for style in styles if problem.drivers else styles[:1]:
        name, timing = qutip_peer.fastest(problem, master, style, effort)
        if problem.drivers:
            name += f" ({style})"
        timings.append(PeerTiming(name, timing))
    return timings


@cache
def _by_hand(problem: RandomBath, effort: Effort) -> list[PeerTiming]:
    peers: dict[str, Callable[[RandomBath], Callable[[], Any]]] = {
        "numpy Euler": numpy_peers.euler,
        "numpy dense propagator": numpy_peers.dense_propagator,
    }
    if problem.states > LARGEST_DENSE:
        peers = {"scipy expm_multiply": numpy_peers.sparse_exponential}
    return [
        PeerTiming(name, measure(make(problem), effort)) for name, make in peers.items()
    ]
