"""Decoherence factor of a central spin by scipy, QuTiP and quimb."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import scipy.sparse as sp
from qutip_methods import label, options_of, stored, tried, ways
from serve import Answers, Arrays, serve

# (H, start, times) -> kets in the order of the times, (T, N)
Evolve = Callable[[sp.csr_matrix, np.ndarray, np.ndarray], np.ndarray]
TOLERANCE = 1e-11
PATIENCE, LONGEST = 2.0, 300.0  # s, of a trial


def solve(options: dict[str, Any], arrays: Arrays) -> Answers:
    """Time both branches, once, since each takes seconds; the fastest way counts."""
    start = arrays["start"]
    times = np.linspace(0.0, options["t_max"], options["steps"] + 1)
    plus, minus = branch(arrays, "plus"), branch(arrays, "minus")
    best: tuple[float, str, np.ndarray] | None = None
    for method, evolve in METHODS[options["package"]](start.size):

        def run(evolve: Evolve = evolve) -> tuple[float, np.ndarray]:
            began = time.perf_counter()
            pair = evolve(minus, start, times), evolve(plus, start, times)
            r = np.sum(np.conj(pair[0]) * pair[1], axis=1)
            return time.perf_counter() - began, r

        # One that takes longer than the best has lost.
        found = tried(run, PATIENCE + (LONGEST if best is None else best[0]))
        if found is not None and (best is None or found[0] < best[0]):
            best = found[0], method, found[1]
    if best is None:
        raise RuntimeError(f"no method of {options['by']} came to its end")
    seconds, method, r = best
    yield {
        "by": f"{options['by']} {method}".strip(),
        "seconds": [seconds],
        "result": {"real": r.real.tolist(), "imaginary": r.imag.tolist()},
    }


def branch(arrays: Arrays, name: str) -> sp.csr_matrix:
    """Return one of the two Hamiltonians."""
    n = arrays["start"].size
    parts = [arrays[f"{name}_{part}"] for part in ("data", "indices", "indptr")]
    return sp.csr_matrix(tuple(parts), shape=(n, n))


def by_scipy(_equations: int) -> Iterator[tuple[str, Evolve]]:
    """Yield ``expm_multiply``."""
    from scipy.sparse.linalg import expm_multiply

    def evolve(h: sp.csr_matrix, start: np.ndarray, times: np.ndarray) -> np.ndarray:
        return expm_multiply(
            -1j * h, start, start=0.0, stop=times[-1], num=times.size, endpoint=True
        )

    yield "", evolve


def by_qutip(equations: int) -> Iterator[tuple[str, Evolve]]:
    """Yield every way of ``sesolve``, the one that mostly leads first."""
    import qutip

    found = list(ways(qutip.SESolver, equations, driven=False))
    for storage, method in sorted(found, key=lambda way: way != ("CSR", "krylov")):
        settings = options_of(method, TOLERANCE, TOLERANCE) | {"method": method}
        settings |= {"progress_bar": "", "store_states": True}

        def evolve(
            h: sp.csr_matrix,
            start: np.ndarray,
            times: np.ndarray,
            storage: str = storage,
            settings: dict[str, Any] = settings,
        ) -> np.ndarray:
            operator = stored(qutip.Qobj(h), storage)
            ket = qutip.Qobj(start[:, None])
            solved = qutip.sesolve(operator, ket, times, options=settings)
            return np.stack([state.full()[:, 0] for state in solved.states])

        yield label(storage, method), evolve


def by_quimb(_equations: int) -> Iterator[tuple[str, Evolve]]:
    """Yield the methods of ``Evolution`` for sparse matrices."""
    import quimb

    for method in ("integrate", "expm"):

        def evolve(
            h: sp.csr_matrix,
            start: np.ndarray,
            times: np.ndarray,
            method: str = method,
        ) -> np.ndarray:
            evolution = quimb.Evolution(start[:, None], h, method=method)
            return np.stack([np.ravel(ket) for ket in evolution.at_times(times)])

        yield f"Evolution, {method}", evolve


METHODS = {"scipy": by_scipy, "qutip": by_qutip, "quimb": by_quimb}

if __name__ == "__main__":
    serve(solve)
