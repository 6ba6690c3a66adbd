"""Ground state and gap of Ising chains by QuSpin, scipy and quimb."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from serve import Answers, Arrays, serve

Answer = tuple[float, float]


def solve(options: dict[str, Any], arrays: Arrays) -> Answers:
    """Time one chain after a short one has loaded everything."""
    del arrays
    solver, boundary = SOLVERS[options["package"]], options["boundary"]
    solver(options["warm_up"], boundary)
    start = time.perf_counter()
    energies = solver(options["L"], boundary)
    seconds = time.perf_counter() - start
    yield {"by": options["by"], "seconds": [seconds], "result": energies}


def quspin(L: int, boundary: str) -> Answer:
    """Build QuSpin's basis and matrix with all symmetries, parity by parity."""
    import numpy as np
    from quspin.basis import spin_basis_1d
    from quspin.operators import hamiltonian

    # QuSpin's zblock is the parity ΠX, pblock the reflection, kblock the momentum.
    symmetries: dict[str, int] = {"pblock": 1}
    if boundary == "periodic":
        symmetries["kblock"] = 0
    bonds = [[-1.0, i, (i + 1) % L] for i in range(L - (boundary == "open"))]
    field = [[-1.0, i] for i in range(L)]
    energies = []
    for zblock in (1, -1):
        basis = spin_basis_1d(L, pauli=1, zblock=zblock, **symmetries)
        H = hamiltonian(
            [["zz", bonds], ["x", field]],
            [],
            basis=basis,
            dtype=np.float64,
            check_herm=False,
            check_symm=False,
            check_pcon=False,
        )
        energies.append(float(H.eigsh(k=1, which="SA", tol=1e-12)[0][0]))
    return min(energies), abs(energies[1] - energies[0])


def scipy(L: int, boundary: str) -> Answer:
    """Run scipy's Lanczos on a sparse matrix of the whole space."""
    import numpy as np
    from scipy.sparse import csr_array
    from scipy.sparse.linalg import eigsh

    states = np.arange(2**L)
    diagonal = np.zeros(2**L)
    for i in range(L - (boundary == "open")):
        j = (i + 1) % L
        diagonal -= 1.0 - 2.0 * (((states >> i) ^ (states >> j)) & 1)
    columns = np.stack([states] + [states ^ (1 << i) for i in range(L)], axis=1)
    values = np.concatenate((diagonal[:, None], -np.ones((2**L, L))), axis=1)
    pointers = np.arange(0, (L + 1) * 2**L + 1, L + 1)
    H = csr_array((values.ravel(), columns.ravel(), pointers), shape=(2**L, 2**L))
    energies = np.sort(eigsh(H, k=2, which="SA", tol=1e-12)[0])
    return float(energies[0]), float(energies[1] - energies[0])


def quimb(L: int, boundary: str) -> Answer:
    """Run quimb's sparse builder and its eigensolver."""
    import quimb as qu

    # quimb's chain is in spins one half, so couplings are times 4 and fields times 2.
    H = qu.ham_ising(L, jz=-4.0, bx=2.0, cyclic=boundary == "periodic", sparse=True)
    energies = sorted(qu.eigvalsh(H, k=2, which="SA", tol=1e-12))
    return float(energies[0]), float(energies[1] - energies[0])


SOLVERS: dict[str, Callable[[int, str], Answer]] = {
    "quspin": quspin,
    "scipy": scipy,
    "quimb": quimb,
}

if __name__ == "__main__":
    serve(solve)
