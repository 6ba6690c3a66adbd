from __future__ import annotations

import os

import pytest
from letter_measure import plain_canvas
from panel_checks import session_of, texts

from spacewheat_sim.engine.bath.events import Harvested
from spacewheat_sim.engine.world.commands import Harvest, Measure
from spacewheat_sim.sandbox.app import App
from spacewheat_sim.sandbox.biome.first_steps import PLANT, REGISTER_STEPS, FirstSteps
from spacewheat_sim.sandbox.inputs import Key, Pressed, Released
from spacewheat_sim.sandbox.screens import Screens
from spacewheat_sim.sandbox.settings import Settings
from spacewheat_sim.sandbox.shapes import Globe, Text


def test_what_was_set_is_there_the_next_time(tmp_path):
    path = tmp_path / "config" / "sandbox.json"
    settings = Settings(path)
    assert (settings.sounds, settings.steps) == (False, ())
    settings.set_sounds(True)
    settings.take_step("plant")
    settings.take_step("plant")

    again = Settings(path)
    assert (again.sounds, again.steps) == (True, ("plant",))
    again.forget_steps()
    assert Settings(path).steps == ()


@pytest.mark.parametrize(
    "content",
    [
        *("", "{", "[]", "null", '{"sounds": 1, "first_steps_done": []}'),
        *('{"sounds": true}', '{"sounds": true, "first_steps_done": [1]}', "[" * 9999),
    ],
)
def test_a_damaged_file_is_told_and_the_usual_settings_are_used(tmp_path, content):
    path = tmp_path / "sandbox.json"
    path.write_text(content)
    told = []
    settings = Settings(path, told.append)

    assert (settings.sounds, settings.steps) == (False, ())
    assert str(path) in told[0]
    settings.set_sounds(True)
    assert Settings(path, told.append).sounds
    assert len(told) == 1


def test_what_cannot_be_written_is_told_and_lasts_while_the_window_does(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    told = []
    settings = Settings(blocked / "sandbox.json", told.append)
    settings.set_sounds(True)
    assert settings.sounds
    assert "cannot be kept" in told[-1]


def test_what_two_windows_set_is_kept_of_both(tmp_path):
    path = tmp_path / "sandbox.json"
    one, other = Settings(path), Settings(path)
    one.take_step("plant")
    other.take_step("plant")
    one.set_sounds(True)
    other.take_step("measure")

    again = Settings(path)
    assert (again.sounds, again.steps) == (True, ("plant", "measure"))


def test_a_place_that_no_file_can_have_is_told_and_refuses_nothing(tmp_path):
    told = []
    settings = Settings(tmp_path / ("n" * 300) / "sandbox.json", told.append)
    assert "file name too long" in told[0]
    settings.set_sounds(True)
    assert settings.sounds


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="files have no owners here")
def test_a_file_that_others_can_write_is_not_read(tmp_path):
    path = tmp_path / "sandbox.json"
    Settings(path).set_sounds(True)
    path.chmod(0o666)
    told = []
    assert not Settings(path, told.append).sounds
    assert "another user can write to it" in told[0]


def test_the_first_steps_go_once_they_are_done():
    settings, session = Settings(), session_of("forest_small")
    steps = FirstSteps(settings)
    session.listeners.append(lambda event: steps.note(event.event))
    assert steps.next is PLANT
    assert steps.text.startswith("1 of 3: click one bubble, then another")
    (planted,) = session.plant(*session.bath.emojis[2:4])
    assert steps.text.startswith("2 of 3: press M")
    session.do(Measure(planted.plot))
    assert steps.text.startswith("3 of 3: press H")
    steps.note(Harvested(0.0, "🌳", "🌲", None, 0.0))
    assert steps.text.startswith("3 of 3: nothing was on this axis")
    session.plant(*session.bath.emojis[4:6])
    assert steps.text.startswith("3 of 3: press H")
    taken = False
    while not taken:
        session.step_once()
        (event,) = session.do(Harvest(planted.plot))
        taken = event.event.outcome is not None
    assert steps.next is None
    assert steps.text == ""
    settings.forget_steps()
    assert steps.next is PLANT


def test_a_register_has_first_steps_of_its_own():
    screens = Screens(seed=7)
    app = App(screens.catalog, screens.open, "bell_pair")
    screen, session = app.screen, app.screen.session
    said = []

    def look():
        canvas = plain_canvas()
        app.draw(canvas)
        said.append(next(t for t in texts(canvas) if " of 3: " in t))
        return canvas

    canvas = look()
    here = next(s for s in canvas.shapes if isinstance(s, Text) and s.text == "here")
    globe = next(s for s in canvas.shapes if isinstance(s, Globe))
    assert abs(here.x - globe.x) < 2 * globe.r
    app.handle(Pressed(globe.x, globe.y))
    app.handle(Released(globe.x, globe.y))
    canvas = look()
    assert "here" not in texts(canvas)
    gate = next(s for s in canvas.shapes if isinstance(s, Text) and s.text == "H")
    app.handle(Pressed(gate.x, gate.y))
    app.handle(Released(gate.x, gate.y))
    look()
    app.handle(Key("m"))
    assert [text.partition(": ")[2][:6] for text in said] == [
        "1 of 3",
        "2 of 3",
        "3 of 3",
    ]
    assert set(app.settings.steps) == {step.name for step in REGISTER_STEPS}
    assert screen._told() == session.biome.description


def test_a_challenge_tells_what_it_is_in_the_place_of_first_steps():
    screens = Screens(seed=7)
    app = App(screens.catalog, screens.open, "first_harvest")
    canvas = plain_canvas()
    app.draw(canvas)
    assert any(text.startswith("The dark moon turns full") for text in texts(canvas))
    assert not {"here", "there"} & set(texts(canvas))


def test_the_axes_that_a_biome_begins_with_are_no_step_of_the_player():
    screens = Screens(seed=7)
    app = App(screens.catalog, screens.open, "forest_small")
    assert app.settings.steps == ()
