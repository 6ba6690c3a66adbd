"""Decoherence factor of a central spin by scipy, QuTiP and quimb."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import scipy.sparse as sp
from serve import Answers, Arrays, serve

# (H, start, times) -> kets in the order of the times, (T, N)
Evolve = Callable[[sp.csr_matrix, np.ndarray, np.ndarray], np.ndarray]
TOLERANCE = 1e-11


def solve(options: dict[str, Any], arrays: Arrays) -> Answers:
    """Time both branches, once: each takes seconds."""
    start = arrays["start"]
    times = np.linspace(0.0, options["t_max"], options["steps"] + 1)
    plus, minus = branch(arrays, "plus"), branch(arrays, "minus")
    for method, evolve in METHODS[options["package"]]():
        began = time.perf_counter()
        r = np.sum(
            np.conj(evolve(minus, start, times)) * evolve(plus, start, times), axis=1
        )
        seconds = time.perf_counter() - began
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


def by_scipy() -> Iterator[tuple[str, Evolve]]:
    """Yield ``expm_multiply``."""
    from scipy.sparse.linalg import expm_multiply

    def evolve(h: sp.csr_matrix, start: np.ndarray, times: np.ndarray) -> np.ndarray:
        return expm_multiply(
            -1j * h, start, start=0.0, stop=times[-1], num=times.size, endpoint=True
        )

    yield "", evolve


def by_qutip() -> Iterator[tuple[str, Evolve]]:
    """Yield the method of ``sesolve`` that leads."""
    import qutip

    # Its other methods are slower at every size of the suite.
    options = {"method": "krylov", "krylov_dim": 20, "atol": TOLERANCE}
    options |= {"progress_bar": "", "store_states": True}

    def evolve(h: sp.csr_matrix, start: np.ndarray, times: np.ndarray) -> np.ndarray:
        solved = qutip.sesolve(
            qutip.Qobj(h), qutip.Qobj(start[:, None]), times, options=options
        )
        return np.stack([state.full()[:, 0] for state in solved.states])

    yield "krylov", evolve


def by_quimb() -> Iterator[tuple[str, Evolve]]:
    """Yield ``Evolution``; its other method for sparse matrices, expm, is slower."""
    import quimb

    def evolve(h: sp.csr_matrix, start: np.ndarray, times: np.ndarray) -> np.ndarray:
        evolution = quimb.Evolution(start[:, None], h, method="integrate")
        return np.stack([np.ravel(ket) for ket in evolution.at_times(times)])

    yield "Evolution, integrate", evolve


METHODS = {"scipy": by_scipy, "qutip": by_qutip, "quimb": by_quimb}

if __name__ == "__main__":
    serve(solve)
