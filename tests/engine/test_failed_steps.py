"""A step that fails leaves everything where it was."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from spacewheat_sim import BathBatch, BathOperators, QuantumBath, World
from spacewheat_sim.engine.world.baths import WorldBaths
from spacewheat_sim.engine.world.commands import Look, Plant
from spacewheat_sim.errors import ArgumentError, RunError

H = np.array([[0.0, 0.6, 0.1], [0.6, 0.2, 0.4], [0.1, 0.4, -0.3]])
JUMPS = [("🌾", "🐇", 0.9), ("🐇", "💀", 0.7), ("💀", "🌾", 1.1)]
METHODS: dict[str, dict[str, Any]] = {
    "trajectory": {},
    "active": {"active_threshold": 1e-6},
    "master": {"method": "master"},
    "spec": {"method": "spec"},
}


class Fragile:
    """A driver that fails after a time, until it is mended."""

    def __init__(self, until: float, how: str = "raises") -> None:
        self.until, self.how = until, how

    def __call__(self, time: float) -> Any:
        if time < self.until:
            return math.sin(time)
        if self.how == "raises":
            raise OSError("no such table")
        return {"NaN": math.nan, "None": None, "interrupted": self._stop}[self.how]

    def _stop(self) -> float:
        raise KeyboardInterrupt


def operators(driver: Fragile) -> BathOperators:
    return BathOperators.from_terms("🌾🐇💀", H, JUMPS, [("🐇", driver)])


def told(bath: QuantumBath) -> tuple[Any, ...]:
    saved = bath.checkpoint()
    arrays = (saved.states, saved.clocks, saved.streams)
    return *(each.tolist() for each in arrays), saved.time, bath.neglected


@pytest.mark.parametrize("how", ["raises", "NaN", "None"])
@pytest.mark.parametrize("kind", METHODS)
def test_a_bath_stays_where_a_driver_fails(kind: str, how: str) -> None:
    driver = Fragile(6.35, how)
    bath = QuantumBath(operators(driver), seed=2, **METHODS[kind])
    twin = QuantumBath(operators(Fragile(math.inf)), seed=2, **METHODS[kind])
    for each in (bath, twin):
        each.evolve_many(0.1, 40)
    for every in (1, 7):
        with pytest.raises(ArgumentError, match=r"🐇.* t = [67]"):
            bath.evolve_many(0.1, 40, record_every=every)
        assert told(bath) == told(twin)

    # Single steps are taken up to the one that fails.
    for _ in range(23):
        assert bath.evolve(0.1) == twin.evolve(0.1)
    with pytest.raises(ArgumentError, match="🐇"):
        bath.evolve(0.1)
    assert bath.time == pytest.approx(6.3)
    assert told(bath) == told(twin)

    driver.until = math.inf
    for each in (bath, twin):
        each.evolve_many(0.1, 40)
    assert told(bath) == told(twin)


def test_an_interrupt_in_a_driver_leaves_the_bath_too() -> None:
    driver = Fragile(6.4)
    driver.how = "interrupted"

    def interrupting(time: float) -> float:
        value = driver(time)
        return value() if callable(value) else value

    bath = QuantumBath(
        BathOperators.from_terms("🌾🐇💀", H, JUMPS, [("🐇", interrupting)]), seed=1
    )
    bath.evolve(3.0)
    before = told(bath)
    with pytest.raises(KeyboardInterrupt):
        bath.evolve(10.0)
    assert told(bath) == before


@pytest.mark.parametrize("method", ["trajectory", "master"])
def test_a_batch_stays_where_a_driver_fails(method: Any) -> None:
    driver = Fragile(6.4)
    batch = BathBatch(operators(driver), 12, method, seed=3)
    twin = BathBatch(operators(Fragile(math.inf)), 12, method, seed=3)
    for each in (batch, twin):
        each.evolve(4.0)
    before = batch.density_matrices()
    for _ in range(2):
        with pytest.raises(ArgumentError, match="🐇"):
            batch.evolve(5.0)
        assert batch.time == 4.0
        assert np.array_equal(batch.density_matrices(), before)
    driver.until = math.inf
    assert batch.evolve(5.0) == twin.evolve(5.0)
    assert np.array_equal(batch.density_matrices(), twin.density_matrices())


def test_an_ensemble_that_fails_leaves_its_bath() -> None:
    bath = QuantumBath(operators(Fragile(6.4)), seed=5)
    bath.evolve(1.0)
    before = told(bath)
    with pytest.raises(ArgumentError, match="🐇"):
        bath.ensemble(20.0, 50, seed=0)
    assert told(bath) == before


def test_a_world_stays_where_one_of_its_biomes_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, twin = (World(["market", "forest_small"], seed=1, dt=9.0) for _ in range(2))
    world.tick()
    twin.tick()
    sphere: WorldBaths = world._running.baths
    last = sphere.groups[-1]

    def fail(_: float, __: float) -> None:
        raise RunError("The state is no longer finite")

    plant = Plant("market", "stall", *world.baths["market"].emojis[:2])
    with monkeypatch.context() as patch:
        patch.setattr(last, "evolve", fail)
        with pytest.raises(RunError):
            world.tick([plant])
    assert world.digest() == twin.digest()
    look = [plant, Look("stall")]
    assert world.tick(look) == twin.tick(look)
    assert world.digest() == twin.digest()
