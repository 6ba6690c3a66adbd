"""A world as large as a planet: python benchmarks/worlds.py [--quick].

Forests (22 states, driven) under ticks of 1/60 s, on two cores, after two seconds of
game time in which they have begun to jump. A tick of many has one axis of every forest
projected after it. A world of one forest is beside that forest's bath by itself, which
has no commands, events or digest. Bytes are what a forest holds beyond its ket.
"""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial

from case import Case
from measurement import Measurement
from problems import DT
from timing import Effort, measure

from spacewheat_sim import World, load_biome
from spacewheat_sim.choices import Method
from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.files import list_biomes

CORES = 2
SETTLE = 2.0  # seconds
TICK_BAR, DIFFERENT_BAR, BYTES_BAR = 16.0, 2.0, 2048.0
AXIS = ("🐺", "🐇")


def many(method: Method, count: int, effort: Effort) -> Iterator[Measurement]:
    """Measure ticks with a projection, digests, snapshots and their restoration."""
    world = _world(method, count)

    def tick() -> None:
        world.tick()
        world.project("forest", *AXIS)

    of_many = partial(_row, count, effort)
    name = f"world of {count:,} forests, {method}"
    yield of_many(name, "tick, projection", "ms", tick, bar=TICK_BAR)
    yield of_many(name, "digest", "ms", world.digest)
    data = world.snapshot()
    yield of_many(name, "snapshot", "ms", world.snapshot, note=f"{len(data):,} bytes")
    yield of_many(name, "restore", "ms", lambda: World.restore(data))


def one(method: Method, effort: Effort) -> Iterator[Measurement]:
    """Measure a tick of a world of one forest, and a step of its bath by itself."""
    world = _world(method, 1)
    bath = load_biome("forest").bath(seed=0, method=method)
    name = f"world of one forest, {method}"
    yield _row(1, effort, name, "World.tick", "µs", world.tick)
    yield _row(1, effort, name, "QuantumBath.evolve", "µs", lambda: bath.evolve(DT))


def different(count: int, effort: Effort) -> Iterator[Measurement]:
    """Measure a tick of a world in which no two biomes have the same numbers."""
    keys = [entry.key for entry in list_biomes()]
    biomes = []
    for number in range(count):
        compiled = load_biome(keys[number % len(keys)])
        energies = [path for path in compiled.numbers if path.endswith("self_energy")]
        own = compiled.with_(energies[0], 0.01 * (number + 1)).biome
        biomes.append(own.model_copy(update={"key": f"biome {number}"}))
    world = World(biomes, seed=0, dt=DT)
    world.run(SETTLE)
    name = f"world of {count} different biomes"
    yield _row(count, effort, name, "tick", "ms", world.tick, bar=DIFFERENT_BAR)


def held(count: int, effort: Effort) -> Iterator[Measurement]:
    """Measure the bytes of a forest beyond its ket."""
    del effort  # allocations do not vary
    biome = _forest("trajectory")
    World([biome], seed=0, dt=DT).tick()  # compiles the kernels
    gc.collect()
    tracemalloc.start()
    world = World([biome] * count, seed=0, dt=DT)
    world.tick()
    gc.collect()
    size = tracemalloc.get_traced_memory()[0] / count - 16 * len(biome.emojis)
    tracemalloc.stop()
    name = f"memory of a world of {count:,} forests"
    yield Measurement.of(name, "beyond a ket", "bytes each", [size], bar=BYTES_BAR)


def _row(
    count: int,
    effort: Effort,
    name: str,
    by: str,
    unit: str,
    run: Callable[[], object],
    bar: float | None = None,
    note: str = "",
) -> Measurement:
    seconds = measure(run, effort).seconds
    size = {"symbol": "baths", "size": count}
    return Measurement.timed(name, by, unit, seconds, **size, bar=bar, note=note)


def _world(method: Method, count: int) -> World:
    world = World([_forest(method)] * count, seed=0, dt=DT)
    world.run(SETTLE)
    return world


def _forest(method: Method) -> Biome:
    forest = load_biome("forest").biome
    evolution = forest.evolution.model_copy(update={"method": method})
    return forest.model_copy(update={"evolution": evolution})


CASES = (
    Case("10,000 forests", partial(many, "trajectory", 10_000), CORES),
    Case("1,000 forests, master", partial(many, "master", 1_000), CORES),
    Case("one forest", partial(one, "trajectory")),
    Case("one forest, master", partial(one, "master")),
    Case("42 biomes", partial(different, 42)),
    Case("memory", partial(held, 10_000), CORES),
)

if __name__ == "__main__":
    import suite

    raise SystemExit(suite.main(modules=("worlds",)))
