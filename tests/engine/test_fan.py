from __future__ import annotations

import numpy as np
import pytest

from spacewheat_sim import World
from spacewheat_sim.engine.world.commands import (
    ApplyGate,
    Collapse,
    EditBiome,
    EditIcon,
    Harvest,
    Measure,
    Plant,
    SetWeight,
)
from spacewheat_sim.engine.world.fan import fan_out
from spacewheat_sim.errors import ArgumentError


def lived_in(name, seconds=2.0, method=None):
    world = World([name], seed=5)
    if method is not None:
        biome = world.biomes[name]
        evolution = biome.evolution.model_copy(update={"method": method})
        world.obey([EditBiome(name, biome.model_copy(update={"evolution": evolution}))])
    emojis = world.baths[name].operators.emojis
    world.obey([Plant(name, 1, *emojis[:2])])
    world.run(seconds)
    return world


def acts(world, name):
    axis = world.plots[1].north, world.plots[1].south
    found = [
        (),
        (Measure(1),),
        (Measure(1, "game", 0.5),),
        (Measure(1, "weak", 0.7),),
        (Harvest(1),),
        (Collapse(name, axis[0]),),
        (Collapse(name, axis[0], 0.3),),
    ]
    if world.baths[name].operators.qubits:
        found.append((ApplyGate(name, "RX", axis, angle=1.0),))
    else:
        icon = next(i for i in world.icons if i.emoji == axis[0])
        found.append((EditIcon(icon.model_copy(update={"self_energy": 2.0})),))
        found.append((SetWeight(name, "base", 0.5),))
    return found


@pytest.mark.parametrize("method", ["trajectory", "master"])
@pytest.mark.parametrize("name", ["biotic_flux", "forest_small", "three_bells"])
def test_the_mean_of_many_histories_is_the_exact_one(name, method):
    world = lived_in(name, method=method)
    digest, count = world.digest(), 2000
    for act in acts(world, name):
        fan = fan_out(world, name, act, histories=count, seconds=3.0, interval=1.0)
        off = np.abs(fan.histories.mean(axis=0) - fan.mean)
        # A number from 0 to 1 of mean m varies by m(1 − m) at most; a rare event by
        # its count. 2,160 numbers are all within 5 standard errors but once in 800
        # times.
        error = np.sqrt(np.clip(fan.mean * (1.0 - fan.mean), 0.0, None) / count)
        assert (off <= 5.0 * error + 10.0 / count).all(), act
        assert fan.mean.sum() == pytest.approx(fan.histories.sum() / count, rel=1e-6)
    assert world.digest() == digest


def test_what_comes_by_itself_begins_where_the_world_is():
    world = lived_in("forest_small")
    fan = fan_out(world, "forest_small", ())
    bath = world.baths["forest_small"]
    np.testing.assert_allclose(fan.mean[0], bath.populations(), atol=1e-12)
    assert fan.times[0] == world.time
    assert fan.times[-1] == pytest.approx(world.time + 10.0)
    low, high = fan.band()
    assert (low <= high).all()
    inside = (fan.histories >= low) & (fan.histories <= high)
    assert 0.78 <= inside[:, -1].mean() <= 0.95


def test_a_fan_is_the_same_each_time_and_another_one_a_tick_later():
    world = lived_in("forest_small")
    first, again = (fan_out(world, "forest_small", [Measure(1)]) for _ in range(2))
    assert (first.histories == again.histories).all()
    world.tick()
    later = fan_out(world, "forest_small", [Measure(1)])
    assert (first.histories != later.histories).any()


@pytest.mark.parametrize(
    ("act", "message"),
    [
        ([Harvest(9)], "plot"),
        ([Collapse("forest_small", "🦄")], "🦄"),
        ([Measure(1, "weak", 3.0)], "strength"),
    ],
)
def test_what_the_world_would_refuse_has_no_fan(act, message):
    world = lived_in("forest_small")
    digest = world.digest()
    with pytest.raises(ArgumentError, match=message):
        fan_out(world, "forest_small", act)
    assert world.digest() == digest


def test_spec_has_no_histories():
    world = lived_in("biotic_flux", method="spec")
    with pytest.raises(ArgumentError, match="no histories"):
        fan_out(world, "biotic_flux", ())
