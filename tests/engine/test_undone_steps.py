"""A step that fails half way leaves everything as it was, and what follows too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from spacewheat_sim import (
    BathBatch,
    BathOperators,
    QuantumBath,
    SpacewheatError,
    World,
    bath_evolved,
    bath_jumped,
    load_biome,
)
from spacewheat_sim.content.biome import Biome
from spacewheat_sim.engine.bath.options import EvolverOptions
from spacewheat_sim.engine.world.commands import (
    Collapse,
    EditBiome,
    EditIcon,
    Harvest,
    Measure,
    Plant,
    Remove,
    SetStep,
)
from spacewheat_sim.errors import RunError


@dataclass
class Fault:
    """A driver that fails after ``last`` seconds, as long as it is there."""

    failure: Callable[[], float]
    last: float = 3.0
    is_there: bool = field(default=True)

    def __call__(self, time: float) -> float:
        if self.is_there and time > self.last:
            return self.failure()
        return 0.5


def interrupted() -> float:
    raise KeyboardInterrupt


def broken() -> float:
    raise RunError("the driver is out of order")


def not_a_number() -> float:
    return float("nan")


FAILURES = {
    "an error of its own": broken,
    "not a number": not_a_number,
    "Ctrl-C": interrupted,
}
OPTIONS = {
    "trajectory": {"method": "trajectory"},
    "active states": {"method": "trajectory", "active_threshold": 1e-6},
    "master": {"method": "master"},
    "spec": {"method": "spec"},
}
WAYS: dict[str, Callable[[QuantumBath], Any]] = {
    "one step": lambda bath: bath.evolve(4.0),
    "many steps": lambda bath: bath.evolve_many(0.25, 16),
    "recorded": lambda bath: bath.evolve_many(0.25, 16, record_every=3),
}


def operators(fault: Fault, speed: float = 4.0) -> BathOperators:
    chain = np.diag(np.full(4, 0.4), 1)
    pairs = [("a", "b", 0.9), ("b", "c", 1.1), ("c", "a", 0.7), ("e", "a", 0.8)]
    jumps = [(source, target, speed * rate) for source, target, rate in pairs]
    return BathOperators.from_terms("abcde", chain + chain.T, jumps, [("b", fault)])


def as_it_is(bath: QuantumBath) -> Any:
    """All that decides how a bath goes on, to be compared bit for bit."""
    at = bath.checkpoint()
    active = [
        ([part.tobytes() for part in (each.rows, each.fed, each.risen)], each.neglected)
        for each in at.active
    ]
    clocks, streams = at.clocks.tolist(), at.streams.tolist()
    return at.states.tobytes(), clocks, at.time, repr(streams), active


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("options", OPTIONS)
def test_a_bath_goes_on_as_if_the_step_had_not_been_tried(
    options: str, way: str, failure: str
) -> None:
    fault = Fault(FAILURES[failure])
    # Transfers of spec must move no more than there is.
    made = operators(fault, speed=0.2 if options == "spec" else 4.0)
    tried, spared = (QuantumBath(made, seed=8, **OPTIONS[options]) for _ in range(2))
    heard: list[Any] = []

    def hear(_sender: Any, event: Any) -> None:
        heard.append(event)

    for bath in (tried, spared):
        bath.evolve_many(0.05, 2)
    before = as_it_is(tried)
    fault.last = tried.time + 3.0
    with bath_jumped.connected_to(hear), bath_evolved.connected_to(hear):
        for _ in range(2):
            with pytest.raises((SpacewheatError, KeyboardInterrupt)) as caught:
                WAYS[way](tried)
            assert "too long" not in str(caught.value)
            assert as_it_is(tried) == before
    assert heard == []

    fault.is_there = False
    for bath in (tried, spared):
        bath.evolve_many(0.25, 40)
    assert as_it_is(tried) == as_it_is(spared)


def test_draws_of_a_step_that_fails_are_taken_back() -> None:
    """The steps above do jump before they fail: else they would show nothing."""
    fault = Fault(broken)
    fault.is_there = False
    bath = QuantumBath(operators(fault), seed=8)
    bath.evolve_many(0.05, 2)
    assert len(bath.evolve_many(0.25, 11).events) >= 2


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("method", ["trajectory", "master"])
def test_a_batch_goes_on_as_if_the_step_had_not_been_tried(
    method: Any, failure: str
) -> None:
    fault = Fault(FAILURES[failure])
    tried, spared = (BathBatch(operators(fault), 20, method, seed=3) for _ in range(2))
    some = np.arange(20) % 3 > 0
    for batch in (tried, spared):
        batch.evolve(0.5)
    fault.last = 3.0
    before = tried.density_matrices().tobytes(), tried.time
    for mask in (None, some):
        with pytest.raises((SpacewheatError, KeyboardInterrupt)):
            tried.evolve(4.0, mask)
        assert (tried.density_matrices().tobytes(), tried.time) == before

    fault.is_there = False
    for batch in (tried, spared):
        jumps = [batch.evolve(0.7, some), batch.evolve(2.0)]
    assert tried.density_matrices().tobytes() == spared.density_matrices().tobytes()
    assert all(jumps) == (method == "trajectory")
    assert np.array_equal(
        tried.measure_axis("a", "b", kind="projective"),
        spared.measure_axis("a", "b", kind="projective"),
    )


# --- worlds -------------------------------------------------------------------------


def evolved_by(name: str, **changes: Any) -> Biome:
    biome = load_biome(name).biome
    evolution = biome.evolution.model_copy(update=changes)
    return biome.model_copy(update={"evolution": evolution})


def planted() -> World:
    """A world of all methods, active states and both kinds of batches among them."""
    biomes = [
        "two_level",
        "forest_small",
        evolved_by("biotic_flux", active_threshold=1e-6),
        evolved_by("market", method="master"),
        evolved_by("decay_chain", method="spec"),
        "kitchen",
    ]
    world = World(biomes, seed=4, dt=0.25)
    world.run(2.0)
    forest = world.baths["forest_small"].emojis
    world.tick(
        [
            Plant("two_level", "lamp", *world.baths["two_level"].emojis),
            Plant("forest_small", "den", forest[6], forest[7]),
            Plant("forest_small", "lake", forest[0], forest[2]),
        ]
    )
    return world


def all_kinds_of_commands(world: World) -> list[Any]:
    icon = next(iter(world.icons))
    forest = world.biomes["forest_small"]
    evolution = forest.evolution.model_copy(update={"method": "master"})
    return [
        Collapse("forest_small", forest.emojis[3], 0.5),
        Harvest("den"),
        Measure("lamp"),
        Remove("lake"),
        Plant("two_level", "new", *world.baths["two_level"].emojis),
        EditIcon(icon.model_copy(update={"self_energy": icon.self_energy + 0.5})),
        EditBiome("forest_small", forest.model_copy(update={"evolution": evolution})),
        SetStep(0.125),
    ]


def fail_late(world: World, monkeypatch: pytest.MonkeyPatch, error: Any) -> None:
    """Have the last biome of ``world`` fail once the others have made their step."""
    last = world._running.baths.groups[-1]

    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr(last, "evolve", fail)


@pytest.mark.parametrize("error", [RunError("out of order"), KeyboardInterrupt()])
@pytest.mark.parametrize("commanded", [False, True])
def test_a_world_goes_on_as_if_the_tick_had_not_been_tried(
    commanded: bool, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried, spared = planted(), planted()
    baths, before = dict(tried.baths), tried.digest()
    commands = all_kinds_of_commands(tried) if commanded else []
    heard: list[Any] = []

    def hear(_sender: Any, event: Any) -> None:
        heard.append(event)

    with monkeypatch.context() as patch, bath_evolved.connected_to(hear):
        fail_late(tried, patch, error)
        with pytest.raises(type(error)):
            tried.tick(commands)
    assert heard == []
    assert tried.digest() == before
    assert (tried.tick_count, tried.dt) == (spared.tick_count, spared.dt)
    assert tried.icons == spared.icons
    assert list(tried.plots.items()) == list(spared.plots.items())
    assert dict(tried.inventory) == dict(spared.inventory)
    # Whoever holds a bath of the world still holds it.
    assert {name: tried.baths[name] for name in baths} == baths
    for name, bath in baths.items():
        assert bath.state.tobytes() == spared.baths[name].state.tobytes()
        assert bath.method == spared.baths[name].method

    for world in (tried, spared):
        happened = world.tick(all_kinds_of_commands(world)), world.run(3.0)
    assert any(happened)
    assert tried.digest() == spared.digest()


def test_the_commands_of_the_tick_above_all_do_something() -> None:
    world = planted()
    events = world.tick(all_kinds_of_commands(world))
    assert "refused" not in "".join(map(str, events))
    assert world.baths["forest_small"].method == "master"


def test_a_receiver_that_fails_leaves_no_half_tick() -> None:
    tried, spared = planted(), planted()

    def fail(_sender: Any, event: Any) -> None:
        raise LookupError(event)

    with bath_evolved.connected_to(fail), pytest.raises(LookupError):
        tried.tick()
    spared.tick()
    assert tried.digest() == spared.digest()


# --- other calls --------------------------------------------------------------------


def test_a_resume_that_fails_leaves_the_bath_as_it_was() -> None:
    fault = Fault(broken, last=1e9)
    bath = QuantumBath(operators(fault), seed=1)
    bath.evolve(1.0)
    before = as_it_is(bath)
    other = QuantumBath(operators(fault), seed=1, active_threshold=1e-6)
    other.evolve(0.5)
    strangers = [
        other.checkpoint(),
        QuantumBath(operators(fault), "master").checkpoint(),
        load_biome("two_level").bath(seed=0).checkpoint(),
        World(["two_level"], seed=0).baths["two_level"].checkpoint(),
    ]
    for saved in strangers:
        with pytest.raises(SpacewheatError):
            bath.resume(saved)
        assert as_it_is(bath) == before


def test_a_change_of_operators_that_fails_leaves_the_bath_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fault = Fault(broken, last=1e9)
    bath = QuantumBath(operators(fault), "master", seed=1)
    bath.evolve(1.0)
    before = as_it_is(bath)

    def fail(*_: Any) -> None:
        raise RunError("no evolver today")

    with monkeypatch.context() as patch:
        patch.setattr("spacewheat_sim.engine.bath.running.bath.make_evolver", fail)
        with pytest.raises(RunError):
            bath.replace_operators(operators(fault), EvolverOptions("trajectory"))
    assert as_it_is(bath) == before
    assert bath.method == "master"


def test_a_time_that_no_clock_can_show_is_refused() -> None:
    still = BathOperators.from_terms("ab", np.zeros((2, 2)))
    bath, batch = QuantumBath(still, seed=0), BathBatch(still, 2, seed=0)
    for each in (bath, batch):
        each.evolve(1.7e308)
        with pytest.raises(SpacewheatError, match="clock"):
            each.evolve(1.7e308)
        assert each.time == 1.7e308
    with pytest.raises(SpacewheatError, match="clock"):
        bath.evolve_many(1e300, 10**10, record_every=10**10)
