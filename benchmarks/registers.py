"""Registers: python benchmarks/registers.py.

Chains of axes with every kind of term: energies, couplings on each axis and between
neighbors, alignments, decay, dephasing, and transfers with a gate. Ours runs at its own
tolerance of 1e-9 per second. QuTiP's MESolver is given the same operators, and each of
its methods the loosest tolerance at which its populations err by no more than 1e-8
against ours at 1e-12; the fastest counts. Making operators, superoperators and solvers
is not timed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from case import Case
from measurement import Measurement, faster_than_peers
from peer_environment import ask
from timing import Effort, measure

from spacewheat_sim import BathOperators, QuantumBath, World

DT = 1 / 60
DURATION, ROWS = 10.0, 100
STEPS = 3000
ACCURACY = 1e-8
# What the project asks for: times faster than QuTiP, steps per second, ms for a tick.
QUTIP_BAR, STEPS_BAR, TICK_BAR = 10.0, 20_000.0, 16.0


def chain(count: int, seed: int = 0) -> BathOperators:
    """Return a ring of ``count`` axes whose neighbors act on each other."""
    rng = np.random.default_rng(seed)
    axes = [(chr(0x1F300 + 2 * i), chr(0x1F301 + 2 * i)) for i in range(count)]
    names = ("energies", "couplings", "alignments", "jumps")
    terms: dict[str, list[Any]] = {name: [] for name in names}
    for i, (north, south) in enumerate(axes):
        after, third = axes[(i + 1) % count], axes[(i + 2) % count]
        terms["energies"].append((north, rng.normal()))
        terms["couplings"].append((north, south, rng.normal()))
        terms["jumps"].append((north, south, rng.uniform(0.05, 0.2)))
        terms["jumps"].append((north, north, 0.05))
        terms["jumps"].append((north, after[0], 0.1, {"when": third[1]}))
        if i + 1 < count:
            terms["couplings"].append((north, after[0], rng.normal()))
            terms["alignments"].append((north, after[0], rng.normal()))
    return BathOperators.from_register(axes, **terms)


def density(count: int, effort: Effort) -> Iterator[Measurement]:
    """Measure a density matrix to t = 10 s with 100 outputs, and QuTiP's."""
    operators = chain(count)
    exact = _rows(operators, 1e-12)
    found: list[np.ndarray] = []

    def run() -> None:
        found[:] = [_rows(operators, 1e-9)]

    seconds = measure(run, effort).seconds
    name = "register, density matrix to t = 10 s"
    ours = Measurement.timed(
        name,
        "evolve_many",
        "ms",
        seconds,
        **_size(count),
        error=float(np.abs(found[0] - exact).max()),
    )
    yield ours
    jumps = operators.generator.jumps
    hamiltonian = operators.hamiltonian.tocoo()
    arrays = {
        "rows": hamiltonian.coords[0],
        "columns": hamiltonian.coords[1],
        "values": hamiltonian.data,
        "order": jumps.order,
        "sources": jumps.sources,
        "targets": jumps.targets,
        "rates": jumps.rates,
        "exact": exact,
    }
    options = {"by": "QuTiP MESolver", "package": "qutip", "axes": count}
    options |= {"duration": DURATION, "rows": ROWS, "accuracy": ACCURACY}
    options |= {"repeats": 1}
    peers = []
    for answer in ask("register_qutip", options, arrays):
        error = None
        if answer.result:
            error = float(np.abs(np.array(answer.result) - exact).max())
        peers.append(answer.measured(ours, error=error))
    yield from peers
    yield from faster_than_peers([ours, *peers], QUTIP_BAR)


def kets(count: int, effort: Effort) -> Iterator[Measurement]:
    """Measure steps of 1/60 s of a ket, jumps and all."""
    bath = QuantumBath(chain(count), seed=1)
    seconds = measure(lambda: bath.evolve_many(DT, STEPS, STEPS), effort).seconds
    yield Measurement.timed(
        "register, a ket in steps of 1/60 s",
        "evolve_many",
        "steps/s",
        seconds,
        STEPS,
        **_size(count),
        bar=STEPS_BAR,
    )


def world(count: int, effort: Effort) -> Iterator[Measurement]:
    """Measure a tick of many registers of five driven axes."""
    planet = World(["qubit_farm"] * count, seed=1, dt=DT)
    planet.run(0.5)
    seconds = measure(planet.tick, effort).seconds
    row = Measurement.timed("world of registers of five axes", "tick", "ms", seconds)
    yield replace(row, symbol="registers", size=count, bar=TICK_BAR)


def _rows(operators: BathOperators, tolerance: float) -> np.ndarray:
    bath = QuantumBath(operators, "master", tolerance=tolerance)
    bath.initialize_poles(operators.emojis[::2])
    return bath.evolve_many(DURATION / ROWS, ROWS).populations


def _size(count: int) -> dict[str, Any]:
    return {"symbol": "axes", "size": count}


CASES = (
    Case("8 axes, master", lambda effort: density(8, effort), is_quick=False),
    Case("4 axes, master", lambda effort: density(4, effort)),
    Case("10 axes, kets", lambda effort: kets(10, effort)),
    Case("1,000 registers", lambda effort: world(1000, effort), 2),
)

if __name__ == "__main__":
    import suite

    raise SystemExit(suite.main(modules=("registers",)))
