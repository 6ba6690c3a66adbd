"""A world keeps the baths of a biome as one batch, and no one can tell."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from small_worlds import METHODS, WHEAT, field, icons, pond

from spacewheat_sim import World, bath_evolved, bath_jumped, load_biome, seeding
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.engine.bath.events import Jumped
from spacewheat_sim.engine.compile import compile_biome
from spacewheat_sim.engine.world.commands import (
    Collapse,
    EditBiome,
    EditIcon,
    Harvest,
    Measure,
    Plant,
)
from spacewheat_sim.errors import ArgumentError, UnknownNameError

COUNT = 11  # no multiple of the eight that are stepped at once
DT = 1 / 20


def world(biomes, seed=5):
    return World(biomes, seed, DT, registry=icons())


def of_bath(events, name):
    return [(e.tick, e.event) for e in events if e.biome == name]


@pytest.mark.parametrize("method", METHODS)
def test_each_bath_of_a_batch_is_a_single_bath_with_its_stream(method):
    many = world([field(method)] * COUNT)
    singles = {
        name: compile_biome(field(method), icons()).bath(
            stream=seeding.bath_stream(5, name)
        )
        for name in many.baths
    }
    plots = [Plant(name, name, "🌾", "💀") for name in many.baths]
    measured = [Measure(name, "projective") for name in many.baths]

    events = [*many.tick(plots), *many.run(15)]
    outcomes = many.tick(measured)[:COUNT]

    for (name, single), outcome in zip(singles.items(), outcomes, strict=True):
        jumps = [jump for _ in range(301) for jump in single.evolve(DT)]
        seen = [e for _, e in of_bath(events, name) if isinstance(e, Jumped)]
        assert [(j.source, j.target) for j in seen] == [
            (j.source, j.target) for j in jumps
        ]
        assert [j.time for j in seen] == pytest.approx([j.time for j in jumps])
        assert outcome.event == single.measure("🌾", "💀", "projective")
        single.evolve(DT)
        found = many.baths[name].populations()
        # A thousandth of the tolerance, 1e-9 a second, over 15 s.
        assert np.abs(found - single.populations()).max() < 1e-12 * 15
        assert many.baths[name].rng.random() == single.rng.random()


@pytest.mark.parametrize("method", METHODS)
def test_no_bit_of_a_bath_depends_on_what_becomes_of_others(method):
    quiet = world([field(method)] * 3)
    busy = world([field(method)] * COUNT)
    alone = world([field(method)])
    livelier = Icon(emoji="🌾", name="Wheat", decay={"rate": 5.0, "target": "🍂"})
    commands = [
        Plant("field-4", 1, "🌾", "💀"),
        Measure(1, "projective"),
        Collapse("field-5", "🍂"),
        EditBiome("field-6", field(method, icons=(livelier,))),
        EditBiome("field-7", field("master")),
    ]

    told = {w: [*w.run(4)] for w in (quiet, alone)}
    told[busy] = [*busy.tick(commands), *busy.run(4 - DT)]
    told[busy] += busy.obey([Harvest(1), EditBiome("field-7", field(method))])
    for each in (quiet, busy, alone):
        told[each] += each.run(4)

    for other, names in ((quiet, ("field", "field-2", "field-3")), (alone, ("field",))):
        for name in names:
            assert of_bath(told[busy], name) == of_bath(told[other], name)
            state = busy.baths[name].state
            assert state.tobytes() == other.baths[name].state.tobytes()


def test_a_bath_that_was_edited_and_edited_back_is_again_one_of_its_biome():
    lively = world([field(), pond(), field(), field()])
    lively.tick([EditBiome("field", field("master")), EditBiome("field-2", field())])
    lively.run(1)
    lively.tick([EditBiome("field", field())])

    restored = World.restore(lively.snapshot())

    assert lively.biomes["field"] is lively.biomes["field-3"]
    assert restored.digest() == lively.digest()
    assert restored.run(10) == lively.run(10)
    assert restored.snapshot() == lively.snapshot()


def test_an_edited_icon_reaches_a_bath_that_left_its_biome():
    lively = world([field(), field(), field()])
    lively.obey([EditBiome("field-2", field("master"))])

    (event,) = lively.obey([EditIcon(WHEAT.model_copy(update={"self_energy": 9.0}))])
    lively.tick()

    assert set(event.event.biomes) == set(lively.baths)
    energies = [b.operators.hamiltonian[0, 0].real for b in lively.baths.values()]
    assert energies == [9.0, 9.0, 9.0]


def test_the_projections_of_a_biome_are_those_of_its_baths():
    lively = world([field(), pond(), *[field()] * COUNT])
    lively.obey([EditBiome("field-3", field("master")), Collapse("field-5", "🍂")])
    lively.run(3)

    found = lively.project("field", "🌾", "💀")

    names = [name for name in lively.baths if name != "pond"]
    assert len(found.radius) == len(names)
    for i, name in enumerate(names):
        one = lively.baths[name].project_onto_axis("🌾", "💀")
        assert found.radius[i] == pytest.approx(one.radius, abs=1e-12)
        assert found.bloch[i] == pytest.approx(one.bloch, abs=1e-12)
        assert found.valid[i] == one.valid


def test_a_projection_of_what_is_not_there_is_refused():
    lively = world([field(), pond()])

    with pytest.raises(UnknownNameError, match="did you mean 'field'"):
        lively.project("feild", "🌾", "💀")
    with pytest.raises(UnknownNameError, match="🐟"):
        lively.project("field", "🌾", "🐟")
    with pytest.raises(ArgumentError, match="two different"):
        lively.project("field", "🌾", "🌾")


@pytest.mark.parametrize(
    "do",
    [
        lambda bath: bath.evolve(0.1),
        lambda bath: bath.evolve_many(0.1, 3),
        lambda bath: bath.initialize_uniform(),
        lambda bath: bath.replace_operators(bath.operators),
        lambda bath: bath.resume(compile_biome(field(), icons()).bath(0).checkpoint()),
    ],
)
def test_a_bath_of_a_world_is_moved_by_its_world_alone(do):
    lively = world([field()])
    lively.tick()
    before = lively.digest()

    with pytest.raises(ArgumentError, match="of a world"):
        do(lively.baths["field"])

    assert lively.digest() == before


def test_signals_of_a_worlds_baths_name_the_bath():
    lively = world([field(), field()])
    heard, evolved = [], []

    def hear(bath, event):
        heard.append((bath, event))

    def follow(bath, event):
        evolved.append((bath, event.time))

    with bath_jumped.connected_to(hear), bath_evolved.connected_to(follow):
        events = lively.run(5)

    assert heard == [(lively.baths[e.biome], e.event) for e in events]
    assert len(heard) > 5
    assert evolved[-2:] == [(bath, lively.time) for bath in lively.baths.values()]


def test_a_bath_needs_little_beside_its_state():
    forest, count = load_biome("forest"), 2000
    World([forest], seed=0).tick()  # compiles the kernels

    tracemalloc.start()
    lively = World([forest] * count, seed=0)
    lively.tick()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    state = count * len(forest.emojis) * 16
    assert (held - state) / count < 2048
