"""Trajectories with quantum jumps by QuTiP's mcsolve."""

from __future__ import annotations

import math
import os
import statistics
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from qutip_methods import label, options_of, stored, tried, ways
from serve import Answers, Arrays, serve, timed

PATIENCE, LONGEST = 10.0, 120.0  # s, of a trial, which begins with building
FINALISTS = 3
MOST_PROCESSES = 8

Run = Callable[[int], Any]


def solve(options: dict[str, Any], arrays: Arrays) -> Answers:
    """Time a run of trajectories that records populations, the fastest of all ways.

    A way is a storage of the operators, an integrator, and one process or as many as
    there are cores. It is chosen by runs of a part of the trajectories.
    """
    from problems import RandomBath

    problem = RandomBath.from_arrays(arrays)
    count = options["trajectories"]
    some = max(MOST_PROCESSES, count // 5)
    found: list[tuple[float, str, Callable[[], Run]]] = []
    fastest = math.inf
    for name, make in _ways(problem, options):

        def glance(make: Callable[[], Run] = make) -> float:
            run = make()
            run(2)  # loads and compiles
            return timed(partial(run, some), 1)[0]

        seconds = tried(glance, PATIENCE + min(3 * fastest, LONGEST))
        if seconds is not None:
            found.append((seconds, name, make))
            fastest = min(fastest, seconds)
    # Starting processes takes long for a few trajectories, and not for many.
    finals = []
    for _, name, make in sorted(found, key=lambda entry: entry[0])[:FINALISTS]:
        run = make()
        run(2)
        finals.append((timed(partial(run, count), options["repeats"]), name, run))
    seconds, name, run = min(finals, key=lambda entry: statistics.median(entry[0]))
    yield {
        "by": options["by"],
        "seconds": [s / count for s in seconds],
        "result": np.real(run(count).expect).T.tolist(),
        "note": f"{name}, {count} at once",
    }


def _ways(
    problem: Any, options: dict[str, Any]
) -> Iterator[tuple[str, Callable[[], Run]]]:
    """Yield the names of all ways, and what makes them ready to run."""
    import qutip
    import qutip_problem

    n = problem.states
    hamiltonian, jumps = qutip_problem.operators(problem)
    times = np.linspace(0.0, options["duration"], options["rows"] + 1)
    projectors = [qutip.projection(n, i, i) for i in range(n)]
    start = qutip.basis(n, 0)
    tolerance = options["tolerance"]

    def made(storage: str, method: str, processes: int) -> Run:
        settings = options_of(method, tolerance, tolerance / 100)
        settings |= {"progress_bar": "", "keep_runs_results": False}
        settings |= {"store_states": False, "method": method}
        settings |= {"map": "parallel" if processes > 1 else "serial"}
        settings |= {"num_cpus": processes}
        solver = qutip.MCSolver(
            stored(hamiltonian, storage),
            [stored(jump, storage) for jump in jumps],
            options=settings,
        )
        seen = [stored(projector, storage) for projector in projectors]
        return lambda count: solver.run(start, times, ntraj=count, e_ops=seen, seeds=1)

    for storage, method in ways(qutip.MCSolver, n, driven=bool(problem.drivers)):
        for processes in {1, min(len(os.sched_getaffinity(0)), MOST_PROCESSES)}:
            name = label(storage, method)
            name += f", {processes} processes" if processes > 1 else ""
            yield name, partial(made, storage, method, processes)


if __name__ == "__main__":
    serve(solve)
