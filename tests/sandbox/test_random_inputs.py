"""Random inputs over all screens: no crash, no text over text, a log that replays."""

from __future__ import annotations

import numpy as np
import pytest
from panel_checks import clashes

from spacewheat_sim.engine.session.log import SessionLog
from spacewheat_sim.engine.session.reading import read_session
from spacewheat_sim.engine.session.replay import replay_session
from spacewheat_sim.sandbox.app import App
from spacewheat_sim.sandbox.biome.challenge.best_runs import BestRuns
from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.display.fonts import Fonts
from spacewheat_sim.sandbox.inputs import Alt, Key, Moved, Pressed, Released, Wheeled
from spacewheat_sim.sandbox.lab.recorded import open_recorded
from spacewheat_sim.sandbox.screens import Screens
from spacewheat_sim.sandbox.shapes import Disc, Emoji, Text

SIZES = ((960, 600), (1280, 720), (1920, 1080), (2560, 1440))
KEYS = (
    *"mhxaikdrsp123.-+=[]zwolfvncbg",
    *("space", "return", "escape", "tab", "backspace", "delete", "left", "right"),
    *("up", "down", "home", "end", "f1", "f5", "f6", "f9", "f11", "i", "i", "tab"),
)
# Rare, since they leave the screen that is being tried.
LEAVING = (Key("page down"), Key("page up"), Key("k", ctrl=True))
FRAMES_A_CHECK = 10


class Monkey:
    """Someone who tries everything without knowing what it is.

    Half of the clicks are on something that is drawn: a text, an emoji, a knob.
    """

    def __init__(self, seed, folder, first=None, replayed=None, name="session.jsonl"):
        self.rng = np.random.default_rng(seed)
        self.log = SessionLog(folder / name, digest_every=20)
        runs = BestRuns(folder / "best_runs", str)
        self.screens = Screens(seed, self.log, replayed=replayed, best_runs=runs)
        keys = [key for key, _ in self.screens.catalog]
        first = str(first) if first else keys[seed % len(keys)]
        catalog, open_ = self.screens.catalog, self.screens.open
        self.app = App(catalog, open_, first, earned=runs.stars)
        self.size = SIZES[seed % len(SIZES)]
        self.fonts = Fonts(1.0)
        self.shapes = []
        self.draw()

    def draw(self):
        canvas = Canvas(*map(float, self.size), self.fonts)
        self.app.draw(canvas)
        self.app.effects.clear()
        self.shapes = canvas.shapes
        return canvas

    def place(self):
        if self.rng.random() < 0.5:
            things = [s for s in self.shapes if isinstance(s, Text | Emoji | Disc)]
            if things:
                thing = things[int(self.rng.integers(len(things)))]
                return float(thing.x), float(thing.y)
        x, y = self.rng.random(2) * self.size
        return float(x), float(y)

    def act(self):
        kind = self.rng.random()
        if kind < 0.02:
            self.app.handle(LEAVING[int(self.rng.integers(len(LEAVING)))])
        elif kind < 0.05:
            self.app.handle(Key("z", bool(self.rng.random() < 0.3), ctrl=True))
        elif kind < 0.08:
            self.app.handle(Alt(bool(self.rng.random() < 0.6)))
        elif kind < 0.35:
            name = KEYS[int(self.rng.integers(len(KEYS)))]
            shift, ctrl = self.rng.random(2) < 0.1
            self.app.handle(Key(name, bool(shift), bool(ctrl)))
        elif kind < 0.5:
            self.app.handle(Moved(*self.place()))
        elif kind < 0.6:
            turns = float(self.rng.integers(-3, 4))
            self.app.handle(Wheeled(*self.place(), turns))
        else:
            button = "right" if self.rng.random() < 0.15 else "left"
            start, end = self.place(), self.place()
            self.app.handle(Pressed(*start, button))
            if self.rng.random() < 0.3:
                self.app.handle(Moved(*end))
                start = end
            self.app.handle(Released(*start, button))
        self.app.advance(float(self.rng.choice((0.0, 1 / 60, 0.05))))
        # So that what is tried goes on at a pace that a test can follow.
        clock = getattr(self.app.screen, "session", None)
        if clock is not None:
            clock.clock.speed = min(clock.clock.speed, 4.0)

    def play(self, inputs):
        for number in range(inputs):
            self.act()
            canvas = self.draw()
            if number % FRAMES_A_CHECK == 0:
                for shapes in (canvas.shapes, canvas.passing):
                    assert clashes(shapes, self.fonts) == [], (
                        number,
                        self.app.screen.key,
                    )
        self.app.close()
        self.screens.close()


def tried(seed, folder, inputs, **opened):
    """Play, and return the log, which replays; None where nothing was played."""
    monkey = Monkey(seed, folder, **opened)
    monkey.play(inputs)
    if not monkey.log.path.exists():
        return None
    session = read_session(monkey.log.path, scenes=True)
    replayed = replay_session(session, open_scene=open_recorded)
    assert replayed.difference is None
    assert not replayed.cut_short
    return monkey.log.path


def tried_again(first, seed, folder, inputs):
    """Play what a name opens, then its replay, then go on with it."""
    log = tried(seed, folder, inputs, first=first)
    again = read_session(log)
    tried(seed, folder, inputs, first=log, replayed=again, name="replay.jsonl")
    tried(seed, folder, inputs, first=log, name="continued.jsonl")


@pytest.mark.parametrize("seed", range(4))
def test_random_inputs(seed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tried(seed, tmp_path, 150)


@pytest.mark.parametrize("first", ["forest_small", "first_harvest"])
def test_random_inputs_in_a_replay_and_in_a_continued_session(
    first, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    tried_again(first, 1, tmp_path, 60)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("first", ["forest_small", "past_the_dog", "hen_house"])
def test_many_random_inputs_in_replays_and_continued_sessions(
    first, seed, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    tried_again(first, seed, tmp_path, 150)


# Each of the screens of the menu is one at which some seed begins.
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 100 + 50))
def test_twenty_thousand_random_inputs_over_all_screens(seed, tmp_path, monkeypatch):
    assert len(Screens(0).catalog) <= 50
    monkeypatch.chdir(tmp_path)
    tried(seed, tmp_path, 400)
