"""The exact Ising methods beside numpy: python benchmarks/ising_exact.py [--quick].

Enumeration counts all states of a torus by energy and magnetization. The numpy version
does the same with arrays of 2^20 states at a time, and uses the spin flip as ours does.
The transfer matrix of a 12 × 12 torus in a field gives free energy, energy,
magnetization, susceptibility and heat capacity; numpy is asked for the eigenvalues of
the dense matrix of 4096 rows alone, which give the free energy and nothing else, by
eigvalsh of the symmetric matrix and by eigvals of the plain one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from case import Case
from measurement import Measurement, faster_than_peers
from numpy.typing import NDArray
from timing import Effort, Timing, measure, once

from spacewheat_sim.statmech.exact import closed_forms
from spacewheat_sim.statmech.exact.enumeration import enumerate_torus
from spacewheat_sim.statmech.exact.transfer_chain import chain_thermodynamics
from spacewheat_sim.statmech.exact.transfer_strip import strip_thermodynamics
from spacewheat_sim.statmech.exact.transfer_torus import torus_thermodynamics
from spacewheat_sim.statmech.ising.thermodynamics import Conditions

T, FIELD = 2.3, 0.1
CORES = 2


def enumeration(
    Lx: int, Ly: int, effort: Effort, *, bar: float | None = None, peer: bool = True
) -> Iterator[Measurement]:
    """Measure counting all states of a torus."""
    ours = _seconds(
        "all states of a torus",
        "enumerate_torus",
        measure(lambda: enumerate_torus(Lx, Ly), effort),
        symbol="spins",
        size=Lx * Ly,
        bar=bar,
    )
    yield ours
    if peer:
        same = np.array_equal(count_in_numpy(Lx, Ly), enumerate_torus(Lx, Ly).counts)
        yield _seconds(
            ours.name,
            "numpy, 2^20 states at a time",
            once(lambda: count_in_numpy(Lx, Ly)),
            symbol="spins",
            size=Lx * Ly,
            is_peer=True,
            note="same counts" if same else "OTHER COUNTS",
        )


def torus(L: int, effort: Effort, *, bar: float | None = None) -> Iterator[Measurement]:
    """Measure the transfer matrix of a torus in a field."""
    name, size = "torus in a field, all derivatives", {"symbol": "L", "size": L}
    at = Conditions(T, 1.0, FIELD)
    symmetric, plain = dense_matrices(L)
    levels = np.linalg.eigvalsh(symmetric)
    ratios = levels / levels[-1]
    wanted = -T * (np.log(levels[-1]) + np.log(np.sum(ratios**L)) / L) / L
    error = abs(torus_thermodynamics(L, L, at).free_energy - wanted)
    rows = [
        _seconds(
            name,
            "torus_thermodynamics",
            measure(lambda: torus_thermodynamics(L, L, at), effort),
            **size,
            error=float(error),
        )
    ]
    peers: dict[str, Callable[[], object]] = {
        "numpy eigvalsh": lambda: np.linalg.eigvalsh(symmetric)
    }
    if bar is None:  # where it is quick
        peers["numpy eigvals"] = lambda: np.linalg.eigvals(plain)
    for by, run in peers.items():
        rows.append(_seconds(name, by, once(run), **size, is_peer=True))
    yield from rows
    yield from faster_than_peers(rows, bar)


def closed(effort: Effort) -> Iterator[Measurement]:
    """Measure what needs no enumeration."""
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
    for by, run in cases.items():
        timing = measure(run, effort)
        yield Measurement.timed("closed forms", by, "ms", timing.seconds)


def _seconds(name: str, by: str, timing: Timing, **rest: object) -> Measurement:
    return Measurement.timed(name, by, "s", timing.seconds, **rest)


def count_in_numpy(Lx: int, Ly: int) -> NDArray[np.int64]:
    """Count the states of a torus, sides above 2, as the library does, with arrays."""
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
    states = np.arange(1 << L)
    turned = ((states << 1) | (states >> (L - 1))) & ((1 << L) - 1)
    bonds = L - 2.0 * np.bitwise_count(states ^ turned)
    spins = 2.0 * np.bitwise_count(states) - L
    d = np.exp((bonds + FIELD * spins) / T)
    V = np.exp((L - 2.0 * np.bitwise_count(states[:, None] ^ states)) / T)
    root = np.sqrt(d)
    return root[:, None] * V * root, d[:, None] * V


CASES = (
    Case("enumeration, 4 × 5", partial(enumeration, 4, 5), CORES),
    Case("enumeration, 5 × 5", partial(enumeration, 5, 5, bar=0.3), CORES, False),
    Case(
        "enumeration, 6 × 5",
        partial(enumeration, 6, 5, bar=8.0, peer=False),
        CORES,
        False,
    ),
    Case("torus, 8 × 8", partial(torus, 8), CORES),
    Case("torus, 12 × 12", partial(torus, 12, bar=3.0), CORES, False),
    Case("closed forms", closed, CORES, False),
)

if __name__ == "__main__":
    import suite

    raise SystemExit(suite.main(modules=("ising_exact",)))
