"""What somebody sees who was told nothing: what can be done, and goals in full."""

from __future__ import annotations

import pytest
from letter_measure import plain_canvas
from panel_checks import drawn, plant_many, session_of, texts

from spacewheat_sim.engine.bath.events import Harvested
from spacewheat_sim.engine.world.commands import Measure
from spacewheat_sim.sandbox.app import App
from spacewheat_sim.sandbox.biome.axes.panel import AxesPanel
from spacewheat_sim.sandbox.biome.first_steps import FirstSteps
from spacewheat_sim.sandbox.biome.river.panel import RiverPanel
from spacewheat_sim.sandbox.biome.river.welcome import WELCOME
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Alt, Pressed
from spacewheat_sim.sandbox.screens import Screens
from spacewheat_sim.sandbox.settings import Settings
from spacewheat_sim.sandbox.shapes import Outline

SMALLEST = (960, 600)


def seen(name, size=SMALLEST):
    screens = Screens(seed=7)
    app = App(screens.catalog, screens.open, name)
    canvas = plain_canvas(*size)
    app.draw(canvas)
    return app, texts(canvas)


def test_a_challenge_shows_its_moves_and_no_control_that_it_refuses():
    _, told = seen("make_a_pair")
    refused = {"Method", "Measure", "trajectory", "projective", "SWAP", "Angle"}
    assert refused & set(told) == {"trajectory"}  # in the line at the bottom
    assert any(text.startswith("CNOT on") for text in told)
    _, told = seen("bell_pair")
    assert refused <= set(told)


def test_a_click_on_a_sphere_of_a_challenge_looks_at_it_and_chooses_no_gate():
    app, _ = seen("make_a_pair")
    view = app.screen._views.mine
    x, y, _ = view._layout.spheres[0]
    assert app.handle(Pressed(x, y))
    assert view.gates.axis is None
    assert app.screen._selection.inspected is not None


@pytest.mark.parametrize("name", ["make_a_pair", "count_the_lights", "keep_the_moon"])
def test_a_goal_is_told_in_full_in_the_smallest_window(name):
    _, told = seen(name)
    goals = ("information", "harvest 3", "population")
    found = [text for text in told if text.startswith(goals)]
    assert found
    assert not any("…" in goal for goal in found)


def test_an_axis_that_was_planted_comes_into_sight():
    session = session_of("forest")
    panel = AxesPanel(session)
    session.listeners.append(panel.note)
    plant_many(session, 30)
    drawn(panel, session, 366, 228)
    frames = [
        shape.rect
        for shape in drawn(panel, session, 366, 228).shapes
        if isinstance(shape, Outline) and shape.width == 2.0
    ]
    assert len(frames) == 1
    assert 0.0 <= frames[0].y < frames[0].bottom <= 228.0


def test_an_empty_river_says_what_it_is_for_until_it_is_used():
    session = session_of("forest_small")
    river = RiverPanel(session)
    assert WELCOME[0] in texts(drawn(river, session, 900, 120))
    for _ in range(60):
        session.step_once()
    session.past.go_to_time(0.5)
    session.plant("☀", "🦌")
    assert not set(WELCOME) & set(texts(drawn(river, session, 900, 120)))


def test_no_history_of_a_fan_leaves_the_river():
    session = session_of("forest_small")
    river, canvas = RiverPanel(session), plain_canvas(900, 120)
    river.handle(Alt(True))
    canvas.would = lambda: [Measure(1)]
    for _ in range(2):
        river.draw(canvas, Rect(0, 0, 900, 120), session.reading())
    assert 0.9 < river._fan.largest <= river._chart.top


def test_a_harvest_that_took_nothing_tells_what_to_do():
    settings = Settings()
    for step in ("plant", "measure"):
        settings.take_step(step)
    steps = FirstSteps(settings)
    steps.note(Harvested(0.0, "🌳", "🌲", None, 0.0))
    assert "nothing was on this axis" in steps.text
