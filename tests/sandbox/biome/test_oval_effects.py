from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from letter_measure import plain_canvas

from spacewheat_sim.engine.bath.events import Collapsed, Jumped, Measured
from spacewheat_sim.engine.world.events import Harvested, Removed, WorldEvent
from spacewheat_sim.sandbox.biome.oval.effects import FLIGHT, MOST, OvalEffects
from spacewheat_sim.sandbox.biome.oval.layout import oval_layout
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.shapes import Disc, Emoji, Ring

EMOJIS = ("🌾", "🐇", "🐺", "🍂")
INDEX = {emoji: i for i, emoji in enumerate(EMOJIS)}
LAYOUT = oval_layout(4, Rect(0, 0, 560, 320))
RADII = LAYOUT.radii(np.full(4, 0.25))
MEAL = Jumped(1.0, "🐇", "🐺", "🐺")
SEEN = Jumped(1.0, "🐺", "🐺", "🐺", "dephasing")


def effects_of(*events):
    effects = OvalEffects()
    for event in events:
        effects.note(WorldEvent(0, event))
    return effects


def shapes(effects):
    canvas = plain_canvas()
    effects.draw(canvas, LAYOUT, RADII, INDEX)
    return canvas.shapes


def place(emoji):
    return LAYOUT.places[INDEX[emoji]].tolist()


def test_a_jump_is_a_comet_that_flies_from_prey_to_predator():
    effects = effects_of(MEAL)
    way = math.dist(place("🐇"), place("🐺"))
    left = []
    for _ in range(10):
        (prey,) = [s for s in shapes(effects) if isinstance(s, Emoji)]
        assert prey.emoji == "🐇"
        left.append(math.dist((prey.x, prey.y), place("🐺")))
        effects.advance(FLIGHT / 10.01)

    assert left[0] == pytest.approx(way)
    assert all(now < before for before, now in pairwise(left))
    assert left[-1] < 0.1 * way


def test_a_ring_flashes_where_a_jump_lands():
    effects = effects_of(MEAL)
    effects.advance(FLIGHT + 0.01)

    rings = [s for s in shapes(effects) if isinstance(s, Ring)]
    assert [[ring.x, ring.y] for ring in rings] == [place("🐺")]


@pytest.mark.parametrize(
    "event",
    [
        Measured(1.0, "🐺", "🐇", "game", 0.5, "🐇"),
        Collapsed(1.0, "🐇", None),
        Harvested(1.0, "🐺", "🐇", "🐇", 0.7),
    ],
)
def test_a_collapse_flashes_on_its_outcome(event):
    shown = shapes(effects_of(event))

    assert any(isinstance(shape, Ring) for shape in shown)
    assert all([shape.x, shape.y] == place("🐇") for shape in shown)


def test_a_bubble_that_was_seen_blinks():
    effects = effects_of(SEEN)
    bright = []
    for _ in range(20):
        bright += [s.alpha for s in shapes(effects) if isinstance(s, Disc)]
        effects.advance(0.5 / 20.01)

    rises = sum(now > before for before, now in pairwise(bright))
    assert rises == 1  # bright, dark, bright, dark


@pytest.mark.parametrize("event", [MEAL, SEEN, Collapsed(1.0, "🐇", None)])
def test_every_effect_is_over_within_a_second(event):
    effects = effects_of(event)
    for _ in range(60):
        assert shapes(effects) is not None
        effects.advance(1 / 60)

    assert shapes(effects) == []


@pytest.mark.parametrize(
    "event",
    [
        Measured(1.0, "🐺", "🐇", "game", 0.5, None),
        Harvested(1.0, "🐺", "🐇", None, 0.0),
        Removed(1.0, "🐺", "🐇"),
        Jumped(1.0, "🐘", "🐺", "🐺"),
    ],
)
def test_what_has_no_place_on_the_oval_shows_nothing(event):
    assert shapes(effects_of(event)) == []


def test_a_storm_of_jumps_stays_cheap():
    effects = effects_of(*[MEAL, SEEN, Collapsed(1.0, "🐇", None)] * 1000)
    one = len(shapes(effects_of(MEAL, SEEN, Collapsed(1.0, "🐇", None))))

    assert len(shapes(effects)) == MOST * one
