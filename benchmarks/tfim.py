"""Ground state and gap of Ising chains: python benchmarks/tfim.py [--quick].

Chains at criticality. Ours finds both parities' ground states with their vectors. Peers
are asked for the two lowest energies: QuSpin with all symmetries, scipy's Lanczos on
the sparse matrix of the whole space, quimb with its builder. Peak memory is that of the
process, which does nothing else; a short chain has compiled what it needs before.
"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from functools import partial

from case import Case
from measurement import Measurement, faster_than_peers
from peer_environment import ask
from timing import Effort, measure

from spacewheat_sim.quantum.tfim.chain import Chain
from spacewheat_sim.quantum.tfim.exact_diagonalization import lowest_states
from spacewheat_sim.quantum.tfim.free_fermion import solve_free_fermions

WARM_UP = 8
PEERS = {"quspin": "QuSpin", "scipy": "scipy eigsh", "quimb": "quimb"}


def diagonalize(
    L: int,
    boundary: str,
    peers: tuple[str, ...],
    effort: Effort,
    *,
    gain_bar: float | None = None,
    gigabytes_bar: float | None = None,
) -> Iterator[Measurement]:
    """Measure time and peak memory of a chain, and the peers'."""
    name, size = f"chain, {boundary}", {"symbol": "L", "size": L}
    _lowest(WARM_UP, boundary)
    found: list[tuple[float, float]] = []
    timing = measure(lambda: found.append(_lowest(L, boundary)), effort)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    exact = free_fermion_energies(L) if boundary == "open" else found[0]
    error = _difference(found[0], exact) if boundary == "open" else None
    ours = Measurement.timed(name, "ed", "s", timing.seconds, **size, error=error)
    rows = [ours]
    for package in peers:
        options = {"by": PEERS[package], "package": package, "L": L}
        options |= {"boundary": boundary, "warm_up": WARM_UP}
        for answer in ask("chains", options, {}):
            error = _difference(answer.result, exact) if answer.result else None
            rows.append(answer.measured(ours, error=error))
    yield from rows
    yield from faster_than_peers(rows, gain_bar)
    yield Measurement.of(name, "peak memory", "GB", [peak], **size, bar=gigabytes_bar)


def free_fermions(L: int, effort: Effort) -> Iterator[Measurement]:
    """Measure the energy, gap and entropies of all cuts by free fermions."""
    chain = Chain(L, 1.0, 1.0, "open")
    timing = measure(lambda: solve_free_fermions(chain), effort)
    yield Measurement.timed(
        "chain, open, entropies of all cuts",
        "free_fermion",
        "s",
        timing.seconds,
        symbol="L",
        size=L,
        bar=10.0,
    )


def free_fermion_energies(L: int) -> tuple[float, float]:
    """Return ground energy and gap of an open chain by the other route."""
    solved = solve_free_fermions(Chain(L, 1.0, 1.0, "open"))
    return solved.ground_energy, solved.gap


def _lowest(L: int, boundary: str) -> tuple[float, float]:
    states = lowest_states(Chain(L, 1.0, 1.0, boundary))  # type: ignore[arg-type]
    return states.even.energy, states.odd.energy - states.even.energy


def _difference(found: tuple[float, float], exact: tuple[float, float]) -> float:
    return max(abs(a - b) for a, b in zip(found, exact, strict=True))


# Ours shall take at most 0.6 of the fastest peer's time on open chains of 20.
CASES = (
    Case(
        "L = 16, open", partial(diagonalize, 16, "open", ("quspin", "scipy", "quimb"))
    ),
    Case(
        "L = 20, open",
        partial(diagonalize, 20, "open", ("quspin", "scipy"), gain_bar=1 / 0.6),
        is_quick=False,
    ),
    Case(
        "L = 20, periodic",
        partial(diagonalize, 20, "periodic", ("quspin", "scipy"), gain_bar=1.0),
        is_quick=False,
    ),
    Case(
        "L = 24, periodic",
        partial(
            diagonalize, 24, "periodic", ("quspin",), gain_bar=1.0, gigabytes_bar=0.5
        ),
        is_quick=False,
    ),
    Case(
        "L = 24, open",
        partial(diagonalize, 24, "open", (), gigabytes_bar=3.0),
        is_quick=False,
    ),
    Case("free fermions, L = 1000", partial(free_fermions, 1000), is_quick=False),
)

if __name__ == "__main__":
    import suite

    raise SystemExit(suite.main(modules=("tfim",)))
