"""QuTiP's stepping interface on the same problems."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any, Literal

import numpy as np
import scipy.sparse as sp
from problems import DT, RESTART, RandomBath
from qutip_methods import label, options_of, stored, tried, ways
from timing import GLANCE, Effort, Timing, block_of, measure

# How the driven energies reach QuTiP: set anew before each step, as a game loop does,
# or as functions of time that its integrators may sample wherever they like.
DriveStyle = Literal["each step", "functions"]

# A way has so many seconds to be tried in, or so many times as long as the best so far.
PATIENCE, SLOWER, LONGEST = 3.0, 5.0, 120.0
FINALISTS = 2
# The tolerance of a bath per second, asked of QuTiP's integrators per step.
TOLERANCE = 1e-9


def is_available() -> bool:
    """Whether QuTiP is installed."""
    try:
        import qutip  # noqa: F401
    except ImportError:
        return False
    return True


def fastest(
    problem: RandomBath, master: bool, style: DriveStyle, effort: Effort
) -> tuple[str, Timing]:
    """Try every way of solving ``problem``; time the fastest with ``effort``."""
    import qutip

    # Inside one of its own long steps an integrator only interpolates: whole runs of a
    # density matrix are timed, not some lucky part of one.
    steps = RESTART if master else 1
    solver = qutip.MESolver if master else qutip.MCSolver
    equations = problem.states ** (2 if master else 1)
    found: list[tuple[float, tuple[str, str]]] = []
    best = math.inf
    for way in ways(solver, equations, driven=bool(problem.drivers)):

        def glance(way: tuple[str, str] = way) -> float:
            run = block_of(stepper(problem, master, style, *way), steps)
            return measure(run, GLANCE, steps).median

        most = LONGEST if best == math.inf else max(PATIENCE, SLOWER * best * steps)
        median = tried(glance, most)
        if median is not None:
            found.append((median, way))
            best = min(best, median)
    finals = []
    for _, way in sorted(found)[:FINALISTS]:
        run = block_of(stepper(problem, master, style, *way), steps)
        finals.append((label(*way), measure(run, effort, steps)))
    return min(finals, key=lambda final: final[1].median)


def stepper(
    problem: RandomBath,
    master: bool,
    style: DriveStyle,
    storage: str,
    method: str,
    restart: int = RESTART,
) -> Callable[[], Any]:
    """Return a function that takes one step of DT and returns the state.

    A density matrix starts anew after ``restart`` steps.
    """
    import qutip

    hamiltonian, jumps = _operators(problem)
    options = options_of(method, TOLERANCE, TOLERANCE) | {"progress_bar": ""}
    ket = qutip.Qobj(problem.uniform_ket())
    driven = stored(_driven(hamiltonian, problem, style), storage)
    jumps = [stored(jump, storage) for jump in jumps]
    if master:
        solver: Any = qutip.MESolver(driven, jumps, options=options)
        start = ket.proj()
    else:
        solver = qutip.MCSolver(driven, jumps, options=options)
        solver.start(ket, 0.0, seed=1)
    energies = _energies(problem)
    set_each_step = bool(problem.drivers) and style == "each step"
    count = 0

    def step() -> Any:
        nonlocal count
        if master and count % restart == 0:
            solver.start(start, 0.0)
            count = 0
        args = {"energies": energies((count + 0.5) * DT)} if set_each_step else None
        count += 1
        return solver.step(count * DT, args=args, copy=False)

    return step


@cache
def _operators(problem: RandomBath) -> tuple[Any, list[Any]]:
    import qutip

    n = problem.states
    jumps = [
        np.sqrt(rate) * qutip.projection(n, target, source)
        for source, target, rate in problem.indexed_jumps()
    ]
    return qutip.Qobj(sp.csr_matrix(problem.hamiltonian)), jumps


def _driven(hamiltonian: Any, problem: RandomBath, style: DriveStyle) -> Any:
    import qutip

    if not problem.drivers:
        return hamiltonian
    terms: list[Any] = [hamiltonian]
    for row in range(len(problem.drivers)):
        projector = qutip.projection(problem.states, row, row)
        terms.append([projector, _coefficient(problem, row, style)])
    return qutip.QobjEvo(terms, args={"energies": _energies(problem)(0.0)})


def _coefficient(
    problem: RandomBath, row: int, style: DriveStyle
) -> Callable[..., float]:
    if style == "each step":
        # QuTiP looks for an argument named t.
        return lambda t, energies: energies[row]  # noqa: ARG005
    _, energy, _, frequency, phase, _ = problem.drivers[row]
    omega = 2 * np.pi * frequency
    return lambda t: energy * np.cos(omega * t + phase)


def _energies(problem: RandomBath) -> Callable[[float], list[float]]:
    """Return the function from time to all driven energies."""
    size = np.array([driver[1] for driver in problem.drivers])
    omega = 2 * np.pi * np.array([driver[3] for driver in problem.drivers])
    phase = np.array([driver[4] for driver in problem.drivers])
    return lambda t: (size * np.cos(omega * t + phase)).tolist()
