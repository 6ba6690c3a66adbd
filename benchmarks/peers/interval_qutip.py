"""A density matrix over a long interval by QuTiP's MESolver."""

from __future__ import annotations

from typing import Any

import numpy as np
from serve import Answers, Arrays, serve, timed

LARGE = 64
METHODS = ("adams", "bdf", "tsit5", "vern7", "vern9", "dop853")
METHODS_LARGE = ("adams", "vern7")
# Eigenvectors of the N² × N² superoperator.
LARGEST_DIAGONALIZED = 22


def solve(options: dict[str, Any], arrays: Arrays) -> Answers:
    """Time building the solver and running it, by the fastest method."""
    import qutip
    import qutip_problem
    from problems import RandomBath

    problem = RandomBath.from_arrays(arrays)
    hamiltonian, jumps = qutip_problem.operators(problem)
    start = qutip.Qobj(problem.uniform_ket()).proj()
    times = np.linspace(0.0, options["duration"], options["rows"] + 1)
    found = []
    for method in _methods(problem):
        settings = {"method": method, "progress_bar": "", "store_states": True}
        if method != "diag":
            tolerance = options["tolerance"]
            settings |= {"atol": tolerance, "rtol": tolerance, "nsteps": 10**6}

        def run(settings: dict[str, Any] = settings) -> Any:
            return qutip.MESolver(hamiltonian, jumps, options=settings).run(
                start, times
            )

        found.append((timed(run, 1)[0], method, run))
    _, method, run = min(found, key=lambda entry: entry[0])
    seconds = timed(run, options["repeats"])
    states = run().states
    yield {
        "by": options["by"],
        "seconds": seconds,
        "result": [state.diag().real.tolist() for state in states],
        "note": method,
    }


def _methods(problem: Any) -> tuple[str, ...]:
    if problem.states > LARGE:
        return METHODS_LARGE
    static = not problem.drivers and problem.states <= LARGEST_DIAGONALIZED
    return (*METHODS, "diag") if static else METHODS


if __name__ == "__main__":
    serve(solve)
