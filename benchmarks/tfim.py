"""Ground state and gap of Ising chains, beside the peers: python benchmarks/tfim.py.

Every case runs in a process of its own with one thread for every library, after a
short chain has compiled or loaded what it needs; seconds and peak memory are those of
the process. Peers that are not installed are left out.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import util
from pathlib import Path

from timing import pin_threads

WARM_UP = 8
Answer = tuple[float, float]


@dataclass(frozen=True)
class Case:
    """A chain at criticality, with what the project asks for.

    Attributes:
        sites: L.
        boundary: open or periodic.
        most_seconds: Bar on our seconds, if there is one of its own.
        most_ratio: Bar on ours over the fastest peer's, if there is one.
        most_gigabytes: Bar on our peak memory.
        peers: Which peers to run.
    """

    sites: int
    boundary: str
    most_seconds: float | None
    most_ratio: float | None
    most_gigabytes: float | None
    peers: tuple[str, ...]

    @property
    def name(self) -> str:
        """What the table calls it."""
        return f"L = {self.sites} {self.boundary}"


CASES = (
    Case(20, "open", None, 0.6, None, ("quspin", "scipy", "quimb")),
    Case(20, "periodic", None, 1.0, None, ("quspin", "scipy")),
    Case(24, "periodic", None, 1.0, 0.5, ("quspin",)),
    Case(24, "open", None, None, 3.0, ()),
)
FREE_FERMIONS = Case(1000, "open", 10.0, None, None, ())


def ours(L: int, boundary: str) -> Answer:
    """By ``ed``: the ground state with its vector, and the gap."""
    from spacewheat_sim.quantum.tfim.chain import Chain
    from spacewheat_sim.quantum.tfim.exact_diagonalization import lowest_states

    states = lowest_states(Chain(L, 1.0, 1.0, boundary))  # type: ignore[arg-type]
    return states.even.energy, states.odd.energy - states.even.energy


def ours_free_fermion(L: int, boundary: str) -> Answer:
    """By ``free_fermion``: energy, gap and the entropies of all cuts."""
    from spacewheat_sim.quantum.tfim.chain import Chain
    from spacewheat_sim.quantum.tfim.free_fermion import solve_free_fermions

    solved = solve_free_fermions(Chain(L, 1.0, 1.0, boundary))  # type: ignore[arg-type]
    return solved.ground_energy, solved.gap


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
    "ours": ours,
    "ours_free_fermion": ours_free_fermion,
    "quspin": quspin,
    "scipy": scipy,
    "quimb": quimb,
}


@dataclass(frozen=True)
class Run:
    """What one process measured."""

    seconds: float
    gigabytes: float
    energy: float
    gap: float


def main(argv: list[str] | None = None) -> int:
    """Run all cases and print the table, or one of them in this process."""
    options = _parse(argv)
    pin_threads()
    if options.one:
        solver, sites, boundary = options.one
        print(json.dumps(vars(_run_here(SOLVERS[solver], int(sites), boundary))))
        return 0
    report = {}
    for case in CASES:
        report[case.name] = _report(case, "ours", options.repeats)
    report["free fermions"] = _report(
        FREE_FERMIONS, "ours_free_fermion", options.repeats
    )
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


def _parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write figures here")
    parser.add_argument("--repeats", type=int, default=3, help="the fastest counts")
    parser.add_argument("--one", nargs=3, metavar=("SOLVER", "L", "BOUNDARY"))
    return parser.parse_args(argv)


def _run_here(solve: Callable[[int, str], Answer], sites: int, boundary: str) -> Run:
    solve(WARM_UP, boundary)
    start = time.perf_counter()
    energy, gap = solve(sites, boundary)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    return Run(seconds, peak, energy, gap)


def _best_of(solver: str, case: Case, repeats: int) -> Run:
    command = [sys.executable, __file__, "--one", solver, str(case.sites)]
    runs = []
    for _ in range(repeats):
        done = subprocess.run(  # noqa: S603 - this very file
            [*command, case.boundary], check=True, capture_output=True, text=True
        )
        runs.append(Run(**json.loads(done.stdout.splitlines()[-1])))
    return min(runs, key=lambda run: run.seconds)


def _report(case: Case, solver: str, repeats: int) -> dict[str, dict[str, float]]:
    """Measure a case, print its lines, and return its figures."""
    runs = {solver: _best_of(solver, case, repeats)}
    for peer in case.peers:
        if util.find_spec(peer) is not None:
            runs[peer] = _best_of(peer, case, 1)
    mine = runs[solver]
    peers = [run for name, run in runs.items() if name != solver]
    print(f"\n{case.name}")
    for name, run in runs.items():
        ratio = run.seconds / mine.seconds
        print(
            f"  {name:<18} {run.seconds:9.3f} s  {run.gigabytes:6.2f} GB  "
            f"E0 {run.energy:.11f}  gap {run.gap:.11f}  {ratio:8.1f} × ours"
        )
    for text, value, bar in _bars(case, mine, peers):
        print(
            f"  {text} {value:.3g}, bar ≤ {bar:g}: {'met' if value <= bar else 'NOT'}"
        )
    return {name: vars(run) for name, run in runs.items()}


def _bars(case: Case, mine: Run, peers: list[Run]) -> list[tuple[str, float, float]]:
    bars = []
    if case.most_ratio is not None and peers:
        fastest = min(run.seconds for run in peers)
        bars.append(("ours / fastest peer", mine.seconds / fastest, case.most_ratio))
    if case.most_seconds is not None:
        bars.append(("seconds", mine.seconds, case.most_seconds))
    if case.most_gigabytes is not None:
        bars.append(("gigabytes", mine.gigabytes, case.most_gigabytes))
    return bars


if __name__ == "__main__":
    sys.exit(main())
