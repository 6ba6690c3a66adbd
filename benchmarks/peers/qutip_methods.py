"""Every way that QuTiP has of solving a problem, each given its try.

Which integrator is the fastest depends on the problem, on the storage of its operators
and on the version, so that none is left out for having lost elsewhere. What cannot win
any more is stopped.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

# The implicit ones form a dense Jacobian; a larger one would not fit into memory.
IMPLICIT = ("bdf", "lsoda")
LARGEST_JACOBIAN = 1e9  # bytes
# A diagonalization of more equations takes minutes, and cannot be stopped.
LARGEST_DIAGONALIZED = 22**2
# Dense operators of more equations would not fit into memory.
LARGEST_DENSE = 22**2
KRYLOV_DIMENSION = 20


def ways(solver: Any, equations: int, *, driven: bool) -> Iterator[tuple[str, str]]:
    """Yield the storages and integrators that may serve, by name.

    Args:
        solver: One of QuTiP's solver classes.
        equations: Length of the vector that it integrates.
        driven: Whether the Hamiltonian depends on time.
    """
    for storage in ("CSR", "Dense"):
        if storage == "Dense" and equations > LARGEST_DENSE:
            continue
        for method in solver.avail_integrators():
            # The real and the imaginary part are a number each to some of them.
            jacobian = 8.0 * (2 * equations) ** 2
            if method in IMPLICIT and jacobian > LARGEST_JACOBIAN:
                continue
            if method == "diag" and (driven or equations > LARGEST_DIAGONALIZED):
                continue
            yield storage, method


def options_of(method: str, tolerance: float, absolute: float) -> dict[str, Any]:
    """Return what an integrator is told of its accuracy, in its own terms."""
    if method == "diag":
        return {}
    settings = {"atol": absolute, "nsteps": 10**6}
    if method == "krylov":
        return settings | {"krylov_dim": KRYLOV_DIMENSION}
    return settings | {"rtol": tolerance}


def stored(operator: Any, storage: str) -> Any:
    """Return an operator, or one that depends on time, in a storage of QuTiP's."""
    return operator.to(storage)


def label(storage: str, method: str) -> str:
    """Return how a way is called in a table."""
    return method if storage == "CSR" else f"{method}, {storage.lower()}"


def tried(run: Callable[[], Any], most: float) -> Any | None:
    """Return what ``run`` returns, or None where it fails or takes too long.

    It runs in a process of its own, which is killed when its time is up: a compiled
    integrator that is lost in its steps hears nothing else. QuTiP refuses some
    combinations only when it builds, starts or steps the solver, and some fail in
    their numbers.

    Args:
        run: What to try; what it returns is handed over as a message.
        most: Seconds.
    """
    context = multiprocessing.get_context("fork")
    reader, writer = context.Pipe(duplex=False)
    child = context.Process(target=_answer, args=(run, writer))
    child.start()
    writer.close()
    try:
        return reader.recv() if reader.poll(most) else None
    except EOFError:  # it died without an answer
        return None
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.join()
        reader.close()


def _answer(run: Callable[[], Any], writer: Any) -> None:
    """Send what ``run`` returns, from a group of processes to be ended at once."""
    os.setpgid(0, 0)
    # What cannot be sent is no answer.
    with suppress(Exception):
        writer.send(run())
    writer.close()
