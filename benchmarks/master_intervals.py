"""Density matrices over a long interval: python benchmarks/master_intervals.py.

Random baths to t = 100 s with 101 output times. Ours runs at its own tolerance of 1e-9
per second; each of QuTiP's methods at the loosest tolerance at which its populations
err by no more than 1e-8. The fastest of them counts, and of dynamiqs' methods. Building
operators, superoperators and solvers is not timed, nor compiling; what serves one
problem only, such as a diagonalization, is. Errors are taken against scipy's DOP853 on
the structured right-hand side at 1e-12, and beyond N = 128, where that takes too long,
against ours at 1e-12.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from case import Case
from measurement import Measurement, faster_than_peers
from numpy_peers import no_jump_generator
from peer_environment import ask
from problems import RandomBath, random_bath
from scipy.integrate import solve_ivp
from timing import Effort, measure

from spacewheat_sim import QuantumBath
from spacewheat_sim.arrays import ComplexArray, FloatArray

DURATION, ROWS = 100.0, 100
UNIT = "ms"
TOLERANCE, ACCURACY = 1e-9, 1e-8
LARGE_BAR = 60_000.0
# Jump operators are many dense matrices to dynamiqs: beyond this it takes minutes.
LARGEST_DYNAMIQS = 22
LARGEST_BY_HAND = 128


def interval(
    states: int, driven: int, bar: float, effort: Effort
) -> Iterator[Measurement]:
    """Measure ours and the peers, with their errors."""
    problem = random_bath(states, driven=driven)
    exact = reference(problem)
    rows = [ours(problem, exact, effort)]
    if states <= LARGEST_BY_HAND:
        populations, seconds = structured(problem, TOLERANCE)
        row = Measurement.timed(
            rows[0].name, "scipy DOP853 by hand", UNIT, [seconds], **_size(problem)
        )
        rows.append(replace(row, is_peer=True, error=_deviation(populations, exact)))
    packages = {"qutip": "QuTiP MESolver"}
    if states <= LARGEST_DYNAMIQS:
        packages["dynamiqs"] = "dynamiqs mesolve"
    for package, by in packages.items():
        options = {"by": by, "package": package, "duration": DURATION, "rows": ROWS}
        options |= {"accuracy": ACCURACY, "repeats": 3 if states <= 64 else 1}
        arrays = problem.arrays() | {"exact": exact}
        for answer in ask(f"interval_{package}", options, arrays):
            error = None
            if answer.result:
                error = _deviation(np.array(answer.result), exact)
            rows.append(answer.measured(rows[0], error=error))
    yield from rows
    # The project asks for a gain over QuTiP.
    qutip = [row for row in rows if row.by == packages["qutip"]]
    yield from faster_than_peers([rows[0], *qutip], bar)


def ours(problem: RandomBath, exact: FloatArray | None, effort: Effort) -> Measurement:
    """Measure ours from the initial state on; what a bath keeps is made anew."""
    operators = problem.operators()
    found: list[FloatArray] = []

    def run() -> None:
        bath = QuantumBath(operators, "master")
        found[:] = [bath.evolve_many(DURATION / ROWS, ROWS).populations]

    timing = measure(run, effort)
    drive = f"{len(problem.drivers)} driven" if problem.drivers else "static"
    return Measurement.timed(
        f"density matrix to t = 100 s, {drive}",
        "evolve_many",
        UNIT,
        timing.seconds,
        **_size(problem),
        error=None if exact is None else _deviation(found[0], exact),
    )


def large(states: int, effort: Effort) -> Iterator[Measurement]:
    """Measure a problem that no peer's superoperator would fit."""
    row = ours(random_bath(states), None, effort)
    yield replace(row, bar=LARGE_BAR)


def reference(problem: RandomBath) -> FloatArray:
    """Return nearly exact populations, (ROWS + 1, N)."""
    if problem.states <= LARGEST_BY_HAND:
        return structured(problem, 1e-12)[0]
    bath = QuantumBath(problem.operators(), "master", tolerance=1e-12)
    return bath.evolve_many(DURATION / ROWS, ROWS).populations


def structured(problem: RandomBath, tolerance: float) -> tuple[FloatArray, float]:
    """Return populations (ROWS + 1, N) and seconds of DOP853 written by hand.

    dρ/dt = Aρ + (Aρ)† with A = −iH − Γ/2, and the jumps add to the diagonal alone.
    """
    n = problem.states
    generator = no_jump_generator(problem)
    columns = zip(*problem.indexed_jumps(), strict=True)
    sources, targets, rates = (np.array(x) for x in columns)
    drivers = np.array([d[1:2] + d[3:5] for d in problem.drivers]).reshape(-1, 3)
    energy, omega, phase = drivers[:, 0], 2 * np.pi * drivers[:, 1], drivers[:, 2]
    count = len(drivers)

    def slope(t: float, flat: ComplexArray) -> ComplexArray:
        rho = flat.reshape(n, n)
        half = generator @ rho
        half[:count] -= 1j * (energy * np.cos(omega * t + phase))[:, None] * rho[:count]
        change = half + half.conj().T
        gained = np.bincount(targets, rates * rho.diagonal().real[sources], n)
        change.ravel()[:: n + 1] += gained
        return change.ravel()

    ket = problem.uniform_ket()
    start = np.outer(ket, ket.conj()).ravel()
    times = np.linspace(0.0, DURATION, ROWS + 1)
    began = time.perf_counter()
    solved = solve_ivp(
        slope,
        (0.0, DURATION),
        start,
        "DOP853",
        t_eval=times,
        rtol=tolerance,
        atol=tolerance / 100,
    )
    seconds = time.perf_counter() - began
    return solved.y.T[:, :: n + 1].real, seconds


def _size(problem: RandomBath) -> dict[str, Any]:
    return {"symbol": "N", "size": problem.states}


def _deviation(found: FloatArray, exact: FloatArray) -> float:
    return float(np.abs(found - exact).max())


# (N, driven, how many times faster than QuTiP, whether quick)
PROBLEMS = (
    (6, 0, 5.0, True),
    (6, 3, 5.0, False),
    (22, 0, 5.0, False),
    (22, 3, 5.0, False),
    (64, 0, 10.0, False),
    (64, 3, 10.0, False),
    (128, 0, 10.0, False),
    (128, 3, 10.0, False),
    (256, 0, 10.0, False),
    (256, 3, 10.0, False),
)
CASES = (
    *(
        Case(f"N = {n}, {driven} driven", partial(interval, n, driven, bar), 1, quick)
        for n, driven, bar, quick in PROBLEMS
    ),
    Case("N = 1000, 0 driven", partial(large, 1000), is_quick=False),
)

if __name__ == "__main__":
    import suite

    raise SystemExit(suite.main(modules=("master_intervals",)))
