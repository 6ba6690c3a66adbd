from __future__ import annotations

import pytest
from letter_measure import plain_canvas

from spacewheat_sim.content.files import read_biome
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.sandbox.biome.controls import BiomeControls
from spacewheat_sim.sandbox.biome.session.edits import set_dt
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Key, Pressed, Released
from spacewheat_sim.sandbox.shapes import Text
from spacewheat_sim.sandbox.transport import SPEEDS, Transport

REGISTRY = IconRegistry.builtin()
ROW = Rect(6, 46, 1268, 30)


@pytest.fixture
def session():
    return BiomeSession(read_biome("forest_small", REGISTRY), REGISTRY, seed=7)


def click(target, draw, label):
    """Click on what says ``label``."""
    canvas = plain_canvas()
    draw(canvas, ROW)
    (at,) = [s for s in canvas.shapes if isinstance(s, Text) and s.text == label]
    target.handle(Pressed(at.x, at.y))
    target.handle(Released(at.x, at.y))


@pytest.mark.parametrize("method", ["master", "spec", "trajectory"])
def test_the_method_is_changed_by_click_and_by_key(session, method):
    controls = BiomeControls(session)
    click(controls, controls.draw, method)
    assert session.bath.method == method

    key = {"trajectory": "1", "master": "2", "spec": "3"}
    for other in ("master", "spec", method):
        controls.handle(Key(key[other]))
        assert session.bath.method == other


def test_the_length_of_a_tick_is_changed_by_click_and_by_key(session):
    controls = BiomeControls(session)

    click(controls, controls.draw, "1/120")
    assert session.world.dt == session.clock.dt == 1 / 120
    controls.handle(Key("d"))
    assert session.world.dt == session.clock.dt == 1 / 60
    controls.handle(Key("d", shift=True))
    assert session.world.dt == 1 / 120


def test_a_change_of_tick_keeps_speed_and_pause(session):
    session.clock.speed = 8.0
    session.clock.paused = True

    set_dt(session, 1 / 30)

    assert (session.clock.speed, session.clock.paused) == (8.0, True)


def test_the_measurement_is_changed_by_click_and_by_key(session):
    controls = BiomeControls(session)

    click(controls, controls.draw, "weak")
    controls.handle(Key("]"))
    assert session.measuring.kind == "weak"
    assert session.measuring.strength == pytest.approx(0.55)
    controls.handle(Key("k"))
    controls.handle(Key("["))
    assert session.measuring.kind == "game"
    assert session.measuring.strength == pytest.approx(0.45)


def test_a_projective_measurement_has_no_strength(session):
    controls = BiomeControls(session)

    click(controls, controls.draw, "projective")
    controls.handle(Key("]"))

    assert session.measuring.strength is None


def test_the_clock_is_driven_by_click_and_by_key(session):
    transport = Transport(session)

    click(transport, transport.draw, "Pause")
    assert session.clock.paused
    transport.handle(Key("space"))
    assert not session.clock.paused
    click(transport, transport.draw, "Step")
    assert session.clock.paused
    assert session.world.tick_count == 1
    transport.handle(Key("."))
    assert session.world.tick_count == 2
    click(transport, transport.draw, "Restart")
    assert session.world.tick_count == 0
    seed = session.world.seed
    click(transport, transport.draw, "New seed")
    assert session.world.seed != seed
    transport.handle(Key("f5"))
    assert session.world.tick_count == 0


def test_speed_goes_from_an_eighth_to_64_and_no_further(session):
    transport = Transport(session)

    for _ in range(20):
        click(transport, transport.draw, "+")
    assert session.clock.speed == 64.0
    for _ in SPEEDS:
        transport.handle(Key("-"))
    assert session.clock.speed == 1 / 8


@pytest.mark.parametrize("width", [400, 948, 1268])
def test_controls_stay_in_their_row_and_do_not_overlap(session, width):
    row = Rect(6, 46, width, 30)
    for part in (BiomeControls(session), Transport(session)):
        canvas = plain_canvas(width=width + 12)
        part.draw(canvas, row)
        if width < 900 and isinstance(part, BiomeControls):
            continue  # narrower than any window
        texts = sorted(
            (s.x - w * {"left": 0, "center": 0.5, "right": 1}[s.align], w)
            for s in canvas.shapes
            if isinstance(s, Text)
            for w in [canvas.measure.width(s.text, s.size)]
        )
        ends = [x + w for x, w in texts]
        assert ends[-1] <= row.right
        assert all(end <= x for end, (x, _) in zip(ends, texts[1:], strict=False))
