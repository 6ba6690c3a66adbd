from __future__ import annotations

import json

import pytest
from small_worlds import WHEAT, field

from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.rhythms.rhythm import Rhythm
from spacewheat_sim.engine.world.commands import (
    COMMANDS,
    ApplyGate,
    Collapse,
    EditBiome,
    EditIcon,
    EditNumber,
    EditRhythm,
    Guess,
    Harvest,
    Look,
    Measure,
    Plant,
    Remove,
    SetStep,
    SetWeight,
    command_from_record,
    command_record,
)
from spacewheat_sim.errors import ArgumentError, UnknownNameError
from spacewheat_sim.jsonio import canonical_json

EXAMPLES = [
    Plant("forest", "home", "🌾", "💀"),
    Look(3),
    Measure("home"),
    Measure(1, "weak", 0.25),
    Harvest(1),
    Remove("1"),
    Collapse("forest", "🐺"),
    Collapse("forest", "🐺", 0.5),
    ApplyGate("forest", "RX", ("🐺", "🐇"), angle=0.5),
    ApplyGate("farm", "CNOT", ("☀", "🌙"), ("🌾", "🌱")),
    EditIcon(WHEAT),
    EditBiome("field", field("master")),
    EditRhythm("day", Rhythm(shape="pulse", period=3.0, duty=0.25)),
    SetWeight("forest", "wolves", 0.5),
    SetStep(0.25),
    EditNumber("forest", "🐺.transfers_from.🐇", 0.2),
    Guess(0.5),
]


def test_there_is_an_example_of_every_command():
    assert {type(example) for example in EXAMPLES} == set(COMMANDS.values())


@pytest.mark.parametrize("command", EXAMPLES, ids=repr)
def test_a_command_survives_its_record_as_json(command):
    text = canonical_json(command_record(command))

    assert command_from_record(json.loads(text)) == command


def test_an_icon_keeps_the_order_of_its_transfers_in_a_record_with_sorted_keys():
    icon = Icon(
        emoji="🌾", name="Wheat", transfers_to={"🍂": 0.1, "💀": 0.2, "🌱": 0.3}
    )

    text = canonical_json(command_record(EditIcon(icon)))

    edited = command_from_record(json.loads(text)).icon
    assert list(edited.transfers_to) == ["🍂", "💀", "🌱"]


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({}, "must name it under `command`"),
        ({"command": "harvest"}, "lacks plot"),
        ({"command": "look", "plot": 1, "polt": 2}, "no field 'polt'; did you mean"),
        ({"command": "look", "plot": True}, "`plot` of Look must be"),
        ({"command": "look", "plot": 1.5}, "`plot` of Look must be"),
        ({"command": "look", "plot": ""}, "`plot` of Look must be"),
        ({"command": "measure", "plot": 1, "strength": "much"}, "finite number"),
        ({"command": "collapse", "biome": 1, "emoji": "🌾"}, "`biome` of Collapse"),
        ({"command": "edit_icon", "icon": "{}"}, "no icon: emoji: this key is missing"),
        ({"command": "edit_icon", "icon": {"emoji": "🌾"}}, "must be an Icon"),
    ],
)
def test_a_record_that_is_no_command_is_refused(record, message):
    with pytest.raises(ArgumentError, match=message):
        command_from_record(record)


def test_an_unknown_command_is_refused_with_the_nearest_one():
    with pytest.raises(UnknownNameError, match="did you mean 'harvest'"):
        command_from_record({"command": "harwest", "plot": 1})


@pytest.mark.parametrize("strength", [float("nan"), float("inf"), True, "0.5"])
def test_a_strength_that_is_no_number_makes_no_command(strength):
    with pytest.raises(ArgumentError, match="`strength` of Measure"):
        Measure(1, strength=strength)


def test_what_is_no_command_has_no_record():
    with pytest.raises(ArgumentError, match="Not a command"):
        command_record("plant")


@pytest.mark.parametrize("dt", [10**400, float("nan"), True, "1/60"])
def test_a_step_that_is_no_finite_number_is_refused_when_it_is_made(dt):
    with pytest.raises(ArgumentError, match="finite number"):
        SetStep(dt)
