"""Trajectories with quantum jumps by QuTiP's mcsolve."""

from __future__ import annotations

from typing import Any

import numpy as np
from serve import Answers, Arrays, serve, timed


def solve(options: dict[str, Any], arrays: Arrays) -> Answers:
    """Time a run of trajectories that records populations."""
    import qutip
    import qutip_problem
    from problems import RandomBath

    problem = RandomBath.from_arrays(arrays)
    n = problem.states
    hamiltonian, jumps = qutip_problem.operators(problem)
    times = np.linspace(0.0, options["duration"], options["rows"] + 1)
    settings = {"progress_bar": "", "map": "serial", "keep_runs_results": False}
    solver = qutip.MCSolver(
        hamiltonian, jumps, options=settings | {"store_states": False}
    )
    projectors = [qutip.projection(n, i, i) for i in range(n)]
    start = qutip.basis(n, 0)

    def run() -> Any:
        count = options["trajectories"]
        return solver.run(start, times, ntraj=count, e_ops=projectors, seeds=1)

    seconds = timed(run, options["repeats"])
    yield {
        "by": options["by"],
        "seconds": [s / options["trajectories"] for s in seconds],
        "result": np.real(run().expect).T.tolist(),
        "note": f"{options['trajectories']} at once",
    }


if __name__ == "__main__":
    serve(solve)
