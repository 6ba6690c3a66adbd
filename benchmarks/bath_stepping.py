"""Steps of a bath beside its peers: python benchmarks/bath_stepping.py [--quick].

``evolve_many`` records every step, and reads several of them off one power series;
``evolve`` takes each step by itself, as a game loop does. Both end at the bath's
tolerance. Ours, and QuTiP's MCSolver, draw quantum jumps; numpy's and scipy's steps do
not, and none of the peers records populations. QuTiP is driven by ``start`` and
``step`` with atol = rtol = 1e-9, by the fastest of its integrators and storages for the
problem, found by trying all of them. Driven energies reach it in two ways: set anew
before ``each step``, which makes its integrators start afresh, or as ``functions`` of
time, which lets them interpolate over many steps. A density matrix starts anew every 5
s, ours and QuTiP's, since once it has settled there is little left to compute.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy_peers
from case import Case
from measurement import Measurement
from peer_environment import ask
from problems import DT, RESTART, RandomBath, random_bath
from timing import Effort, Timing, block_of, measure

from spacewheat_sim import QuantumBath

UNIT = "steps/s"
# Above this number of states a peer's dense matrices no longer fit.
LARGEST_DENSE = 1_000


@dataclass(frozen=True)
class Problem:
    """A random bath, how it is stepped, and what the project asks for.

    Attributes:
        states: N of the random bath.
        method: ``trajectory`` or ``master``.
        driven: How many states have a driver.
        block: Steps of one ``evolve_many``; 0 leaves it out.
        many_bar: Steps per second asked of ``evolve_many``.
        one_bar: Steps per second asked of single calls of ``evolve``.
        strength: Multiplies energies and couplings.
        couplings: Coupling partners that each state names.
        is_quick: Whether ``--quick`` measures it.
    """

    states: int
    method: str
    driven: int = 0
    block: int = 10_000
    many_bar: float | None = None
    one_bar: float | None = None
    strength: float = 1.0
    couplings: int = 4
    is_quick: bool = True

    @property
    def name(self) -> str:
        """What is stepped."""
        drive = f"{self.driven} driven" if self.driven else "static"
        strong = f", ×{self.strength:g} couplings" if self.strength != 1.0 else ""
        return f"steps of a bath, {self.method}, {drive}{strong}"

    def bath(self) -> RandomBath:
        """Draw the bath."""
        return random_bath(
            self.states,
            driven=self.driven,
            strength=self.strength,
            couplings=self.couplings,
        )


PROBLEMS = (
    Problem(22, "trajectory", 0, many_bar=800_000, one_bar=100_000),
    Problem(22, "trajectory", 3, many_bar=200_000),
    Problem(22, "master", 0, RESTART, many_bar=50_000),
    Problem(22, "master", 3, RESTART, many_bar=35_000),
    Problem(22, "trajectory", 22, is_quick=False),
    Problem(22, "master", 22, RESTART, is_quick=False),
    Problem(22, "trajectory", 0, strength=4.0, is_quick=False),
    Problem(22, "master", 0, RESTART, strength=4.0, is_quick=False),
    Problem(256, "trajectory", 0, 1_000, many_bar=40_000, is_quick=False),
    Problem(256, "master", 0, RESTART, many_bar=300, is_quick=False),
    Problem(20_000, "trajectory", 0, 0, one_bar=200, couplings=10, is_quick=False),
)


def run(problem: Problem, effort: Effort) -> Iterator[Measurement]:
    """Measure ours, then the peers."""
    bath = problem.bath()
    rows = []
    for by, block, bar in (
        ("evolve_many", problem.block, problem.many_bar),
        ("evolve", 0, problem.one_bar),
    ):
        if by == "evolve" or block:
            timing = _ours(bath, problem.method, block, effort)
            rows.append(_row(problem, by, timing, bar=bar))
    yield from rows
    if problem.states <= LARGEST_DENSE:
        yield from _qutip(problem, bath, rows[0], effort)
    if problem.method == "trajectory" and not problem.driven:
        for by, make in _by_hand(problem.states):
            yield _row(problem, by, measure(make(bath), effort), is_peer=True)


def _row(
    problem: Problem,
    by: str,
    timing: Timing,
    bar: float | None = None,
    is_peer: bool = False,
) -> Measurement:
    return Measurement.timed(
        problem.name,
        by,
        UNIT,
        timing.seconds,
        symbol="N",
        size=problem.states,
        bar=bar,
        is_peer=is_peer,
    )


def _ours(problem: RandomBath, method: str, block: int, effort: Effort) -> Timing:
    bath = QuantumBath(problem.operators(), method, seed=1)  # type: ignore[arg-type]
    steps = block or (RESTART if method == "master" else 1)
    step = block_of(lambda: bath.evolve(DT), steps)
    if block:
        step = partial(bath.evolve_many, DT, steps)
    if method == "trajectory":
        return measure(step, effort, steps)

    def anew() -> None:
        bath.initialize_uniform()
        step()

    return measure(anew, effort, steps)


def _qutip(
    problem: Problem, bath: RandomBath, ours: Measurement, effort: Effort
) -> Iterator[Measurement]:
    solver = "MESolver" if problem.method == "master" else "MCSolver"
    for style in ("each step", "functions") if problem.driven else ("each step",):
        by = f"QuTiP {solver}" + (f", {style}" if problem.driven else "")
        options = {
            "by": by,
            "package": "qutip",
            "master": problem.method == "master",
            "style": style,
        }
        for answer in ask("qutip_steps", options | vars(effort), bath.arrays()):
            yield answer.measured(ours)


def _by_hand(
    states: int,
) -> list[tuple[str, Callable[[RandomBath], Callable[[], object]]]]:
    if states > LARGEST_DENSE:
        return [("scipy expm_multiply", numpy_peers.sparse_exponential)]
    return [
        ("numpy Euler", numpy_peers.euler),
        ("numpy dense propagator", numpy_peers.dense_propagator),
    ]


CASES = tuple(
    Case(
        f"{problem.name.partition(', ')[2]}, N = {problem.states}",
        partial(run, problem),
        is_quick=problem.is_quick,
    )
    for problem in PROBLEMS
)

if __name__ == "__main__":
    import suite

    raise SystemExit(suite.main(modules=("bath_stepping",)))
