"""A density matrix over a long interval by QuTiP's MESolver."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from qutip_methods import label, options_of, stored, tried, ways
from serve import Answers, Arrays, serve, timed

TOLERANCES = (1e-7, 1e-8, 1e-9, 1e-10, 1e-11)
PATIENCE, LONGEST = 5.0, 120.0  # s, of a trial, which begins with building
LOST = (math.inf, math.inf)
FINALISTS = 2

Run = Callable[[], Any]
Way = tuple[str, str]  # storage and integrator


def solve(options: dict[str, Any], arrays: Arrays) -> Answers:
    """Time the fastest of the methods that are accurate enough.

    Each is given the loosest tolerance at which it is. Building the Liouvillian and the
    solver is not timed; a diagonalization is, since it serves one Liouvillian only.
    """
    exact, accuracy = arrays["exact"], options["accuracy"]
    found: list[tuple[float, str, Callable[[], Run]]] = []
    settled, fastest = set(), math.inf
    for way, tolerance, make in _runs(options, arrays):
        if way in settled:
            continue

        def glance(make: Callable[[], Run] = make) -> tuple[float, float]:
            run = make()
            start = time.perf_counter()
            solved = run()
            seconds = time.perf_counter() - start
            return seconds, float(np.abs(populations(solved) - exact).max())

        # Slower than the fastest is too slow, whatever comes of it.
        seconds, error = tried(glance, PATIENCE + min(2 * fastest, LONGEST)) or LOST
        if error <= accuracy:
            name = label(*way) + ("" if tolerance is None else f", {tolerance:g}")
            found.append((seconds, name, make))
            fastest = min(fastest, seconds)
        # A tighter tolerance takes longer still.
        if seconds >= fastest:
            settled.add(way)
    # One run each tells the first ones from the rest, and several the first.
    finals = []
    for _, name, make in sorted(found, key=lambda entry: entry[0])[:FINALISTS]:
        run = make()
        result = populations(run())
        finals.append((timed(run, options["repeats"]), name, result))
    seconds, name, result = min(finals, key=lambda entry: statistics.median(entry[0]))
    yield {
        "by": options["by"],
        "seconds": seconds,
        "result": result.tolist(),
        "note": name,
    }


def populations(solved: Any) -> np.ndarray:
    """Return the diagonals of all states, (T, N)."""
    return np.array([state.diag().real for state in solved.states])


def _runs(
    options: dict[str, Any], arrays: Arrays
) -> Iterator[tuple[Way, float | None, Callable[[], Run]]]:
    """Yield ways and tolerances, for each way the loosest first."""
    import qutip
    import qutip_problem
    from problems import RandomBath

    problem = RandomBath.from_arrays(arrays)
    liouvillian = qutip.liouvillian(*qutip_problem.operators(problem))
    start = qutip.ket2dm(qutip.Qobj(problem.uniform_ket()))
    times = np.linspace(0.0, options["duration"], options["rows"] + 1)
    common = {"progress_bar": "", "store_states": True}
    driven = bool(problem.drivers)

    def made(way: Way, tolerance: float) -> Run:
        storage, method = way
        settings = common | options_of(method, tolerance, tolerance / 10)

        def new() -> Any:
            return qutip.MESolver(
                stored(liouvillian, storage), options=settings | {"method": method}
            )

        if method == "diag":  # only a new solver diagonalizes anew
            return lambda: new().run(start, times)
        ready = new()
        return lambda: ready.run(start, times)

    for way in ways(qutip.MESolver, problem.states**2, driven=driven):
        if way[1] == "diag":
            yield way, None, partial(made, way, 0.0)
            continue
        for tolerance in TOLERANCES:
            yield way, tolerance, partial(made, way, tolerance)


if __name__ == "__main__":
    serve(solve)
