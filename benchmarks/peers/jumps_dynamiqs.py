"""Trajectories with quantum jumps by dynamiqs' jssesolve."""

from __future__ import annotations

from typing import Any

import numpy as np
from serve import Answers, Arrays, serve, timed

# More clicks than any trajectory has; the buffer's default is 10,000.
MOST_CLICKS = 100


def solve(options: dict[str, Any], arrays: Arrays) -> Answers:
    """Time a batch of trajectories with click times found by a root finder."""
    import dynamiqs as dq
    import dynamiqs_problem
    import jax
    import optimistix as optx
    from problems import RandomBath

    problem = RandomBath.from_arrays(arrays)
    hamiltonian, jumps = dynamiqs_problem.operators(problem)
    start = dq.fock(problem.states, 0)
    times = np.linspace(0.0, options["duration"], options["rows"] + 1)
    count = options["trajectories"]
    keys = jax.random.split(jax.random.key(1), count)
    tolerance = {"rtol": options["tolerance"], "atol": options["tolerance"]}
    method = dq.method.Event(
        noclick_method=dq.method.Tsit5(**tolerance),
        root_finder=optx.Newton(1e-5, 1e-5, optx.rms_norm),
    )

    def run() -> np.ndarray:
        solved = dq.jssesolve(
            hamiltonian,
            jumps,
            start,
            times,
            keys,
            method=method,
            nmaxclick=MOST_CLICKS,
        )
        return abs(np.asarray(solved.states.to_jax())[..., 0]) ** 2

    result = run().mean(axis=0)  # compiles; later calls find it compiled
    seconds = timed(run, options["repeats"])
    yield {
        "by": options["by"],
        "seconds": [s / count for s in seconds],
        "result": result.tolist(),
        "note": f"{count} at once",
    }


if __name__ == "__main__":
    serve(solve)
