from __future__ import annotations

import pytest
from letter_measure import plain_canvas

from spacewheat_sim.sandbox.app import App
from spacewheat_sim.sandbox.effects import Photo, Screenshot
from spacewheat_sim.sandbox.entry import Entry
from spacewheat_sim.sandbox.finder import Finder
from spacewheat_sim.sandbox.inputs import Key, Moved, Pressed, Wheeled
from spacewheat_sim.sandbox.screens import Screens
from spacewheat_sim.sandbox.shapes import Text


@pytest.fixture
def app():
    screens = Screens(seed=7)
    return App(screens.catalog, screens.open, "forest_small")


def typed(app, text):
    app.handle(Key("k", ctrl=True))
    for letter in text:
        app.handle(Key("space" if letter == " " else letter))


def shown(app):
    canvas = plain_canvas()
    app.draw(canvas)
    return [s.text for s in canvas.shapes if isinstance(s, Text)]


def chosen(app, text):
    typed(app, text)
    app.handle(Key("return"))


def test_every_kind_of_thing_is_found_by_its_name(app):
    world = app.screen.session.world
    chosen(app, "the average")
    assert app.screen.session.bath.method == "master"
    chosen(app, "tick 1/240")
    assert app.screen.session.world.dt == 1 / 240
    chosen(app, "speed 8")
    assert app.screen.session.clock.speed == 8.0
    chosen(app, "wolf face")  # by the name in Unicode: its icon is called otherwise
    assert app.screen._selection.inspected == "🐺"
    assert "🐺" in app.screen.session.bath.emojis
    chosen(app, "picture")
    chosen(app, "photo")
    assert app.effects == [Screenshot(), Photo()]
    chosen(app, "sounds on")
    assert app.settings.sounds
    assert world is app.screen.session.world
    chosen(app, "ising lattice")
    assert app.screen.key == "ising_lattice"
    chosen(app, "pause")
    assert app.screen.session.clock.paused


def test_a_challenge_a_scene_and_a_biome_are_called_what_they_are(app):
    kinds = {entry.name: entry.kind for entry in app.entries()}
    assert kinds["First Harvest, level 1"] == "challenge"
    assert kinds["ForestSmall"] == "biome"
    assert kinds["IsingLattice"] == "lab scene"
    chosen(app, "challenge first harvest")
    assert app.screen.key == "first_harvest"


def test_each_key_of_the_help_page_that_a_command_has_does_the_same():
    """Whoever finds a command learns its key."""
    screens = Screens(seed=7)
    app = App(screens.catalog, screens.open, "forest_small")
    told = {key for key, _ in (*app.screen.keys,)} | {
        "Space", "Page Up", "Page Down", "F5", "Shift F5", "S", "P", "R", "F11", "F1",
        "Ctrl Q", "Ctrl +", "Ctrl −", "Ctrl 0", "−", "+", ".", "1", "2", "3", "A", "I",
        "F6", "F9", "M", "H", "X", "V", "N", "C", "B", "Tab", "End", "Ctrl Z",
        "Ctrl Shift Z",
    }  # fmt: skip
    assert {entry.key for entry in app.entries() if entry.key} <= told


def test_while_it_is_open_nothing_else_hears_an_input(app):
    tick = app.screen.session.world.tick_count
    typed(app, "m")
    for event in (Key("f5"), Key("space"), Wheeled(300, 300, 1.0), Moved(300, 300)):
        app.handle(event)
    assert app.screen.session.world.tick_count == tick
    assert "m" in "".join(shown(app))
    app.handle(Key("escape"))
    assert "nothing has this name" not in shown(app)
    typed(app, "qqqq")
    assert "nothing has this name" in shown(app)
    app.handle(Key("return"))
    app.handle(Pressed(5, 5))
    assert "nothing has this name" not in shown(app)


def test_a_row_is_chosen_by_arrows_wheel_and_mouse():
    done = []
    entries = [
        Entry("command", f"Do {n}", "", lambda n=n: done.append(n)) for n in range(40)
    ]
    finder = Finder(lambda: entries)
    finder.open()
    for event in (Key("down"), Key("down"), Key("up"), Wheeled(0, 0, -2.0)):
        finder.handle(event)
    finder.handle(Key("return"))
    assert done == [3]
    finder.open()
    canvas = plain_canvas()
    finder.draw(canvas)
    at = next(s for s in canvas.shapes if isinstance(s, Text) and s.text == "Do 7")
    finder.handle(Pressed(at.x, at.y))
    assert done == [3, 7]
    finder.open()
    for _ in range(39):
        finder.handle(Key("down"))
        finder.draw(plain_canvas())
    finder.handle(Key("return"))
    assert done == [3, 7, 39]


def test_the_row_under_the_pointer_is_the_chosen_one(app):
    app.handle(Key("k", ctrl=True))
    shown(app)
    canvas = plain_canvas()
    app.draw(canvas)
    third = next(
        s
        for s in canvas.shapes
        if isinstance(s, Text) and s.x > 300 and s.text == "Show the axes"
    )
    app.handle(Moved(third.x + 4.0, third.y))
    app.screen._pages.show("state")
    app.handle(Key("return"))
    assert app.screen._pages.tab == "axes"
