"""Golden playthroughs: recorded sessions whose outcome holds on every machine.

Digests are the same everywhere, to the last bit; what is told beside them, events and
populations, is compared to 1e-9. A change that is meant to alter the physics records
them anew with ``tools/record_playthroughs.py``.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spacewheat_sim.content.files import list_biomes
from spacewheat_sim.engine.session.reading import read_session
from spacewheat_sim.engine.session.replay import Began, Compared, replay
from spacewheat_sim.engine.world.events import world_event_record

FOLDER = Path(__file__).parents[1] / "playthroughs"
TOLERANCE = 1e-9


def replayed(path):
    """Return what comes of a recorded session, in the form that is kept beside it.

    All of its digests must be as they were recorded.
    """
    events, compared = [], 0
    for step in replay(read_session(path)):
        if isinstance(step, Began):
            world = step.world
        elif isinstance(step, Compared):
            assert step.equal, f"another world at tick {step.tick}"
            compared += 1
        else:
            events += map(world_event_record, step.events)
    assert compared > 1
    baths = world.baths.items()
    return {
        "events": events,
        "inventory": dict(world.inventory),
        "populations": {name: bath.probabilities() for name, bath in baths},
    }


def leaves(value, place=""):
    """Return the plain values inside ``value`` by their places."""
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list | tuple):
        items = enumerate(value)
    else:
        return {place: value}
    return {
        k: v for key, part in items for k, v in leaves(part, f"{place}/{key}").items()
    }


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.jsonl")))
def test_a_playthrough_comes_out_as_it_was_recorded(name):
    expected = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))

    found = leaves(replayed(FOLDER / f"{name}.jsonl"))

    wanted = leaves(expected)
    told = {k: v for k, v in wanted.items() if not isinstance(v, float)}
    numbers = {k: v for k, v in wanted.items() if isinstance(v, float)}
    assert {k: v for k, v in found.items() if not isinstance(v, float)} == told
    assert {k: found[k] for k in numbers} == pytest.approx(
        numbers, abs=TOLERANCE, rel=0
    )


def test_every_built_in_biome_has_a_playthrough():
    recorded = {path.stem for path in FOLDER.glob("*.json")}

    assert {f"every_act_in_{biome.key}" for biome in list_biomes()} <= recorded


def test_the_playthroughs_are_whole_and_hold_what_players_do():
    sessions = [read_session(path) for path in sorted(FOLDER.glob("*.jsonl"))]
    told = [
        json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.json")
    ]

    kinds = {event["event"] for outcome in told for event in outcome["events"]}
    assert not any(session.cut_short for session in sessions)
    assert {len(session.chapters) for session in sessions} == {1, 2}
    assert kinds == {
        "biomeedited",
        "collapsed",
        "edited",
        "gated",
        "harvested",
        "jumped",
        "looked",
        "measured",
        "planted",
        "refused",
        "removed",
        "stepset",
    }
