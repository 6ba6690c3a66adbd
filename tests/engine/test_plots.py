from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pytest
from scipy.stats import chisquare
from small_worlds import METHODS, field, icons, pond

from spacewheat_sim.content.icon import Icon
from spacewheat_sim.engine.bath.events import Measured
from spacewheat_sim.engine.world.commands import (
    Collapse,
    EditIcon,
    Harvest,
    Look,
    Measure,
    Plant,
    Remove,
)
from spacewheat_sim.engine.world.events import (
    Harvested,
    Looked,
    Planted,
    Refused,
    Removed,
)
from spacewheat_sim.engine.world.plots import Plot
from spacewheat_sim.engine.world.world import World

# Seeds are fixed, so that a test that passes goes on passing: this is how often a right
# program would have failed one of them on the day its seed was chosen.
FALSE_ALARM = 1e-3
SHARES = {"🌾": 0.3, "💀": 0.5, "🍂": 0.2}


def world(method="trajectory", seed=0):
    return World([field(method), pond(method)], seed, registry=icons())


def only(events, kind):
    return [e.event for e in events if isinstance(e.event, kind)]


def test_a_plot_is_planted_until_it_is_removed():
    sown = world()

    planted = sown.tick([Plant("field", "a", "🌾", "💀"), Plant("pond", 7, "🐟", "🌿")])

    assert sown.plots == {"a": Plot("field", "🌾", "💀"), 7: Plot("pond", "🐟", "🌿")}
    assert [(e.biome, e.plot) for e in planted[:2]] == [("field", "a"), ("pond", 7)]
    assert len(only(planted, Planted)) == 2
    assert len(only(sown.tick([Remove("a")]), Removed)) == 1
    assert list(sown.plots) == [7]


def test_the_views_of_plots_and_inventory_cannot_be_written():
    sown = world()

    with pytest.raises(TypeError):
        sown.plots[1] = Plot("field", "🌾", "💀")
    with pytest.raises(TypeError):
        sown.inventory["🌾"] = 1e9
    with pytest.raises(TypeError):
        sown.baths["field"] = sown.baths["pond"]


@pytest.mark.parametrize("method", METHODS)
def test_a_look_tells_the_projection_and_disturbs_nothing(method):
    looking, blind = world(method), world(method)
    plant = Plant("field", 1, "🌾", "💀")
    expected = looking.baths["field"].project_onto_axis("🌾", "💀")

    events = looking.tick([plant, Look(1)])
    blind.tick([plant])

    assert only(events, Looked)[0].projection == expected
    assert looking.digest() == blind.digest()


@pytest.mark.parametrize(
    ("kind", "strength", "applied"),
    [
        ("game", None, 0.5),
        ("game", 2.0, 2.0),
        ("weak", 0.3, 0.3),
        ("projective", None, 1),
    ],
)
def test_a_plot_is_measured_in_each_way(kind, strength, applied):
    measured = world()

    events = measured.tick([Plant("field", 1, "🌾", "💀"), Measure(1, kind, strength)])

    (event,) = only(events, Measured)
    assert (event.north, event.south, event.kind) == ("🌾", "💀", kind)
    assert event.strength == applied
    assert 1 in measured.plots


@pytest.mark.parametrize("method", METHODS)
def test_a_harvest_takes_one_of_who_is_there_to_the_ground(method):
    dt = 1e-9  # so short that the step after the harvest cannot be seen
    tolerance = 1e-3 if method == "spec" else 1e-8  # spec moves √(γ dt) at once
    taken = set()
    for seed in range(12):
        harvested = World([field(method)], seed=seed, dt=dt, registry=icons())
        events = harvested.tick([Plant("field", 1, "🌾", "💀"), Harvest(1)])
        (event,) = only(events, Harvested)
        taken.add(event.outcome)
        if event.outcome is None:
            assert (event.amount, dict(harvested.inventory)) == (0.0, {})
            assert 1 in harvested.plots
            continue
        assert harvested.inventory == {event.outcome: 1.0}
        assert harvested.plots == {}
        ground = harvested.baths["field"].probability("🍂")
        assert ground == pytest.approx(1.0, abs=tolerance)
    assert taken >= {"🌾", "💀"}


@pytest.mark.parametrize("method", METHODS)
def test_harvests_follow_the_born_rule_on_the_axis(method):
    count = 2000
    many = World([field(method)] * count, seed=5, registry=icons())
    commands = []
    for number, name in enumerate(many.baths):
        commands += [Plant(name, number, "🌾", "🍂"), Harvest(number)]

    outcomes = Counter(e.outcome for e in only(many.tick(commands), Harvested))

    # The ground itself yields nothing, and so does neither pole.
    observed = [outcomes["🌾"], outcomes[None]]
    expected = np.array([SHARES["🌾"], 1 - SHARES["🌾"]]) * count
    assert sum(observed) == count
    assert chisquare(observed, expected).pvalue > FALSE_ALARM


def valued(icon):
    return Icon.model_validate({**dict(icon), "value": 2.5})


def test_the_inventory_sums_the_values_of_each_emoji():
    farm = World([field()] * 40, seed=2, registry=icons())
    farm.tick([EditIcon(valued(icon)) for icon in farm.icons])
    commands = []
    for name in farm.baths:
        commands += [Plant(name, name, "🌾", "💀"), Harvest(name)]

    harvests = only(farm.tick(commands), Harvested)

    for emoji in ("🌾", "💀"):
        taken = [h.amount for h in harvests if h.outcome == emoji]
        assert set(taken) == {2.5}
        assert farm.inventory[emoji] == sum(taken)
    assert set(farm.inventory) == {"🌾", "💀"}


def test_an_axis_that_holds_nothing_yields_nothing_and_stays():
    barren = field().model_copy(
        update={"emojis": ("🌾", "💀", "🍂", "🪨", "🧊")}  # 🪨 and 🧊 are inert
    )
    empty = World([barren], seed=0, registry=icons())
    plant = Plant("field", 1, "🪨", "🧊")
    same = World([barren], seed=0, registry=icons())

    events = empty.tick([plant, Harvest(1)])
    same.tick([plant])

    (event,) = only(events, Harvested)
    assert (event.outcome, event.amount) == (None, 0.0)
    assert empty.plots == {1: Plot("field", "🪨", "🧊")}
    assert empty.inventory == {}
    assert empty.digest() == same.digest()


def test_a_harvested_plot_is_free_again():
    sown = world()
    sown.obey([Collapse("field", "🌾")])
    plant = Plant("field", 1, "🌾", "💀")

    events = sown.tick([plant, Harvest(1), plant])

    assert not only(events, Refused)
    assert sown.plots == {1: Plot("field", "🌾", "💀")}


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (Plant("feild", 2, "🌾", "💀"), "Unknown biome 'feild'.*did you mean 'field'"),
        (Plant("field", 2, "🌾", "🐟"), "Unknown emoji '🐟'"),
        (Plant("field", 2, "🌾", "🌾"), "two different emojis"),
        (
            Plant("field", 1, "💀", "🍂"),
            "Plot 1 is planted already, with 🌾/💀 of field",
        ),
        (Look("1"), "Unknown plot '1'"),
        (Harvest(9), "Unknown plot '9'"),
        (Remove(9), "Unknown plot '9'"),
        (Measure(1, "strong"), "`kind` must be one of"),
        (Measure(1, "weak", 1.5), r"must be in \[0, 1\]"),
        (Measure(1, "game", -0.5), r"must be in \[0, 10\)"),
        (Measure(1, "projective", 0.5), "projective measurement has no `strength`"),
    ],
    ids=repr,
)
def test_a_mistaken_command_is_refused_and_changes_nothing(command, reason):
    mistaken, untouched = world(), world()
    plant = Plant("field", 1, "🌾", "💀")

    events = mistaken.tick([plant, command, Measure(1)])
    untouched.tick([plant, Measure(1)])

    (refused,) = only(events, Refused)
    assert refused.command == command
    assert re.search(reason, refused.reason)
    assert mistaken.digest() == untouched.digest()
