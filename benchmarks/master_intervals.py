"""Density matrices over a long interval: python benchmarks/master_intervals.py.

Random baths to t = 100 s with 101 output times. Peers are asked for 1e-9, and the
errors of all are taken against scipy's DOP853 on the structured right-hand side at
1e-12, up to N = 128. From operators on everything counts, also building the solver and
factors that it keeps; compiling does not. QuTiP and dynamiqs are given by the fastest
of their methods for the problem.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial

import numpy as np
from case import Case
from measurement import Measurement, faster_than_peers
from numpy.typing import NDArray
from numpy_peers import no_jump_generator
from peer_environment import ask
from problems import RandomBath, random_bath
from scipy.integrate import solve_ivp
from timing import Effort, measure

from spacewheat_sim import QuantumBath

DURATION, ROWS = 100.0, 100
TOLERANCE = 1e-9
# Jump operators are many dense matrices to dynamiqs: beyond this it takes minutes.
LARGEST_DYNAMIQS = 22
LARGEST_BY_HAND = 128


def interval(
    states: int, driven: int, bar: float | None, effort: Effort
) -> Iterator[Measurement]:
    """Measure ours and the peers, with their errors."""
    problem = random_bath(states, driven=driven)
    drive = f"{driven} driven" if driven else "static"
    operators = problem.operators()
    found: list[NDArray[np.float64]] = []

    def run() -> None:
        bath = QuantumBath(operators, "master")
        found.append(bath.evolve_many(DURATION / ROWS, ROWS).populations)

    timing = measure(run, effort)
    exact, by_hand = None, []
    if states <= LARGEST_BY_HAND:
        exact, _ = structured(problem, 1e-12)
        by_hand = [structured(problem, TOLERANCE)]
    ours = Measurement.timed(
        f"density matrix to t = 100 s, {drive}",
        "evolve_many",
        "ms",
        timing.seconds,
        symbol="N",
        size=states,
        error=_deviation(found[0], exact),
    )
    rows, qutip = [ours], []
    for populations, seconds in by_hand:
        rows.append(
            Measurement.timed(
                ours.name,
                "scipy DOP853 by hand",
                "ms",
                [seconds],
                symbol="N",
                size=states,
                is_peer=True,
                error=_deviation(populations, exact),
            )
        )
    reference = found[0] if exact is None else exact
    for package, by in (("qutip", "QuTiP MESolver"), ("dynamiqs", "dynamiqs mesolve")):
        if package == "dynamiqs" and states > LARGEST_DYNAMIQS:
            continue
        options = {"by": by, "package": package, "duration": DURATION, "rows": ROWS}
        options |= {"tolerance": TOLERANCE, "repeats": 3 if states <= 64 else 1}
        for answer in ask(f"interval_{package}", options, problem.arrays()):
            error = None
            if answer.result:
                error = _deviation(np.array(answer.result), reference)
            rows.append(answer.measured(ours, error=error))
            qutip += rows[-1:] if package == "qutip" else []
    yield from rows
    # The project asks for a gain over QuTiP.
    yield from faster_than_peers([ours, *qutip], bar)


def structured(
    problem: RandomBath, tolerance: float
) -> tuple[NDArray[np.float64], float]:
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

    def slope(t: float, flat: NDArray[np.complex128]) -> NDArray[np.complex128]:
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


def _deviation(
    found: NDArray[np.float64], exact: NDArray[np.float64] | None
) -> float | None:
    return None if exact is None else float(np.abs(found - exact).max())


# (N, driven, how many times faster than QuTiP, whether quick)
PROBLEMS = (
    (6, 0, 5.0, True),
    (22, 0, 5.0, True),
    (22, 3, 5.0, False),
    (64, 0, 10.0, False),
    (64, 3, 10.0, False),
    (128, 0, 10.0, False),
    (256, 0, 10.0, False),
)
CASES = tuple(
    Case(f"N = {n}, {driven} driven", partial(interval, n, driven, bar), 1, quick)
    for n, driven, bar, quick in PROBLEMS
)

if __name__ == "__main__":
    import suite

    raise SystemExit(suite.main(modules=("master_intervals",)))
