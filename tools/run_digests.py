"""Print a digest of what each kind of run gives, to the last bit.

    python tools/run_digests.py > before.txt

before a change that must change no number, the same after it, and ``diff``. It uses the
public interface alone, so that it runs on the sources of any two commits::

    git worktree add /tmp/before COMMIT
    PYTHONPATH=/tmp/before/src python tools/run_digests.py | diff - after.txt
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import numpy as np

from spacewheat_sim import (
    BathBatch,
    BathOperators,
    QuantumBath,
    ScheduledMeasurement,
    World,
    load_biome,
)

BIOMES = ("forest", "biotic_flux", "decay_chain", "kitchen", "market", "two_level")
METHODS = ("trajectory", "master")


def digest(*parts: Any) -> str:
    """Return the first digits of a SHA-256 of arrays and of what ``repr`` shows."""
    found = hashlib.sha256()
    for part in parts:
        is_array = isinstance(part, np.ndarray) and part.dtype != object
        found.update(part.tobytes() if is_array else repr(part).encode())
    return found.hexdigest()[:16]


def stiff(frame: float = 0.0) -> BathOperators:
    """Return three states with rates far apart, and a constant energy for all."""
    h = np.array([[0, 0.5, 0], [0.5, 0.25, 0.25j], [0, -0.25j, -0.125]])
    jumps = [("A", "B", 1e4), ("B", "A", 1e4), ("B", "C", 1e-2), ("C", "C", 0.3)]
    return BathOperators.from_terms("ABC", h + frame * np.eye(3), jumps)


def large(n: int = 300) -> BathOperators:
    """Return a ring of many states, of which few are populated at first."""
    h = np.diag(np.full(n - 1, 0.4), 1) + np.diag(np.full(n - 1, 0.4), -1)
    names = [f"s{i}" for i in range(n)]
    jumps = [(names[i], names[i - 1], 0.05) for i in range(n)]
    return BathOperators.from_terms(names, h, jumps)


def driven() -> BathOperators:
    """Return four states with a wave, a pulse and a function of time."""
    h = np.array([[0, 0.5, 0, 0], [0.5, 0, 0.3, 0], [0, 0.3, 0, 0.2], [0, 0, 0.2, 0.1]])
    jumps = [("A", "B", 0.2), ("C", "A", 0.3), ("D", "D", 0.1), ("B", "D", 0.15)]
    drivers = [
        ("A", 1.0, "cosine", 0.2, 0.3),
        ("B", 0.7, "pulse", 0.4, 0.0),
        ("C", lambda t: 0.5 / (1 + (t - 2) ** 2)),
    ]
    return BathOperators.from_terms("ABCD", h, jumps, drivers)  # type: ignore[arg-type]


def baths() -> Iterator[tuple[str, BathOperators]]:
    """Yield the operators that every kind of run is made with."""
    yield from ((name, load_biome(name).operators) for name in BIOMES)
    yield "stiff", stiff()
    yield "stiff, shifted", stiff(2.0**20)
    yield "driven", driven()


def one_bath(operators: BathOperators, **options: Any) -> Iterator[tuple[str, str]]:
    """Yield digests of a bath that evolves, is measured, collapses and goes on."""
    bath = QuantumBath(operators, seed=3, **options)
    rows = bath.evolve_many(1 / 60, 600, 7)
    yield "evolve_many", digest(rows.populations, rows.time, rows.events, bath.state)
    north, south = bath.emojis[:2]
    measured = bath.measure_axis(north, south)
    jumps = [bath.evolve(dt) for dt in (1 / 60, 0.5, 1e-3, 5.0)]
    yield "measured, evolved", digest(measured, jumps, bath.state, bath.time)
    likeliest = bath.emojis[int(bath.populations().argmax())]
    bath.partial_collapse(likeliest, 0.5)
    bath.evolve(0.25)
    yield "collapsed, evolved", digest(bath.state, bath.observables())
    if bath.method != "spec":
        rows = bath.evolve_many(8.0, 3)
        yield "long intervals", digest(rows.populations, rows.events, bath.state)


def batch(operators: BathOperators, method: Any) -> str:
    """Return the digest of many baths, some of which are measured on the way."""
    here = BathBatch(operators, 21, method, seed=5)
    jumps = [here.evolve(0.1) for _ in range(5)]
    mask = np.arange(21) % 3 == 0
    north, south = operators.emojis[:2]
    outcomes = here.measure_axis(north, south, mask=mask)
    jumps += [here.evolve(0.7, mask=~mask) for _ in range(3)]
    blochs = here.project_onto_axis(north, south).bloch
    return digest(here.populations(), jumps, outcomes.tolist(), blochs)


def ensembles(operators: BathOperators) -> Iterator[tuple[str, str]]:
    """Yield digests of ensembles without and with a measurement on the way."""
    bath = QuantumBath(operators, seed=1)
    north, south = operators.emojis[:2]
    schedule = [ScheduledMeasurement(1.25, north, south)]
    for name, asked in (("ensemble", []), ("measured ensemble", schedule)):
        found = bath.ensemble(3.0, 200, dt=0.5, seed=2, measurements=asked)
        yield (
            name,
            digest(
                found.populations,
                found.deviations,
                found.jump_counts,
                found.first_jumps,
            ),
        )


def world(method: str) -> str:
    """Return the digest of a world of several biomes, measured and harvested."""
    commands: Any = import_module(World.__module__.rpartition(".")[0] + ".commands")
    here = World(["forest", "market", "forest"], seed=11)
    begin = []
    for name, biome in here.biomes.items():
        evolution = biome.evolution.model_copy(update={"method": method})
        changed = biome.model_copy(update={"evolution": evolution})
        north, south = here.baths[name].emojis[:2]
        begin += [commands.EditBiome(name, changed)]
        begin += [commands.Plant(name, name, north, south)]
    seen = [here.tick(begin)]
    for k in range(120):
        name = list(here.biomes)[k % 3]
        kind = ("game", "projective", "weak")[k // 40]
        seen.append(here.tick([commands.Measure(name, kind)] if k % 8 == 0 else []))
    seen.append(here.tick([commands.Harvest("forest")]))
    return digest(seen, here.snapshot(), here.digest())


def lines() -> Iterator[tuple[str, str]]:
    """Yield the name and the digest of each run."""
    for name, operators in baths():
        for method in METHODS:
            for what, found in one_bath(operators, method=method):
                yield f"{name}, {method}: {what}", found
            yield f"{name}, {method}: batch", batch(operators, method)
        for what, found in ensembles(operators):
            yield f"{name}: {what}", found
    for what, found in one_bath(load_biome("forest").operators, method="spec"):
        yield f"forest, spec: {what}", found
    for what, found in one_bath(large(), active_threshold=1e-4):
        yield f"ring, active states: {what}", found
    for method in (*METHODS, "spec"):
        yield f"world, {method}", world(method)


if __name__ == "__main__":
    for name, found in lines():
        print(f"{found}  {name}", flush=True)
