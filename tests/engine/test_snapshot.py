from __future__ import annotations

import base64
import json
import math

import numpy as np
import pytest
from small_worlds import METHODS, field, icons, pond

from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.engine.compile import load_biome
from spacewheat_sim.engine.world.commands import (
    Collapse,
    EditBiome,
    EditIcon,
    Harvest,
    Measure,
    Plant,
    SetWeight,
)
from spacewheat_sim.engine.world.snapshot import SnapshotError, world_digest
from spacewheat_sim.engine.world.world import World
from spacewheat_sim.jsonio import canonical_json

BRISK = Icon(
    emoji="🌾",
    name="Wheat",
    self_energy=3.0,
    drivers=[{"shape": "pulse", "period": 1.4, "amplitude": 0.3}],
    couplings={"💀": 0.5},
    transfers_to={"💀": 0.9, "🍂": 0.4},
)


def lived_in(biomes, seed=0):
    """Return a world with plots, harvests, jumps and an edited icon behind it."""
    world = World(biomes, seed, registry=icons())
    world.tick([Plant("field", "a", "🌾", "💀"), Plant("field", 2, "💀", "🍂")])
    world.run(5)
    world.tick([Measure("a"), Harvest(2), Plant("field", 2, "🍂", "🌾")])
    world.tick([EditIcon(BRISK)])
    world.run(1.5)
    return world


def go_on(world):
    """Return what happens next, commands and draws included."""
    commands = [Measure("a", "weak"), Harvest(2), Collapse("field", "🌾", 0.5)]
    return [*world.run(5), *world.tick(commands), *world.run(15)]


@pytest.mark.parametrize("method", METHODS)
def test_a_restored_world_goes_on_bit_for_bit(method):
    world = lived_in([field(method), pond(method)])

    restored = World.restore(world.snapshot())

    assert restored.digest() == world.digest()
    assert restored.snapshot() == world.snapshot()
    assert go_on(restored) == go_on(world)
    assert restored.snapshot() == world.snapshot()


@pytest.mark.parametrize("method", METHODS)
def test_a_restored_world_obeys_as_its_original_does(method):
    """Also where a biome was under another method before, whose options it keeps."""
    original = World([field(method, layers={"base": 1.0}), pond()], 7, registry=icons())
    evolution = field(method).evolution.model_copy(update={"tolerance": 1e-8})
    under_other = original.biomes["field"].model_copy(update={"evolution": evolution})
    original.tick([EditBiome("field", under_other)])
    restored = World.restore(original.snapshot())
    for world in (original, restored):
        (event,) = world.tick([SetWeight("field", "base", 0.5)])
        assert str(event) == "field: layer base weighs 0.5"
        content = world.biomes["field"]
        assert content.evolution.tolerance == 1e-8
        wider = content.with_("layers.base", 0.25).with_fields(description="wider")
        world.tick([EditBiome("field", wider)])
        world.run(1)
    assert restored.digest() == original.digest()


@pytest.mark.parametrize("threshold", [1e-6, 1e-3])
def test_a_restored_world_keeps_its_active_subspace(threshold):
    forest = load_biome("forest").biome
    evolution = forest.evolution.model_copy(update={"active_threshold": threshold})
    world = World([forest.model_copy(update={"evolution": evolution})], seed=3)
    world.tick([Collapse("forest", "🐺")])
    restored = world

    for _ in range(40):
        restored = World.restore(restored.snapshot())
        assert restored.digest() == world.digest()
        assert restored.run(0.1) == world.run(0.1)

    assert restored.baths["forest"].neglected == world.baths["forest"].neglected


def test_a_snapshot_disturbs_nothing():
    kept, free = lived_in([field()]), lived_in([field()])

    kept.snapshot()

    assert go_on(kept) == go_on(free)
    assert kept.digest() == free.digest()


def test_a_snapshot_holds_all_that_a_player_sees():
    world = lived_in([field(), pond(), field()])

    restored = World.restore(world.snapshot())

    assert restored.time == world.time
    assert restored.tick_count == world.tick_count
    assert list(restored.plots.items()) == list(world.plots.items())
    assert restored.inventory == world.inventory
    assert list(restored.baths) == ["field", "pond", "field-2"]
    assert restored.seed == world.seed
    for name, bath in world.baths.items():
        assert restored.baths[name].time == bath.time


def test_a_snapshot_needs_no_files():
    """The edited icon and the biome are inside: nothing is looked up by name."""
    world = World([load_biome("biotic_flux")], seed=0)
    world.tick([EditIcon(BRISK)])

    restored = World.restore(world.snapshot())

    expected = world.baths["biotic_flux"].operators.hamiltonian.toarray()
    found = restored.baths["biotic_flux"].operators.hamiltonian.toarray()
    assert found.tobytes() == expected.tobytes()
    assert str(load_biome("biotic_flux").biome.source) not in world.snapshot().decode()


def test_the_order_of_transfers_survives():
    jumps = {"💀": 0.3, "🍂": 0.3, "🪨": 0.3}
    reordered = dict(sorted(jumps.items(), reverse=True))
    worlds = [
        World(
            [field("spec")],
            seed=0,
            registry=IconRegistry([Icon(emoji="🌾", name="W", transfers_to=order)]),
        )
        for order in (jumps, reordered)
    ]

    for world in worlds:
        restored = World.restore(world.snapshot())
        assert restored.baths["field"].operators.jumps == (
            world.baths["field"].operators.jumps
        )
    assert worlds[0].digest() != worlds[1].digest()


def test_equal_worlds_have_equal_bytes_and_the_bytes_are_canonical_json():
    first, second = lived_in([field(), pond()]), lived_in([field(), pond()])

    data = first.snapshot()

    assert data == second.snapshot()
    document = json.loads(data)
    assert document["digest"] == first.digest()
    for part in ("content", "state"):
        assert canonical_json(document[part]) in data.decode()


def test_baths_of_one_biome_share_its_text():
    one = World([field()], seed=0, registry=icons()).snapshot()
    many = World([field()] * 20, seed=0, registry=icons()).snapshot()

    assert json.loads(many)["content"]["baths"] == [0] * 20
    assert len(json.loads(many)["content"]["biomes"]) == 1
    assert len(many) < len(one) * 8


# --- bytes that are no snapshot -----------------------------------------------------


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.999])
def test_a_truncated_snapshot_is_refused(share):
    data = lived_in([field()]).snapshot()

    with pytest.raises(SnapshotError, match="truncated, damaged or no snapshot"):
        World.restore(data[: int(share * len(data))])


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["state"].update(tick=d["state"]["tick"] + 1),
        lambda d: d["state"]["inventory"].update({"🌾": 1e9}),
        lambda d: d["state"]["clock"].reverse(),
        lambda d: d["content"].update(seed=1),
        lambda d: d["content"]["icons"].pop(),
    ],
)
def test_an_altered_snapshot_is_refused(change):
    document = json.loads(lived_in([field()]).snapshot())
    change(document)

    with pytest.raises(SnapshotError, match="was altered") as caught:
        World.restore(json.dumps(document).encode())

    assert caught.value.exit_code == 2


def damage(state, path, value):
    """Put ``value`` at ``path`` of a state; drop the key where it is None."""
    *parents, last = path
    for key in parents:
        state = state[key]
    if value is None:
        del state[last]
    else:
        state[last] = value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("tick",), "soon"),
        (("tick",), -1),
        (("plots", 0, 1), "nowhere"),
        (("plots", 0, 2), "🐟"),
        (("plots", 0, 0), 1.5),
        (("clock",), [0.0, 0.1]),
        (("baths",), []),
        (("baths", 0, "clocks"), None),
        (("baths", 0, "states", "base64"), "AAAA"),
        (("baths", 0, "states", "shape"), [4, 1]),
        (("baths", 0, "clocks", "shape"), [2, 1]),
        (("baths", 0, "drawn"), {"shape": [0], "base64": ""}),
        (("baths", 0, "active"), [{}]),
    ],
    ids=str,
)
def test_parts_that_do_not_fit_are_refused_even_under_a_right_digest(path, value):
    document = json.loads(lived_in([field()]).snapshot())
    damage(document["state"], path, value)
    document["digest"] = world_digest(
        canonical_json(document["content"]), canonical_json(document["state"])
    )

    with pytest.raises(SnapshotError, match=r"not hold a whole|not fit together"):
        World.restore(json.dumps(document).encode())


def test_a_newer_snapshot_is_refused_by_its_version():
    document = {**json.loads(lived_in([field()]).snapshot()), "schema_version": 2}

    with pytest.raises(SnapshotError, match="schema version 2, but this version"):
        World.restore(json.dumps(document).encode())


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"[]", "no `schema_version`"),
        (b"{}", "no `schema_version`"),
        (b'{"schema_version": 1}', "does not hold a whole world"),
        (b'{"schema_version": 1, "content": 0, "state": 0}', "does not hold a whole"),
        (b"\xff\xfe\x00", "truncated, damaged or no snapshot"),
        (b"[" * 100_000, "truncated, damaged or no snapshot"),
        ("text", "must be the bytes of a snapshot"),
    ],
    ids=["list", "empty", "headless", "numbers", "binary", "deep", "text"],
)
def test_bytes_that_are_no_snapshot_are_refused(data, message):
    with pytest.raises(SnapshotError, match=message):
        World.restore(data)


def forged(world, change):
    """Return a snapshot with a digest that fits, whose state ``change`` has altered."""
    document = json.loads(world.snapshot())
    change(document["state"])
    content, state = (canonical_json(document[part]) for part in ("content", "state"))
    document["digest"] = world_digest(content, state)
    return canonical_json(document).encode()


def array(values, dtype="<f8"):
    data = np.asarray(values, dtype)
    return {
        "shape": list(data.shape),
        "base64": base64.b64encode(data.tobytes()).decode(),
    }


IMPOSSIBLE = {
    "NaN in a ket": lambda at: at["baths"][0].update(
        states=array([[math.nan, 0, 1]], "<c16")
    ),
    "norm 2": lambda at: at["baths"][0].update(states=array([[2, 0, 0]], "<c16")),
    "norm 0": lambda at: at["baths"][0].update(states=array([[0, 0, 0]], "<c16")),
    "survival 2": lambda at: at["baths"][0].update(clocks=array([[2.0, 0.5]])),
    "survival 0": lambda at: at["baths"][0].update(clocks=array([[0.0, 0.5]])),
    "threshold -1": lambda at: at["baths"][0].update(clocks=array([[1.0, -1.0]])),
    "threshold NaN": lambda at: at["baths"][0].update(clocks=array([[1.0, math.nan]])),
    "-1 draws": lambda at: at["baths"][0].update(drawn=array([-1], "<i8")),
    "infinite time": lambda at: at.update(clock=[1e308, 1e308, 10]),
    "backward time": lambda at: at.update(clock=[1.0, -0.1, 1]),
    "negative steps": lambda at: at.update(clock=[1.0, 0.1, -1]),
    "tick -1": lambda at: at.update(tick=-1),
    "tick 1.5": lambda at: at.update(tick=1.5),
    "inventory -1": lambda at: at.update(inventory={"🌾": -1.0}),
    "inventory of words": lambda at: at.update(inventory={"🌾": "much"}),
    "plot of no biome": lambda at: at.update(plots=[["a", "nowhere", "🌾", "💀"]]),
    "plot of no emoji": lambda at: at.update(plots=[["a", "field", "🌾", "🐳"]]),
}


@pytest.mark.parametrize("what", IMPOSSIBLE)
def test_an_impossible_state_is_refused_though_its_digest_fits(what):
    world = World([field()], 0, registry=icons())
    assert World.restore(forged(world, lambda _: None)).digest() == world.digest()

    with pytest.raises(SnapshotError):
        World.restore(forged(world, IMPOSSIBLE[what]))


@pytest.mark.parametrize(
    "rho",
    [
        np.eye(3),
        np.diag([1.5, -0.5, 0.0]),
        np.array([[1.0, 0.5, 0], [0.2, 0, 0], [0, 0, 0]]),
        np.full((3, 3), math.nan),
    ],
    ids=["trace 3", "not positive", "not Hermitian", "NaN"],
)
def test_an_impossible_density_matrix_is_refused(rho):
    world = World([field("master")], 0, registry=icons())

    def change(at):
        at["baths"][0].update(states=array(rho[None], "<c16"))

    with pytest.raises(SnapshotError):
        World.restore(forged(world, change))
