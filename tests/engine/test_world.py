from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest
from small_worlds import LEAF, METHODS, WHEAT, field, icons, pond

from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.engine.bath.events import Collapsed, Jumped
from spacewheat_sim.engine.compile import compile_biome, load_biome
from spacewheat_sim.engine.world.commands import (
    Collapse,
    EditIcon,
    Harvest,
    Look,
    Measure,
    Plant,
)
from spacewheat_sim.engine.world.events import Edited, Refused, world_event_record
from spacewheat_sim.engine.world.world import World
from spacewheat_sim.errors import ArgumentError, UnknownNameError
from spacewheat_sim.jsonio import canonical_json

HISTORY = """
import json
from spacewheat_sim import World
from spacewheat_sim.engine.world.commands import Harvest, Measure, Plant
from spacewheat_sim.engine.world.events import world_event_record

world = World(["forest", "biotic_flux", "forest"], seed=11)
plots = [Plant("forest", 1, "🐺", "🐇"), Plant("forest-2", 2, "🌿", "🍂")]
events = list(world.tick(plots))
events += world.run(30)
events += world.tick([Measure(1), Harvest(2), Measure(1, "weak")])
events += world.run(30)
print(json.dumps([[world_event_record(event) for event in events], world.digest()]))
"""


def history(world, seconds=20.0):
    return [(e.biome, e.event) for e in world.run(seconds)]


# --- determinism --------------------------------------------------------------------


def test_two_processes_with_one_seed_have_one_history_bit_for_bit():
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", HISTORY],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
        )
        for hash_seed in ("1", "2")
    ]
    first, second = (run.communicate()[0] for run in runs)

    assert [run.returncode for run in runs] == [0, 0]
    assert first == second
    kinds = {record["event"] for record in json.loads(first)[0]}
    assert kinds == {"planted", "measured", "harvested", "jumped"}


def test_two_worlds_with_one_seed_have_one_history_and_another_seed_another():
    def told(seed):
        return history(World([field(), pond()], seed, registry=icons()))

    assert told(1) == told(1)
    assert told(1) != told(2)


def test_a_further_biome_changes_no_history_whatever_is_done_to_it():
    alone = World([field()], seed=4, registry=icons())
    crowded = World([field(), pond(), field()], seed=4, registry=icons())
    busy = [Plant("pond", 1, "🐟", "🌿"), Measure(1), Collapse("field-2", "🌾")]

    own = [e.event for e in alone.tick()] + [e for _, e in history(alone)]
    events = [*crowded.tick(busy), *crowded.run(20)]
    seen = [e.event for e in events if e.biome == "field"]

    assert len(own) > 3
    assert seen == own
    state = crowded.baths["field"].state
    assert state.tobytes() == alone.baths["field"].state.tobytes()


def test_two_baths_of_one_biome_have_histories_of_their_own():
    twins = World([field(), field()], seed=4, registry=icons())

    events = history(twins)

    first = [event for name, event in events if name == "field"]
    second = [event for name, event in events if name == "field-2"]
    assert first
    assert second
    assert first != second


@pytest.mark.parametrize("method", METHODS)
def test_run_is_tick_by_tick(method):
    running = World([field(method)], seed=0, registry=icons())
    ticking = World([field(method)], seed=0, registry=icons())

    events = running.run(2.0)
    ticked = [event for _ in range(120) for event in ticking.tick()]

    assert list(events) == ticked
    assert running.digest() == ticking.digest()


# --- time ---------------------------------------------------------------------------


def test_time_is_the_tick_count_times_dt_for_world_and_baths():
    world = World([field(), pond()], seed=0, dt=0.1, registry=icons())

    world.run(60.04)

    assert world.tick_count == 600
    assert world.time == 600 * 0.1
    assert {bath.time for bath in world.baths.values()} == {world.time}


def test_an_event_carries_its_tick_and_a_time_within_it():
    world = World([field()], seed=3, dt=0.1, registry=icons())
    world.run(1.0)

    events = [*world.tick([Collapse("field", "🌾")]), *world.run(20)]

    assert (events[0].tick, events[0].event.time) == (
        10,
        world.baths["field"].time - 20.1,
    )
    jumps = [e for e in events if isinstance(e.event, Jumped)]
    assert jumps
    for jump in jumps:
        assert jump.tick * 0.1 - 1e-9 <= jump.event.time <= (jump.tick + 1) * 0.1 + 1e-9


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan"), "long"])
def test_a_run_of_no_time_is_refused(seconds):
    with pytest.raises(ArgumentError, match="`seconds` must be"):
        World([pond()], seed=0, registry=icons()).run(seconds)


# --- commands -----------------------------------------------------------------------


def test_commands_are_obeyed_in_order_around_a_refused_one():
    world = World([field()], seed=0, registry=icons())
    commands = [
        Collapse("field", "🌾"),
        Collapse("nowhere", "🌾"),
        Collapse("field", "💀", 0.5),
        Plant("field", 1, "🌾", "💀"),
        Look(1),
    ]

    events = world.tick(commands)

    kinds = [type(event.event).__name__ for event in events[:5]]
    assert kinds == ["Collapsed", "Refused", "Refused", "Planted", "Looked"]
    assert "did you mean" not in events[1].event.reason
    assert "probability is 0" in events[2].event.reason
    assert events[4].event.projection.theta == 0.0


def test_a_collapse_is_whole_without_a_strength_and_partial_with_one():
    world = World([field("master")], seed=0, dt=1e-9, registry=icons())
    before = world.baths["field"].probabilities()

    (event,) = world.tick([Collapse("field", "🌾", 1.0)])

    weights = {e: p * (4.0 if e == "🌾" else 0.81) for e, p in before.items()}
    share = weights["🌾"] / sum(weights.values())
    assert world.baths["field"].probability("🌾") == pytest.approx(share, abs=1e-8)
    assert event.event == Collapsed(0.0, "🌾", 1.0)
    world.tick([Collapse("field", "🌾")])
    assert world.baths["field"].probability("🌾") == pytest.approx(1.0, abs=1e-8)


def test_what_is_no_command_is_an_error_and_nothing_is_done():
    world = World([field()], seed=0, registry=icons())
    before = world.digest()

    with pytest.raises(ArgumentError, match="must hold commands only"):
        world.tick([Plant("field", 1, "🌾", "💀"), "harvest"])

    assert world.digest() == before


def test_every_event_has_a_flat_json_record():
    world = World([field()], seed=0, registry=icons())
    commands = [
        Plant("field", 1, "🌾", "💀"),
        Look(1),
        EditIcon(LEAF),
        Measure(1),
        Harvest(1),
        Harvest(1),
        EditIcon(WHEAT),
    ]

    events = [*world.tick(commands), *world.run(20)]

    records = [json.loads(canonical_json(world_event_record(e))) for e in events]
    assert [r["event"] for r in records[:8]] == [
        "planted",
        "looked",
        "edited",
        "measured",
        "harvested",
        "refused",
        "edited",
        "jumped",
    ]
    assert all({"tick", "biome", "plot", "event", "time"} <= r.keys() for r in records)
    assert records[5]["command"] == {"command": "harvest", "plot": 1}
    assert str(events[0]) == "field/1: 🌾/💀 planted"


# --- edited icons -------------------------------------------------------------------

LIVELIER = Icon(emoji="🌾", name="Wheat", self_energy=5.0, decay={"rate": 2.0})


def test_an_edited_icon_rebuilds_the_biomes_that_use_it_and_no_other():
    shadowed = field(icons=(WHEAT,)).model_copy(update={"name": "shadowed"})
    world = World([field(), pond(), shadowed, field()], seed=0, registry=icons())
    before = {name: bath.operators for name, bath in world.baths.items()}

    (event, *_) = world.tick([EditIcon(LIVELIER)])

    assert event.event == Edited(0.0, "🌾", ("field", "field-2"))
    rebuilt = [n for n, bath in world.baths.items() if bath.operators is not before[n]]
    assert rebuilt == ["field", "field-2"]
    after = world.baths["field"].operators
    world.tick()
    assert world.baths["field"].operators is after


@pytest.mark.parametrize("method", METHODS)
def test_a_rebuilt_bath_keeps_state_time_stream_and_jump_clock(method):
    world = World([field(method)], seed=8, registry=icons())
    world.run(3.0)
    kept = world.baths["field"].checkpoint()

    world.tick([EditIcon(LIVELIER)])

    livelier = IconRegistry([*icons(), LIVELIER])
    expected = World([field(method)], seed=8, registry=livelier)
    expected.run(3.0)
    expected.baths["field"].resume(kept)
    expected.tick()
    found, wanted = (w.baths["field"].checkpoint() for w in (world, expected))
    assert found.states.tobytes() == wanted.states.tobytes()
    assert found.clocks.tobytes() == wanted.clocks.tobytes()
    assert found.streams.tolist() == wanted.streams.tolist()
    assert found.time == wanted.time
    assert world.baths["field"].time == world.time


def test_an_edited_icon_changes_the_physics_from_then_on():
    edited = World([field("master")], seed=0, registry=icons())
    same = World([field("master")], seed=0, registry=icons())

    edited.tick([EditIcon(LIVELIER)])
    same.tick()

    assert edited.baths["field"].probability("🌾") < same.baths["field"].probability(
        "🌾"
    )


def test_an_edit_in_one_world_reaches_no_other():
    shared = icons()
    first, second = (World([field()], seed=0, registry=shared) for _ in range(2))
    untouched = second.digest()

    first.tick([EditIcon(LIVELIER)])

    assert shared.get("🌾") == WHEAT
    assert second.digest() == untouched


def test_an_icon_too_fast_for_spec_is_refused_and_changes_nothing():
    hasty = Icon(emoji="🌾", name="Wheat", decay={"rate": 61.0})
    world = World([field("spec"), pond()], seed=0, registry=icons())
    same = World([field("spec"), pond()], seed=0, registry=icons())

    (event,) = world.tick([EditIcon(hasty)])
    same.tick()

    assert isinstance(event.event, Refused)
    assert "γ·dt = 1.017 > 1" in event.event.reason
    assert world.digest() == same.digest()


# --- what a world is made of --------------------------------------------------------


def test_a_world_takes_names_paths_biomes_and_compiled_biomes():
    forest = load_biome("forest")

    world = World(
        ["forest", forest.biome.source, forest.biome, forest, "Market"], seed=0
    )

    assert list(world.baths) == ["forest", "forest-2", "forest-3", "forest-4", "market"]


def test_a_compiled_biome_brings_its_icons():
    compiled = compile_biome(field(), icons())

    world = World([compiled, pond()], seed=1)

    assert history(world) == history(World([field(), pond()], 1, registry=icons()))


def test_compiled_biomes_with_different_icons_are_refused():
    other = compile_biome(pond(), IconRegistry([LIVELIER]))

    with pytest.raises(ArgumentError, match="share one set of icons"):
        World([compile_biome(field(), icons()), other])


def test_names_stay_distinct_where_a_biome_is_called_like_a_numbered_one():
    second = field().model_copy(update={"name": "field-2"})

    world = World([field(), second, field()], seed=0, registry=icons())

    assert list(world.baths) == ["field", "field-2", "field-3"]


@pytest.mark.parametrize(
    ("biomes", "message"),
    [
        ("forest", r"must be a list of biomes, but is 'forest'; put it in \[\]"),
        ([], "at least one biome"),
        ([42], "names, paths or biomes, but has 42"),
    ],
)
def test_biomes_that_are_none_are_refused(biomes, message):
    with pytest.raises(ArgumentError, match=message):
        World(biomes)


def test_an_unknown_biome_is_refused_with_the_nearest_one():
    with pytest.raises(UnknownNameError, match="did you mean 'forest'"):
        World(["forrest"])


def test_a_dt_too_long_for_spec_is_refused_at_once():
    with pytest.raises(ArgumentError, match="too long for method 'spec'"):
        World([field("spec")], dt=2.0, registry=icons())


def test_the_seed_that_was_drawn_is_told_and_gives_the_same_history_again():
    drawn = World([field()], registry=icons())

    again = World([field()], drawn.seed, registry=icons())

    assert history(drawn) == history(again)


# --- digest -------------------------------------------------------------------------


def test_the_digest_is_equal_for_equal_worlds_and_changes_with_each_part():
    def fresh(**changes):
        made = {"biomes": [field()], "seed": 0, "dt": 0.1, "registry": icons()}
        return World(**{**made, **changes})

    start = fresh().digest()
    ticked, planted, seeded, edited = fresh(), fresh(), fresh(seed=1), fresh()
    ticked.tick()
    assert edited.digest() == start
    edited.tick([EditIcon(Icon(emoji="🐟", name="Trout"))])  # in no biome of this world
    planted.tick([Plant("field", 1, "🌾", "💀")])
    other_icons = fresh(registry=IconRegistry([*icons(), LIVELIER]))
    others = [
        ticked,
        edited,
        planted,
        seeded,
        fresh(dt=0.2),
        fresh(biomes=[pond()]),
        other_icons,
    ]

    assert fresh().digest() == start
    assert len({start, *(world.digest() for world in others)}) == len(others) + 1


def test_the_digest_sees_the_last_bit_of_a_bath_and_its_stream():
    world = World([field()], seed=0, registry=icons())
    digests = [world.digest()]
    world.baths["field"].rng.random()
    digests.append(world.digest())
    ket = world.baths["field"].amplitudes
    saved = world.baths["field"].checkpoint()
    ket[0] *= 1 + 2**-52
    world.baths["field"].resume(replace(saved, states=ket[None]))
    digests.append(world.digest())

    assert len(set(digests)) == 3
