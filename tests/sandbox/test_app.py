from __future__ import annotations

import pytest
from letter_measure import plain_canvas

from spacewheat_sim.content.scenario import Scenario
from spacewheat_sim.errors import UnknownNameError
from spacewheat_sim.sandbox.app import NOTICE_SECONDS, App
from spacewheat_sim.sandbox.effects import (
    Quit,
    Screenshot,
    ToggleFullscreen,
    ToggleRecording,
    Zoom,
)
from spacewheat_sim.sandbox.inputs import Key, Moved, Pressed, Released, Wheeled
from spacewheat_sim.sandbox.keys import BIOME, EVERYWHERE, LAB
from spacewheat_sim.sandbox.lab.recorded import RecordedScene
from spacewheat_sim.sandbox.lab.scenes import show_scene
from spacewheat_sim.sandbox.lab.session import SceneSession
from spacewheat_sim.sandbox.shapes import Text

CATALOG = (("chain", "Chain"), ("qubit", "Qubit"), ("chain-2", "Longer chain"))


def open_named(key, app):
    parameters = {"chain": {"L": 4}, "qubit": {"n_env": 2}, "chain-2": {"L": 8}}
    if key not in parameters:
        raise UnknownNameError("biome", key, parameters)
    experiment = "decoherence_spin_bath" if key == "qubit" else "tfim_entanglement"
    scenario = Scenario(
        schema=1, name=key, experiment=experiment, parameters=parameters[key]
    )
    return show_scene(key, SceneSession(RecordedScene(scenario, 0), app.notice))


@pytest.fixture
def app():
    return App(CATALOG, open_named, "chain")


def frame(app, width=1280, height=720):
    canvas = plain_canvas(width, height)
    app.draw(canvas)
    return canvas


def click(app, label):
    at = next(
        s for s in frame(app).shapes if isinstance(s, Text) and s.text.startswith(label)
    )
    app.handle(Pressed(at.x, at.y))
    app.handle(Released(at.x, at.y))


def shown(app, *size):
    canvas = frame(app, *size)
    seen = (*canvas.shapes, *canvas.passing)
    return [s.text for s in seen if isinstance(s, Text)]


def test_the_catalog_is_gone_through_in_a_circle(app):
    seen = []
    for _ in range(4):
        app.handle(Key("page down"))
        seen.append(app.screen.key)
    app.handle(Key("page up"))

    assert seen == ["qubit", "chain-2", "chain", "qubit"]
    assert app.screen.key == "chain"


def test_a_screen_that_the_catalog_lacks_leads_into_it():
    scenes = {"own.yaml": "chain"}
    app = App(
        CATALOG,
        lambda key, app: open_named(scenes.get(key, key), app),
        "own.yaml",
    )
    app.screen.key = "own.yaml"

    app.open_next(1)
    assert app.screen.key == "chain"


def test_the_menu_opens_what_is_chosen_in_it(app):
    click(app, "chain")
    click(app, "Longer chain")

    assert app.screen.key == "chain-2"


def test_what_cannot_be_opened_is_told_and_the_screen_stays(app):
    app.open("qubits")

    assert app.screen.key == "chain"
    assert any("qubits" in text for text in shown(app))


def test_a_notice_goes_away(app):
    app.notice("saved")
    assert "saved" in shown(app)

    app.advance(NOTICE_SECONDS + 0.1)
    assert "saved" not in shown(app)


@pytest.mark.parametrize(
    ("key", "effect"),
    [
        (Key("s"), Screenshot()),
        (Key("r"), ToggleRecording()),
        (Key("f11"), ToggleFullscreen()),
        (Key("+", ctrl=True), Zoom(1)),
        (Key("=", ctrl=True), Zoom(1)),
        (Key("-", ctrl=True), Zoom(-1)),
        (Key("0", ctrl=True), Zoom(0)),
        (Key("q", ctrl=True), Quit()),
    ],
)
def test_keys_ask_the_window_for_what_it_alone_can_do(app, key, effect):
    assert app.handle(key)
    assert app.effects == [effect]


def test_the_help_page_lists_every_key_and_any_key_closes_it(app):
    app.handle(Key("f1"))
    app.screen.keys = BIOME + LAB
    texts = shown(app, 960, 600)
    for keys in (EVERYWHERE, BIOME, LAB):
        for key, meaning in keys:
            assert key in texts
            assert meaning in texts

    app.handle(Key("space"))
    assert "Keys and mouse" not in shown(app)
    assert app.screen.session.clock.paused  # the chain begins paused, and still is


def test_buttons_do_what_their_keys_do(app):
    click(app, "Picture")
    click(app, "GIF")
    assert app.effects == [Screenshot(), ToggleRecording()]
    click(app, "›")
    assert app.screen.key == "qubit"
    click(app, "‹")
    assert app.screen.key == "chain"
    click(app, "Help")
    assert "Keys and mouse" in shown(app)


def test_the_hint_of_what_is_under_the_pointer_lies_inside_the_frame(app):
    at = next(s for s in frame(app).shapes if isinstance(s, Text) and s.text == "Help")
    app.handle(Moved(at.x, at.y))
    canvas = frame(app)

    hint = canvas.passing[-1]
    assert hint.text.startswith("list all keys")
    assert hint.x + canvas.measure.width(hint.text, hint.size) <= canvas.area.right


@pytest.mark.parametrize("cover", ["help", "menu", "left"])
def test_no_hint_of_what_is_covered_or_left(app, cover):
    at = next(s for s in frame(app).shapes if isinstance(s, Text) and s.text == "‹")
    app.handle(Moved(at.x, at.y))
    assert frame(app).hint is not None
    if cover == "help":
        app.handle(Key("f1"))
    elif cover == "menu":
        click(app, "chain")
        app.handle(Moved(at.x, at.y))
    else:
        app.handle(Moved(-1.0, -1.0))

    assert frame(app).hint is None


@pytest.mark.parametrize("cover", ["help", "menu"])
def test_the_wheel_turns_no_slider_under_what_covers_it(app, cover):
    field = app.screen.scene.model.chain.g
    at = next(s for s in frame(app).shapes if isinstance(s, Text) and "Field" in s.text)
    turn = Wheeled(at.x + 60, at.y, 1.0)
    app.handle(turn)
    turned = app.screen.scene.model.chain.g
    assert turned != field
    if cover == "help":
        app.handle(Key("f1"))
    else:
        click(app, "chain")
    frame(app)

    app.handle(turn)
    app.handle(Moved(at.x + 90, at.y))
    assert app.screen.scene.model.chain.g == turned


def test_a_key_without_a_meaning_says_so(app):
    assert not app.handle(Key("z", ctrl=True))
    assert "Ctrl Z does nothing here; F1 lists the keys" in shown(app)


def test_a_screen_is_shown_again_as_it_was_left(app):
    first = app.screen
    app.open_next(1)
    assert app.screen is not first
    app.open_next(-1)
    assert app.screen is first


def test_what_the_catalog_lacks_is_listed_and_can_be_returned_to():
    scenes = {"own.yaml": "chain"}
    app = App(CATALOG, lambda key, app: open_named(scenes.get(key, key), app), "qubit")
    app.open("own.yaml")
    own = app.screen
    assert app.catalog == (*CATALOG, ("own.yaml", "chain"))
    app.open("qubit")
    app.open_next(-1)
    app.open_next(-1)

    assert app.screen is own


def test_a_long_title_gives_way_to_the_controls():
    app = App(CATALOG, open_named, "chain")
    app.screen.title = "A very long name " * 20
    canvas = frame(app, 960, 600)

    titles = [s for s in canvas.shapes if isinstance(s, Text) and "very long" in s.text]
    assert titles[0].text.endswith("…")
    assert "Restart" in [s.text for s in canvas.shapes if isinstance(s, Text)]


def test_a_picture_is_made_tick_by_tick(app):
    before = app.screen.scene.model.chain.g
    app.step_frame()
    assert app.screen.scene.model.chain.g != before
