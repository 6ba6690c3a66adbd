"""A register's density matrix over an interval by QuTiP's MESolver."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import scipy.sparse as sp
from qutip_methods import label, options_of, stored, tried, ways
from serve import Answers, Arrays, serve, timed

TOLERANCES = (1e-7, 1e-8, 1e-9, 1e-10, 1e-11)
PATIENCE, LONGEST = 5.0, 240.0  # s, of a trial
LOST = (math.inf, math.inf)


def solve(options: dict[str, Any], arrays: Arrays) -> Answers:
    """Time the fastest of the methods that are accurate enough.

    Each is given the loosest tolerance at which it is. Building the Liouvillian and the
    solver is not timed.
    """
    import qutip

    count, exact = options["axes"], arrays["exact"]
    hamiltonian, collapses = _operators(arrays, count)
    liouvillian = qutip.liouvillian(hamiltonian, collapses)
    start = qutip.fock_dm(1 << count, 0)
    times = np.linspace(0.0, options["duration"], options["rows"] + 1)
    found: list[tuple[float, str, Callable[[], Any]]] = []
    fastest = math.inf
    for way in ways(qutip.MESolver, 4**count, driven=False):
        if way[1] == "diag":
            continue  # 4^n modes: hours at n = 8
        for tolerance in TOLERANCES:
            settings = {"progress_bar": "", "store_states": True, "method": way[1]}
            settings |= options_of(way[1], tolerance, tolerance / 10)
            solver = qutip.MESolver(stored(liouvillian, way[0]), options=settings)
            run = partial(solver.run, start, times)

            def glance(run: Callable[[], Any] = run) -> tuple[float, float]:
                begin = time.perf_counter()
                solved = run()
                seconds = time.perf_counter() - begin
                error = np.abs(_poles(solved, count) - exact).max()
                return seconds, float(error)

            patience = PATIENCE + min(2 * fastest, LONGEST)
            seconds, error = tried(glance, patience) or LOST
            if error <= options["accuracy"]:
                found.append((seconds, f"{label(*way)}, {tolerance:g}", run))
                fastest = min(fastest, seconds)
            if error <= options["accuracy"] or seconds >= fastest:
                break  # a tighter tolerance takes longer still
    _, name, run = min(found, key=lambda entry: entry[0])
    yield {
        "by": options["by"],
        "seconds": timed(run, options["repeats"]),
        "result": _poles(run(), count).tolist(),
        "note": name,
    }


def _operators(arrays: Arrays, count: int) -> tuple[Any, list[Any]]:
    """Return H, and L = √γ Σ |t⟩⟨s| of each jump."""
    import qutip

    size = 1 << count
    places = arrays["rows"], arrays["columns"]
    hamiltonian = sp.csr_matrix((arrays["values"], places), shape=(size, size))
    collapses = []
    for k, rate in enumerate(arrays["rates"]):
        entries = slice(arrays["order"][k], arrays["order"][k + 1])
        places = arrays["targets"][entries], arrays["sources"][entries]
        values = np.full(places[0].size, math.sqrt(rate), dtype=complex)
        matrix = sp.csr_matrix((values, places), shape=(size, size))
        collapses.append(qutip.Qobj(matrix))
    return qutip.Qobj(hamiltonian), collapses


def _poles(solved: Any, count: int) -> np.ndarray:
    """Return the populations of north and south of each axis, (T, 2n)."""
    diagonals = np.array([state.diag().real for state in solved.states])
    folded = diagonals.reshape(-1, *(2,) * count)
    columns = []
    for axis in range(count):
        others = tuple(1 + other for other in range(count) if other != axis)
        columns.append(folded.sum(axis=others))
    return np.concatenate(columns, axis=1)


if __name__ == "__main__":
    serve(solve)
