"""Times of the exact Ising methods, beside numpy: python benchmarks/ising_exact.py.

Enumeration counts all states of a torus by energy and magnetization. The numpy version
does the same with arrays of 2^20 states at a time, and uses the spin flip as ours does.
The transfer matrix of a 12 × 12 torus in a field gives free energy, energy,
magnetization, susceptibility and heat capacity; numpy is asked for the eigenvalues of
the dense matrix of 4096 rows alone, which give the free energy and nothing else, by
eigvalsh of the symmetric matrix and by eigvals of the plain one (slow: only without
--quick). The closed forms and the O(log L) ring are timed without a peer. Everything
runs in one process, on as many cores as --cores says, numpy included; medians of
several repeats, with quartiles.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from timing import THREAD_VARIABLES, Effort, Timing, measure

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BAR_SECONDS = {25: 0.3, 30: 8.0}
BAR_RATIO = 3.0
T, FIELD = 2.3, 0.1
EFFORT = Effort(repeats=7, seconds=0.1)
ONCE = Effort(repeats=1, seconds=0.001)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cores", type=int, default=2, help="2 unless told")
    parser.add_argument("--quick", action="store_true", help="leave out what is slow")
    options = parser.parse_args(argv)
    pin_cores(options.cores)
    print(f"{options.cores} cores")
    report_enumeration(options.quick)
    report_torus(options.quick)
    report_rest()
    return 0


def pin_cores(cores: int) -> None:
    """Bind the process to some cores; to be called before numpy is imported."""
    for variable in THREAD_VARIABLES:
        os.environ[variable] = str(cores)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])


def report_enumeration(quick: bool) -> None:
    import numpy as np

    from spacewheat_sim.statmech.exact.enumeration import enumerate_torus

    for Lx, Ly in ((5, 5), (6, 5)):
        sites = Lx * Ly
        ours = timed(lambda Lx=Lx, Ly=Ly: enumerate_torus(Lx, Ly), EFFORT)
        show(f"enumeration of 2^{sites} states", ours, BAR_SECONDS[sites])
        if sites == 25 or not quick:
            peer = timed(lambda Lx=Lx, Ly=Ly: count_in_numpy(Lx, Ly), ONCE)
            ratio = peer.median / ours.median
            show("  the same in numpy", peer, note=f"ours {ratio:.0f} times faster")
    same = np.array_equal(count_in_numpy(4, 5), enumerate_torus(4, 5).counts)
    print(f"  counts of 4 × 5 agree: {same}")


def report_torus(quick: bool) -> None:
    import numpy as np

    from spacewheat_sim.statmech.exact.transfer_torus import torus_thermodynamics
    from spacewheat_sim.statmech.ising.thermodynamics import Conditions

    at = Conditions(T, 1.0, FIELD)
    ours = timed(lambda: torus_thermodynamics(12, 12, at), EFFORT)
    show("12 × 12 torus, all derivatives", ours)
    symmetric, plain = dense_matrices(12)
    few = Effort(repeats=3, seconds=0.001)
    peer = timed(lambda: np.linalg.eigvalsh(symmetric), few)
    ratio = peer.median / ours.median
    verdict = "met" if ratio >= BAR_RATIO else "NOT MET"
    note = f"ours {ratio:.1f} times faster, bar {BAR_RATIO:g}: {verdict}"
    show("  numpy eigvalsh of 4096²", peer, note=note)
    if not quick:
        peer = timed(lambda: np.linalg.eigvals(plain), ONCE)
        ratio = peer.median / ours.median
        show("  numpy eigvals of 4096²", peer, note=f"ours {ratio:.0f} times faster")
    levels = np.linalg.eigvalsh(symmetric)
    wanted = -T * (
        np.log(levels[-1]) + np.log(np.sum((levels / levels[-1]) ** 12)) / 12
    )
    found = torus_thermodynamics(12, 12, at).free_energy
    print(f"  deviation of the free energy: {abs(found - wanted / 12):.1e}")


def report_rest() -> None:
    from spacewheat_sim.statmech.exact import closed_forms
    from spacewheat_sim.statmech.exact.transfer_chain import chain_thermodynamics
    from spacewheat_sim.statmech.exact.transfer_strip import strip_thermodynamics
    from spacewheat_sim.statmech.ising.thermodynamics import Conditions

    at, bare = Conditions(T, 1.0, FIELD), Conditions(T)
    cases: dict[str, Callable[[], object]] = {
        "ring of 10^9 spins, transfer matrix": lambda: chain_thermodynamics(10**9, at),
        "ring of 10^9 spins, closed form": lambda: closed_forms.exact_chain(10**9, at),
        "1024 × 1024 torus, Kaufman": lambda: closed_forms.exact_torus(
            1024, 1024, bare
        ),
        "infinite lattice, Onsager": lambda: closed_forms.exact_infinite_lattice(bare),
        "infinite strip of 12": lambda: strip_thermodynamics(12, at),
        "infinite strip of 16": lambda: strip_thermodynamics(16, at),
    }
    for name, run in cases.items():
        show(name, timed(run, EFFORT))


def timed(run: Callable[[], object], effort: Effort) -> Timing:
    return measure(run, effort)


def show(name: str, timing: Timing, bar: float | None = None, note: str = "") -> None:
    first, third = timing.quartiles
    if bar is not None:
        note = f"bar {bar:g} s: {'met' if timing.median <= bar else 'NOT MET'}"
    print(f"{name:38s} {timing.median:9.4g} s [{first:.4g}, {third:.4g}]  {note}")


def count_in_numpy(Lx: int, Ly: int) -> NDArray[np.int64]:
    """Count the states of a torus, sides above 2, as the library does, with arrays."""
    import numpy as np

    sites = Lx * Ly
    counts = np.zeros((2 * sites + 1, sites + 1), dtype=np.int64)
    chunk = min(1 << 20, 1 << (sites - 1))
    site = np.arange(sites).reshape(Ly, Lx)
    ends = [np.roll(site, -1, axis).ravel() for axis in (0, 1)]
    for start in range(1 << (sites - 1), 1 << sites, chunk):
        states = np.arange(start, start + chunk, dtype=np.int64)
        broken = np.zeros(chunk, dtype=np.int64)
        for i in range(sites):
            for end in ends:
                broken += ((states >> i) ^ (states >> end[i])) & 1
        index = broken * (sites + 1) + np.bitwise_count(states)
        counts += np.bincount(index, minlength=counts.size).reshape(counts.shape)
    return counts + counts[:, ::-1]


def dense_matrices(L: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return √d V √d and d V of a row of L spins, (2^L, 2^L)."""
    import numpy as np

    states = np.arange(1 << L)
    turned = ((states << 1) | (states >> (L - 1))) & ((1 << L) - 1)
    bonds = L - 2.0 * np.bitwise_count(states ^ turned)
    spins = 2.0 * np.bitwise_count(states) - L
    d = np.exp((bonds + FIELD * spins) / T)
    V = np.exp((L - 2.0 * np.bitwise_count(states[:, None] ^ states)) / T)
    root = np.sqrt(d)
    return root[:, None] * V * root, d[:, None] * V


if __name__ == "__main__":
    raise SystemExit(main())
