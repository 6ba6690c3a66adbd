"""A density matrix over a long interval by QuTiP's MESolver."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from serve import Answers, Arrays, serve, timed

# Those that led somewhere; dop853, tsit5 and bdf never did.
METHODS = ("vern7", "vern9", "adams", "lsoda")
METHODS_LARGE = ("vern7", "adams")
LARGE = 64
TOLERANCES = (1e-7, 1e-8, 1e-9, 1e-10, 1e-11)
# Beyond this a diagonalization of N² × N² takes minutes.
LARGEST_DIAGONALIZED = 22

Run = Callable[[], Any]


def solve(options: dict[str, Any], arrays: Arrays) -> Answers:
    """Time the fastest of the methods that are accurate enough.

    Each is given the loosest tolerance at which it is. Building the Liouvillian and the
    solver is not timed; a diagonalization is, since it serves one Liouvillian only.
    """
    exact, accuracy = arrays["exact"], options["accuracy"]
    found, settled, fastest = [], set(), np.inf
    for method, tolerance, run in _runs(options, arrays):
        if method in settled:
            continue
        # Some combinations are refused, or fail, only when they run.
        with contextlib.suppress(ValueError, KeyError):
            start = time.perf_counter()
            solved = run()
            seconds = time.perf_counter() - start
            result = populations(solved)
            name = method if tolerance is None else f"{method}, {tolerance:g}"
            if np.abs(result - exact).max() <= accuracy:
                found.append((seconds, name, run, result))
                fastest = min(fastest, seconds)
            # A tighter tolerance takes longer still.
            if seconds >= fastest:
                settled.add(method)
    _, name, run, result = min(found, key=lambda entry: entry[0])
    yield {
        "by": options["by"],
        "seconds": timed(run, options["repeats"]),
        "result": result.tolist(),
        "note": name,
    }


def populations(solved: Any) -> np.ndarray:
    """Return the diagonals of all states, (T, N)."""
    return np.array([state.diag().real for state in solved.states])


def _runs(
    options: dict[str, Any], arrays: Arrays
) -> Iterator[tuple[str, float | None, Run]]:
    """Yield methods and tolerances, for each method the loosest first."""
    import qutip
    import qutip_problem
    from problems import RandomBath

    problem = RandomBath.from_arrays(arrays)
    liouvillian = qutip.liouvillian(*qutip_problem.operators(problem))
    start = qutip.ket2dm(qutip.Qobj(problem.uniform_ket()))
    times = np.linspace(0.0, options["duration"], options["rows"] + 1)

    def solver(**settings: Any) -> Any:
        settings |= {"progress_bar": "", "store_states": True}
        return qutip.MESolver(liouvillian, options=settings)

    if not problem.drivers and problem.states <= LARGEST_DIAGONALIZED:
        # Only a new solver diagonalizes anew.
        yield "diag", None, lambda: solver(method="diag").run(start, times)
    for method in METHODS_LARGE if problem.states > LARGE else METHODS:
        for tolerance in TOLERANCES:
            settings = {"rtol": tolerance, "atol": tolerance / 10, "nsteps": 10**6}
            with contextlib.suppress(ValueError, KeyError):
                ready = solver(method=method, **settings)
                yield method, tolerance, lambda ready=ready: ready.run(start, times)


if __name__ == "__main__":
    serve(solve)
