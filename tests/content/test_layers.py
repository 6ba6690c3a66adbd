"""Icons of one emoji in several layers add up, each times its layer's weight."""

from __future__ import annotations

import numpy as np
import pytest

from spacewheat_sim import World
from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.engine.compile import compile_biome
from spacewheat_sim.engine.world.commands import SetWeight
from spacewheat_sim.engine.world.events import Refused, WeightSet

DAY = {"shape": "cosine", "period": 3.0}
BASE = Icon(
    emoji="🐺",
    name="Wolf",
    self_energy=0.5,
    drivers=[{"rhythm": DAY, "amplitude": 0.25}],
    couplings={"🐇": 0.5 + 0.25j},
    transfers_from={"🐇": 0.125},
    decay={"rate": 0.25, "target": "🍂"},
)
PACK = Icon(
    emoji="🐺",
    name="Pack",
    layer="wolves",
    self_energy=1.0,
    drivers=[{"rhythm": DAY, "amplitude": 0.5}],
    couplings={"🐇": 0.5, "🍂": 1j},
    transfers_from={"🐇": {"rate": 0.5, "rhythm": DAY, "depth": 0.5}, "🍂": 0.5},
    transfers_to={"🐇": 0.5},
    decay={"rate": 0.5, "target": "🍂"},
    dephasing=0.5,
)
SUM = Icon(  # BASE + PACK / 2
    emoji="🐺",
    name="By hand",
    self_energy=1.0,
    drivers=[
        {"rhythm": DAY, "amplitude": 0.25},
        {"rhythm": DAY, "amplitude": 0.25},
    ],
    couplings={"🐇": 0.75 + 0.25j, "🍂": 0.5j},
    transfers_to={"🐇": 0.25},
    transfers_from={"🐇": 0.125, "🍂": 0.25},
    decay={"rate": 0.5, "target": "🍂"},
    dephasing=0.25,
)
ALSO = Icon(  # what one icon cannot say beside a constant rate of the same pair
    emoji="🐺",
    name="By hand, too",
    extends=True,
    transfers_from={"🐇": {"rate": 0.25, "rhythm": DAY, "depth": 0.5}},
)
EMOJIS = ("🐇", "🐺", "🍂")


def biome(method: str = "trajectory", **more: object) -> Biome:
    return Biome.model_validate(
        {"name": "den", "emojis": EMOJIS, "evolution": {"method": method}, **more}
    )


def by_hand(method: str = "trajectory"):
    return compile_biome(biome(method, icons=(SUM, ALSO)), IconRegistry())


def channels(compiled) -> list[tuple[object, ...]]:
    return sorted(
        (j.source, j.target, j.rate, j.kind, j.change is None)
        for j in compiled.operators.jumps
    )


@pytest.mark.parametrize("method", ["trajectory", "master", "spec"])
def test_layers_equal_icons_added_by_hand_to_the_bit(method: str) -> None:
    shared = IconRegistry([BASE, PACK])
    layered = compile_biome(biome(method, layers={"wolves": 0.5}), shared)
    assert channels(layered) == channels(by_hand(method))
    wanted, found = (c.bath(seed=3) for c in (by_hand(method), layered))
    assert (abs(found.operators.hamiltonian - wanted.operators.hamiltonian)).sum() == 0
    if method == "master":  # jumps draw channels, and spec applies them, in file order
        rows = [bath.evolve_many(0.1, 40).populations for bath in (found, wanted)]
        np.testing.assert_allclose(*rows, atol=1e-14, rtol=0)


def test_extends_adds_to_the_shared_icon_and_without_it_it_is_replaced() -> None:
    own = PACK.model_copy(update={"layer": "base"})
    adds = own.model_copy(update={"extends": True})
    half = IconRegistry([BASE, PACK])
    layered = compile_biome(biome(layers={"wolves": 1.0}), half)
    extended = compile_biome(biome(icons=(adds,)), IconRegistry([BASE]))
    assert extended.operators.equals(layered.operators)
    replaced = compile_biome(biome(icons=(own,)), IconRegistry([BASE]))
    assert replaced.operators.hamiltonian[1, 1] == 1.0


def test_the_base_weighs_one_and_other_layers_nothing_unless_named() -> None:
    shared = IconRegistry([BASE, PACK])
    alone = compile_biome(biome(), IconRegistry([BASE]))
    assert compile_biome(biome(), shared).operators.equals(alone.operators)
    none = compile_biome(biome(layers={"base": 0.0}), shared)
    assert none.inert == EMOJIS
    assert none.operators.jumps == ()


def world(**layers: float) -> World:
    shared = IconRegistry([BASE, PACK])
    return World([biome(layers=layers), biome()], seed=5, registry=shared)


def test_a_weight_changes_live_and_leaves_every_probability_to_the_bit() -> None:
    here, there = world(), world(wolves=0.5)
    here.run(1.0)
    before = here.baths["den"].populations()
    (event,) = here.obey([SetWeight("den", "wolves", 0.5)])
    assert event.event == WeightSet(here.time, "wolves", 0.5)
    assert here.baths["den"].populations().tobytes() == before.tobytes()
    operators = here.baths["den"].operators
    assert operators.equals(there.baths["den"].operators)
    assert not operators.equals(here.baths["den-2"].operators)


def test_weights_are_in_snapshots() -> None:
    here = world()
    here.tick([SetWeight("den", "wolves", 0.5)])
    again = World.restore(here.snapshot())
    here.run(2.0), again.run(2.0)
    assert again.digest() == here.digest()
    assert again.biomes["den"].layers["wolves"] == 0.5


@pytest.mark.parametrize(
    ("layer", "weight", "told"),
    [
        ("wolvs", 1.0, "did you mean 'wolves'"),
        ("wolves", -0.5, "at least 0"),
    ],
)
def test_a_weight_that_cannot_be_is_refused(layer, weight, told) -> None:
    here = world()
    before = here.digest()
    (event,) = here.obey([SetWeight("den", layer, weight)])
    assert isinstance(event.event, Refused)
    assert told in event.event.reason
    assert here.digest() == before
