"""Density matrices to t = 100 s: python benchmarks/whole_interval.py [--quick].

Random baths of N states, 4 coupling partners and 2 jumps from each, with 101 output
times, beside QuTiP's solvers. Ours runs at its own tolerance of 1e-9 per second. Each
of QuTiP's methods is given the loosest tolerance at which its populations err by no
more than 1e-8, and the fastest of them counts. Building operators, superoperators and
solvers is not timed; a diagonalization is, since it serves one Liouvillian only. Errors
are against scipy's DOP853 at 1e-12 on the structured right-hand side. Then: N = 1000,
and how the cost of a run grows with N.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from timing import pin_threads

pin_threads()  # before numpy is imported, which reads the number of threads

import numpy as np  # noqa: E402
import scipy.sparse as sp  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from problems import RandomBath, random_bath  # noqa: E402
from scipy.integrate import solve_ivp  # noqa: E402

from spacewheat_sim import BathOperators, QuantumBath  # noqa: E402

FloatArray = NDArray[np.float64]

DURATION, OUTPUTS = 100.0, 100
ACCURACY = 1e-8
DRIVEN = 3
# (N, how many times faster than QuTiP)
BARS = ((6, 5.0), (22, 5.0), (64, 10.0), (128, 10.0), (256, 10.0))
LARGE, LARGE_SECONDS = 1000, 60.0
SIZES = (64, 128, 256, 512, 1024, 2048)
EXPONENT_BAR = 0.15
REPEATS = 5
# Seconds, beyond which a run varies little and is not repeated.
LONG = 2.0

METHODS = ("vern7", "adams", "vern9", "dop853", "tsit5", "lsoda", "bdf")
METHODS_LARGE = ("vern7", "adams", "vern9", "dop853")
TOLERANCES = (1e-7, 1e-8, 1e-9, 1e-10, 1e-11)
# Beyond this QuTiP's diagonalization of N² × N² takes minutes.
LARGEST_DIAGONALIZED = 22


@dataclass(frozen=True)
class Run:
    """What solved the problem, its median seconds and largest error in populations."""

    name: str
    seconds: float
    error: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--quick", action="store_true", help="small problems only: a look"
    )
    quick = parser.parse_args().quick
    print("one core; medians of up to 5 runs; errors in populations, 101 outputs")
    print(
        f"{'problem':<18}{'ours':>10}{'error':>9}  {'QuTiP, fastest':<17}{'':>8}",
        end="",
    )
    print(f"{'error':>9}{'ratio':>8}{'bar':>7}")
    for states, bar in BARS[:2] if quick else BARS:
        for driven in (0, DRIVEN):
            print(interval_line(states, driven, bar), flush=True)
    if not quick:
        ours = our_run(random_bath(LARGE))
        name = f"N = {LARGE}, static"
        print(
            f"{name:<18}{_seconds(ours.seconds):>10}{'':>9}  bar ≤ {LARGE_SECONDS:g} s"
        )
    for line in exponent_lines(SIZES[:4] if quick else SIZES):
        print(line, flush=True)
    return 0


def interval_line(states: int, driven: int, bar: float) -> str:
    """Run one problem by all, and return its line of the table."""
    problem = random_bath(states, driven=driven)
    exact = exact_populations(problem)
    ours = our_run(problem, exact)
    name = f"N = {states}, {f'{driven} driven' if driven else 'static'}"
    line = f"{name:<18}{_seconds(ours.seconds):>10}{ours.error:>9.1e}  "
    best = min(qutip_runs(problem, exact), key=lambda run: run.seconds, default=None)
    if best is None:
        return line + "QuTiP is not installed"
    ratio = best.seconds / ours.seconds
    verdict = "" if ratio >= bar else "  NOT MET"
    return (
        f"{line}{best.name:<15}{_seconds(best.seconds):>10}{best.error:>9.1e}"
        f"{ratio:>8.1f}{f'≥ {bar:g}':>7}{verdict}"
    )


def exact_populations(problem: RandomBath) -> FloatArray:
    """Return the populations at all outputs by DOP853, (101, N).

    dρ/dt = Bρ + (Bρ)† with B = −iH − Γ/2, and the jumps add to the diagonal alone.
    """
    n = problem.states
    sources, targets, rates = map(np.array, zip(*problem.indexed_jumps(), strict=True))
    decay = np.bincount(sources, rates, n)
    generator = sp.csr_array(-1j * problem.hamiltonian - sp.diags_array(decay / 2))
    drivers = np.array([d[1:2] + d[3:5] for d in problem.drivers]).reshape(-1, 3)
    energy, omega, phase = drivers[:, 0], 2 * np.pi * drivers[:, 1], drivers[:, 2]
    count = len(drivers)

    def slope(t: float, flat: NDArray[np.complex128]) -> NDArray[np.complex128]:
        rho = flat.reshape(n, n)
        half = generator @ rho
        half[:count] -= 1j * (energy * np.cos(omega * t + phase))[:, None] * rho[:count]
        change = half + half.conj().T
        np.einsum("ii->i", change)[:] += np.bincount(
            targets, rates * rho.diagonal().real[sources], n
        )
        return change.ravel()

    ket = problem.uniform_ket()
    solved = solve_ivp(
        slope,
        (0.0, DURATION),
        np.outer(ket, ket.conj()).ravel(),
        "DOP853",
        np.linspace(0.0, DURATION, OUTPUTS + 1),
        rtol=1e-12,
        atol=1e-14,
    )
    return solved.y.T[:, :: n + 1].real


def our_run(problem: RandomBath, exact: FloatArray | None = None) -> Run:
    """Time ours from the initial state on."""
    bath = QuantumBath(problem.operators(), "master")
    found: list[FloatArray] = []

    def run() -> None:
        bath.initialize_uniform()
        found[:] = [bath.evolve_many(DURATION / OUTPUTS, OUTPUTS).populations]

    seconds = median_seconds(run)
    error = 0.0 if exact is None else float(np.abs(found[0] - exact).max())
    return Run("ours", seconds, error)


def qutip_runs(problem: RandomBath, exact: FloatArray) -> Iterator[Run]:
    """Yield QuTiP's methods, each at the loosest tolerance that is accurate enough."""
    try:
        import qutip
    except ImportError:
        return
    liouvillian = qutip_liouvillian(problem)
    if not problem.drivers and problem.states <= LARGEST_DIAGONALIZED:
        yield qutip_run(problem, exact, liouvillian, {"method": "diag"})
    fastest = np.inf
    for method in METHODS if problem.states <= 64 else METHODS_LARGE:
        for tolerance in TOLERANCES:
            options = {"method": method, "rtol": tolerance, "atol": tolerance / 10}
            # Some combinations are refused, or fail, only when they run.
            with contextlib.suppress(ValueError, KeyError, qutip.IntegratorException):
                run = qutip_run(problem, exact, liouvillian, options, fastest)
                if run.error <= ACCURACY:
                    fastest = min(fastest, run.seconds)
                    yield run
                if run.error <= ACCURACY or run.seconds > 1.2 * fastest:
                    break  # a tighter tolerance only takes longer


def qutip_run(
    problem: RandomBath,
    exact: FloatArray,
    liouvillian: Any,
    options: dict[str, Any],
    fastest: float = 0.0,
) -> Run:
    """Time one of QuTiP's methods; only once where it is no match for ``fastest``."""
    import qutip

    method = options["method"]
    if method != "diag":
        options = {**options, "nsteps": 1_000_000}
    start = qutip.ket2dm(qutip.Qobj(problem.uniform_ket()))
    times = np.linspace(0.0, DURATION, OUTPUTS + 1)

    def solver() -> Any:
        return qutip.MESolver(liouvillian, options={"progress_bar": "", **options})

    ready = solver()
    found: list[Any] = []

    def run() -> None:
        # Only a new solver diagonalizes anew.
        found[:] = (solver() if method == "diag" else ready).run(start, times).states

    began = time.perf_counter()
    run()
    seconds = time.perf_counter() - began
    error = float(np.abs(np.array([s.diag().real for s in found]) - exact).max())
    if error <= ACCURACY and seconds < 1.5 * fastest:
        seconds = median_seconds(run)
    return Run(method, seconds, error)


def qutip_liouvillian(problem: RandomBath) -> Any:
    """Return the Liouvillian, as a function of time where it is driven."""
    import qutip

    terms: list[Any] = [qutip.Qobj(sp.csr_matrix(problem.hamiltonian))]
    for row, (_, energy, _, frequency, phase, _) in enumerate(problem.drivers):
        wave = _wave(energy, 2 * np.pi * frequency, phase)
        terms.append([qutip.projection(problem.states, row, row), wave])
    jumps = [
        rate**0.5 * qutip.projection(problem.states, target, source)
        for source, target, rate in problem.indexed_jumps()
    ]
    hamiltonian = qutip.QobjEvo(terms) if problem.drivers else terms[0]
    return qutip.liouvillian(hamiltonian, jumps)


def _wave(energy: float, omega: float, phase: float) -> Callable[[float], float]:
    # QuTiP looks for an argument named t.
    return lambda t: energy * math.cos(omega * t + phase)


def exponent_lines(sizes: tuple[int, ...]) -> Iterator[str]:
    """Yield how the cost of a run grows, for kets and for density matrices.

    A run of a fixed length takes about as many products at every N. There are no jumps
    on the way, since each trajectory has its own.
    """
    yield f"cost of a run with one output, N = {sizes[0]} … {sizes[-1]}"
    for method, work, duration in (
        ("trajectory", "nnz", 1000.0),
        ("master", "nnz·N", 5.0),
    ):
        costs, works = [], []
        for states in sizes:
            problem = random_bath(states)
            jumps = problem.jumps if method == "master" else ()
            operators = BathOperators.from_terms(
                problem.emojis, problem.hamiltonian, jumps
            )
            bath = QuantumBath(operators, method, seed=1)

            def run(bath: QuantumBath = bath, duration: float = duration) -> None:
                bath.initialize_uniform()
                bath.evolve(duration)

            costs.append(median_seconds(run))
            works.append(problem.hamiltonian.nnz * (states if work != "nnz" else 1))
        exponent = float(np.polyfit(np.log(works), np.log(costs), 1)[0])
        verdict = "" if abs(exponent - 1) <= EXPONENT_BAR else "  NOT MET"
        figures = ", ".join(_seconds(cost) for cost in costs)
        yield (
            f"  {method}, {duration:g} s: {figures}: {work}^{exponent:.2f}, "
            f"bar 1 ± {EXPONENT_BAR}{verdict}"
        )


def median_seconds(run: Callable[[], object]) -> float:
    """Return the median seconds of a few runs; a single one where it is long."""
    seconds: list[float] = []
    while len(seconds) <= REPEATS:
        began = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - began)
        if seconds[-1] > LONG and len(seconds) > 1:
            break
    return statistics.median(seconds[1:])  # the first one warms up


def _seconds(value: float) -> str:
    if value < 1e-3:
        return f"{value * 1e6:.0f} µs"
    return f"{value * 1e3:.3g} ms" if value < 1.0 else f"{value:.3g} s"


if __name__ == "__main__":
    sys.exit(main())
