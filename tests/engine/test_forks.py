"""A fork of a world goes on as the world does, and shares nothing with it."""

from __future__ import annotations

import pytest

from spacewheat_sim import World
from spacewheat_sim.engine.world.commands import (
    Collapse,
    EditNumber,
    Harvest,
    Plant,
    SetStep,
    SetWeight,
)

WORLDS = [
    ["forest"],
    ["qubit_farm"],
    ["fading_twins"],
    ["two_level", "kitchen", "two_level", "market"],
]


@pytest.mark.parametrize("names", WORLDS, ids=str)
def test_a_fork_goes_on_bit_for_bit(names: list[str]) -> None:
    world = World(names, seed=2, dt=0.1)
    world.run(2.0)
    name, bath = next(iter(world.baths.items()))
    north, south = bath.emojis[:2]
    world.tick([Plant(name, 1, north, south)])
    fork = world.fork()
    assert fork.snapshot() == world.snapshot()
    for each in (world, fork):
        each.tick([Harvest(1)])
        each.run(3.0)
    assert fork.snapshot() == world.snapshot()
    assert World.restore(fork.snapshot()).digest() == world.digest()


def test_nothing_that_is_done_to_a_fork_reaches_the_world() -> None:
    world = World(["forest_small", "kitchen"], seed=2, dt=0.1)
    world.run(1.0)
    before, icons = world.snapshot(), world.icons
    fork = world.fork()
    fork.tick(
        [
            Plant("kitchen", 1, "🔥", "❄"),
            EditNumber("forest_small", "🐺.decay.rate", 0.5),
            SetWeight("kitchen", "base", 0.5),
            Collapse("forest_small", "🐇"),
            SetStep(0.2),
        ]
    )
    fork.run(2.0)
    assert fork.registry().get("🐺").decay.rate == 0.5
    assert world.snapshot() == before
    assert world.icons == icons
    assert world.dt == 0.1


def test_what_is_done_to_the_world_reaches_no_fork() -> None:
    world = World(["forest_small"], seed=2, dt=0.1)
    fork = world.fork()
    before = fork.snapshot()
    world.tick([EditNumber("forest_small", "🐺.decay.rate", 0.5)])
    world.run(1.0)
    assert fork.snapshot() == before


def test_an_edit_that_is_yet_to_act_acts_in_the_fork_too() -> None:
    world = World(["forest_small"], seed=2, dt=0.1)
    world.obey([EditNumber("forest_small", "🐺.decay.rate", 0.5)])
    fork = world.fork()
    world.run(5.0)
    fork.run(5.0)
    assert fork.digest() == world.digest()


def test_a_fork_of_a_fork_is_one() -> None:
    world = World(["two_level"], seed=1, dt=0.1)
    fork = world.fork().fork()
    world.run(1.0)
    fork.run(1.0)
    assert fork.digest() == world.digest()
