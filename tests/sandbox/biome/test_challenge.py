"""A challenge in the window: its line, its buttons, and the history of an episode."""

from __future__ import annotations

import math

import pytest
from letter_measure import plain_canvas
from panel_checks import click, session_of, texts

from spacewheat_sim.engine.challenges.compiled import load_challenge
from spacewheat_sim.engine.challenges.episode import Episode, commands_of
from spacewheat_sim.engine.challenges.scoring import prove
from spacewheat_sim.engine.session.log import SessionLog
from spacewheat_sim.engine.world.commands import Harvest
from spacewheat_sim.engine.world.saves import save_world
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.app import App
from spacewheat_sim.sandbox.biome.challenge.allowed import measurement, refusal
from spacewheat_sim.sandbox.biome.challenge.best_runs import BestRuns
from spacewheat_sim.sandbox.biome.challenge.contest import Contest
from spacewheat_sim.sandbox.biome.challenge.moves import Moves
from spacewheat_sim.sandbox.biome.challenge.panel import ChallengePanel
from spacewheat_sim.sandbox.biome.outlook.desk import Desk
from spacewheat_sim.sandbox.biome.session.session import PAST_OF_CHALLENGE, BiomeSession
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Alt, Key, Moved, Pressed, Released
from spacewheat_sim.sandbox.screens import Screens
from spacewheat_sim.sandbox.shapes import Disc, Emoji, Text


def playing(name, seed=3, log=None):
    """Return a session in which an attempt has begun."""
    compiled = load_challenge(name)
    session = BiomeSession(
        compiled.biome.biome,
        compiled.biome.registry,
        world=compiled.world(seed),
        anew=compiled.world,
        log=log,
    )
    session.clock.paused = False
    return session


def panel_of(session, runs=None):
    contest = Contest(session, runs or BestRuns(), Desk())
    return ChallengePanel(session, contest, Moves(session))


def drawn(panel, width=760):
    canvas = plain_canvas(width, 400)
    height = panel.height(canvas, width)
    panel.draw(canvas, Rect(0, 0, width, height))
    return canvas


def press(panel, label):
    (shape,) = [
        shape
        for shape in drawn(panel).shapes
        if isinstance(shape, Text) and shape.align == "center"
        if shape.text.startswith(label)
    ]
    return click(panel, shape.x, shape.y)


def test_without_a_challenge_there_is_nothing():
    panel = panel_of(session_of())
    assert not panel.is_shown
    assert not panel.handle(object())


def test_the_line_tells_goal_score_and_what_is_left():
    session = playing("steady_sun")
    said = texts(drawn(panel_of(session)))
    assert said[0] == "score 0.00, next star at 2.57, 24.0 s left, budget 3.00"
    assert said[1] == "harvest 5 🌾"


def test_a_button_does_its_move_at_its_cost():
    session = playing("first_harvest")
    panel = panel_of(session)
    session.advance(2.0)
    assert press(panel, "harvest")
    attempt = session.world.attempt
    assert attempt.standing.spent == 0.1
    before = session.world.digest()
    assert press(panel, "harvest")  # one act a step: the button is off
    assert session.world.digest() == before


def test_the_end_shows_stars_and_score_and_a_restart_begins_anew():
    session = playing("make_a_pair")
    panel = panel_of(session)
    press(panel, "H on 🔮/💤")
    session.advance(1.0)
    press(panel, "CNOT on")
    session.advance(3.0)  # one frame is worth 4 s at most
    session.advance(3.0)
    line = texts(drawn(panel))[0]
    assert line == "The end: 3 stars, score 1.09, goal reached"
    session.restart()
    assert session.world.tick_count == 0
    assert session.world.attempt.standing.spent == 0.0
    said = texts(drawn(panel))[0]
    assert said.startswith("score 0.00 as it is now, stars at 0.362, ")


@pytest.mark.parametrize("name", ["wolf_and_rabbits", "three_friends", "turned_sign"])
@pytest.mark.parametrize("width", [300, 760, 1200])
def test_all_moves_have_buttons_inside_the_area(name, width):
    panel = panel_of(playing(name))
    height = panel.height(plain_canvas(width, 400), width)
    shapes = [s for s in drawn(panel, width).shapes if isinstance(s, Text)]
    moves = len(load_challenge(name).challenge.moves) - 1
    assert len([s for s in shapes if s.align == "center"]) == moves
    assert all(0 <= s.x <= width and 0 <= s.y <= height for s in shapes)


def test_the_window_gives_the_history_of_an_episode_and_a_log_that_proves_it(tmp_path):
    path = tmp_path / "window.jsonl"
    with SessionLog(path) as log:
        session = playing("berry_season", seed=7, log=log)
        panel = panel_of(session)
        episode = Episode(load_challenge("berry_season"), seed=7)
        while not episode.is_over:
            is_time = episode.steps_done % 9 == 8
            if is_time:
                press(panel, "harvest")
            episode.step(int(is_time))
            session.advance(session.world.dt)
            assert session.world.digest() == episode.world.digest()
        log.end(session.world)
    assert prove(path).score == episode.score


def test_pictures_do_not_wait_until_a_goal_was_read():
    screens = Screens(seed=1)
    app = App(screens.catalog, screens.open, "first_harvest")
    world = app.screen.session.world
    app.advance(10 * world.dt)
    assert world.tick_count == 0
    for count in (1, 2, 3):
        app.step_frame()
        assert world.tick_count == count


def test_a_saved_attempt_goes_on_and_begins_anew_as_a_challenge(tmp_path):
    screens = Screens(seed=1)
    app = App(screens.catalog, screens.open, "first_harvest")
    app.screen.session.ticks.go_on_to(4)
    path = tmp_path / "moon.world"
    save_world(app.screen.session.world, path)
    session = App(screens.catalog, screens.open, str(path)).screen.session
    assert session.world.tick_count == 4
    assert session.world.attempt is not None
    session.restart()
    assert session.world.tick_count == 0
    assert session.world.attempt is not None


def test_time_stands_still_at_the_end():
    session = playing("first_harvest")
    steps = session.world.attempt.challenge.steps
    for _ in range(10):
        session.advance(4.0)
    assert session.world.tick_count == steps
    assert session.clock.paused
    session.restart()
    session.advance(4.0)
    assert 0 < session.world.tick_count < steps


def test_a_challenge_waits_until_its_goal_is_read():
    screens = Screens(seed=1)
    app = App(screens.catalog, screens.open, "first_harvest")
    app.advance(5.0)
    assert app.screen.session.world.tick_count == 0
    canvas = plain_canvas(960, 600)
    app.draw(canvas)
    told = texts(canvas)
    assert {"Goal", "harvest 8 🌕", "harvest 🌕/🌑: costs 0.1"} <= set(told)
    app.handle(Key("space"))
    app.screen.session.advance(5.0)
    assert app.screen.session.world.tick_count > 0


def test_what_is_looked_at_in_the_end_is_in_the_score_as_it_is_now():
    session = playing("make_a_pair")
    attempt = session.world.attempt
    panel = panel_of(session)
    for label, score in (("H on 🔮", -0.1), ("CNOT on", 2 * math.log(2) - 0.3)):
        assert press(panel, label)
        found = attempt.prospect(session.world.inventory, session.bath)
        assert found == pytest.approx(score, abs=1e-9)
        assert attempt.score(session.world.inventory) < 0.0
        session.step_once()
    session.ticks.go_on_to(attempt.challenge.steps)
    end = attempt.score(session.world.inventory)
    assert attempt.prospect(session.world.inventory, session.bath) == end


def test_an_axis_has_no_button_for_what_the_challenge_refuses():
    screens = Screens(seed=1)
    app = App(screens.catalog, screens.open, "first_harvest")
    session = app.screen.session
    (plot,) = session.world.plots
    assert refusal(session, Harvest(plot)) == ""
    assert "only harvest" in refusal(session, measurement(session, plot))
    app.handle(Key("a"))
    canvas = plain_canvas(1280, 720)
    app.draw(canvas)
    colors = {s.text: s.color for s in canvas.shapes if isinstance(s, Text)}
    assert colors["measure"] == palette.DIM
    assert colors["harvest"] == palette.TEXT
    session.ticks.go_on_to(session.world.attempt.challenge.steps)
    assert refusal(session, Harvest(plot)) == "The challenge is over"
    session.past.go_to_time(1.0)
    assert refusal(session, Harvest(plot)) == PAST_OF_CHALLENGE


def test_m_measures_as_the_challenge_has_it():
    screens = Screens(seed=1)
    app = App(screens.catalog, screens.open, "keep_the_moon")
    app.screen.session.measuring.kind = "game"
    app.handle(Key("m"))
    assert app.screen.session.world.attempt.standing.acts == 1


def test_the_numbers_of_an_icon_stand_still_in_a_challenge():
    screens = Screens(seed=1)
    app = App(screens.catalog, screens.open, "wolf_and_rabbits")
    app.screen._pages.inspect("🐺")
    before = app.screen.session.world.digest()
    canvas = plain_canvas(1280, 720)
    app.draw(canvas)
    knobs = [s for s in canvas.shapes if isinstance(s, Disc) and s.color == palette.DIM]
    assert len(knobs) > 3
    for knob in knobs:
        app.handle(Pressed(knob.x, knob.y))
        app.handle(Released(knob.x, knob.y))
    assert app.screen.session.world.digest() == before
    assert "Couple" not in texts(canvas)


def test_where_no_act_needs_an_axis_a_click_on_a_bubble_only_looks_at_it():
    screens = Screens(seed=1)
    app = App(screens.catalog, screens.open, "wolf_and_rabbits")
    canvas = plain_canvas(1280, 720)
    app.draw(canvas)
    wolf = next(s for s in canvas.shapes if isinstance(s, Emoji) and s.emoji == "🐺")
    app.handle(Pressed(wolf.x, wolf.y))
    app.handle(Released(wolf.x, wolf.y))
    canvas = plain_canvas(1280, 720)
    app.draw(canvas)
    assert app.screen._selection.inspected == "🐺"
    assert not any("is north" in text for text in texts(canvas))


# --- a right click --------------------------------------------------------------------


def clicked_right(app, emoji):
    """Click an emoji with the right button; return what is drawn then."""
    canvas = plain_canvas(1280, 720)
    app.draw(canvas)
    at = next(s for s in canvas.shapes if isinstance(s, Emoji) and s.emoji == emoji)
    assert app.handle(Pressed(at.x, at.y, "right"))
    canvas = plain_canvas(1280, 720)
    app.draw(canvas)
    return canvas


def row(canvas, label):
    """Return the last text of a frame that begins with a label, as lists are on top."""
    return [s for s in canvas.shapes if isinstance(s, Text) and s.text == label][-1]


def test_a_right_click_offers_the_moves_on_an_emoji_at_their_costs():
    screens = Screens(seed=1)
    app = App(screens.catalog, screens.open, "keep_the_moon")
    session = app.screen.session
    canvas = clicked_right(app, "🌕")
    assert texts(canvas)[-2:] == ["measure 🌕/🌑  −0.001", "weak 🌕/🌑  −0.0003"]
    at = row(canvas, "weak 🌕/🌑  −0.0003")
    app.handle(Pressed(at.x + 2.0, at.y))
    assert session.world.attempt.standing.spent == 0.0003
    canvas = plain_canvas(1280, 720)
    app.draw(canvas)
    assert texts(canvas)[-1] != "weak 🌕/🌑  −0.0003"  # it closed

    canvas = clicked_right(app, "🌕")
    at = row(canvas, "measure 🌕/🌑  −0.001")
    assert at.color == palette.DIM
    app.handle(Pressed(at.x + 2.0, at.y))
    assert "One act a step" in app.pending_notice
    assert session.world.attempt.standing.acts == 1


def test_escape_and_a_press_elsewhere_close_the_moves_and_do_none():
    screens = Screens(seed=1)
    app = App(screens.catalog, screens.open, "keep_the_moon")
    before = app.screen.session.world.digest()
    for event in (Key("escape"), Pressed(5.0, 715.0), Key("space")):
        clicked_right(app, "🌕")
        assert app.screen._acts.is_open
        app.handle(event)
        assert not app.screen._acts.is_open
    assert app.screen.session.world.digest() == before
    assert not app.screen.session.clock.paused  # a key does what it does


def test_where_no_move_is_on_an_emoji_a_right_click_says_where_they_are():
    screens = Screens(seed=1)
    app = App(screens.catalog, screens.open, "wolf_and_rabbits")
    clicked_right(app, "🌳")
    assert "No move of this challenge is on 🌳" in app.pending_notice
    assert "the buttons under the goal" in app.pending_notice
    wolf = clicked_right(app, "🐺")
    assert texts(wolf)[-1] == "🐺 from 🐇 = 0.6  −0.2"
    assert app.screen.session.world.attempt.standing.acts == 0


def test_a_right_click_on_a_sphere_offers_gates_on_its_axis():
    screens = Screens(seed=1)
    app = App(screens.catalog, screens.open, "make_a_pair")
    shown = texts(clicked_right(app, "🪨"))
    assert shown[-3:] == [
        "H on 💎/🪨  −0.1",
        "CNOT on 🔮/💤, 💎/🪨  −0.2",
        "CZ on 🔮/💤, 💎/🪨  −0.2",
    ]


# --- an attempt that is continued -----------------------------------------------------


def test_an_attempt_that_is_continued_or_loaded_waits_as_a_new_one_does(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    with SessionLog("a.jsonl") as log:
        screens = Screens(1, log)
        app = App(screens.catalog, screens.open, "first_harvest")
        app.handle(Key("space"))
        app.advance(2.0)
        app.handle(Key("f6"))
        app.advance(2.0)
        at = app.screen.session.world.tick_count
        app.handle(Key("f9"))
        assert "Space goes on" in app.pending_notice
        assert 0 < app.screen.session.world.tick_count < at
        app.advance(2.0)
        assert app.screen.session.world.tick_count < at
        app.handle(Key("space"))
        app.screen.note_left()
        screens.close()
    for file in ("a.jsonl", "runs/saves/first_harvest.world"):
        screens = Screens()
        app = App(screens.catalog, screens.open, file)
        assert "Space goes on with the attempt" in app.pending_notice
        assert app.screen.title == "First Harvest"
        session, before = app.screen.session, app.screen.session.world.tick_count
        app.advance(2.0)
        assert session.world.tick_count == before > 0
        app.handle(Key("space"))
        app.advance(2.0)
        assert session.world.tick_count > before
    session.ticks.go_on_to(session.world.attempt.challenge.steps)
    canvas = plain_canvas(1280, 720)
    app.draw(canvas)
    assert any("From a save, so not kept" in text for text in texts(canvas))


# --- a hidden number ------------------------------------------------------------------


def test_the_window_does_not_tell_a_hidden_number_until_it_is_guessed():
    """Two attempts that differ in the number alone are shown by the same shapes."""
    apps = {}
    for seed in range(1, 6):
        screens = Screens(seed)
        app = App(screens.catalog, screens.open, "count_the_lights")
        apps[app.screen.session.world.attempt.hidden] = app
    assert set(apps) == {0.1, 0.4, 1.6}
    shown = {}
    for hidden, app in apps.items():
        canvas = plain_canvas(1280, 720)
        app.draw(canvas)
        sky = next(s for s in canvas.shapes if isinstance(s, Emoji) and s.emoji == "🌌")
        told = []
        for key in ("i", "v", "n", "c", "g", "a"):
            app.handle(Key(key))
            for at in ((sky.x, sky.y), (sky.x, sky.y + 60.0), (300.0, 300.0)):
                app.handle(Moved(*at))
                app.handle(Alt(held=True))
                app.advance(0.1)
                app.screen._desk.finish()
                canvas = plain_canvas(1280, 720)
                app.draw(canvas)
                told.append([s for s in canvas.shapes if not is_seed(s)])
                app.handle(Alt(held=False))
        assert any("hidden" in text for text in texts(canvas))
        shown[hidden] = told
    assert shown[0.1] == shown[0.4] == shown[1.6]

    app = apps[1.6]
    session = app.screen.session
    guess = next(m for m in session.world.attempt.challenge.moves if m.value == 0.1)
    app.screen._pages._save()
    assert "would tell the hidden number" in app.pending_notice
    session.do(*commands_of(guess, session.world))
    app.screen._pages.inspect("🌌")
    canvas = plain_canvas(1280, 720)
    app.draw(canvas)
    assert "1.6" in texts(canvas)


def is_seed(shape):
    """Whether a shape is the number of the seed, in which the attempts differ, too."""
    return isinstance(shape, Text) and shape.text in {"1", "2", "3", "4", "5"}


def test_an_attempt_at_a_challenge_that_is_not_here_goes_on_when_it_cannot_begin_anew(
    tmp_path, monkeypatch
):
    """An own file, of which a save knows no place, and one that was changed since."""
    monkeypatch.chdir(tmp_path)
    shown = load_challenge("first_harvest").challenge.source.read_text()
    for key in ("moons", "first_harvest"):
        (tmp_path / f"{key}.yaml").write_text(shown.replace("cost: 0.1", "cost: 0.2"))
        screens = Screens(1)
        app = App(screens.catalog, screens.open, f"./{key}.yaml")
        app.handle(Key("h"))
        app.handle(Key("f6"))
        screens = Screens()
        app = App(screens.catalog, screens.open, f"runs/saves/{key}.world")
        app.handle(Key("f5"))
        assert "open its file to begin it anew" in app.pending_notice
        assert app.screen.session.world.attempt.standing.spent == 0.2


# --- keys -----------------------------------------------------------------------------


def test_h_harvests_again_though_the_harvest_took_the_axis():
    screens = Screens(seed=1)
    app = App(screens.catalog, screens.open, "first_harvest")
    attempt = app.screen.session.world.attempt
    for number in (1, 2, 3):
        app.handle(Key("h"))
        assert attempt.standing.acts == number
        app.handle(Key("."))


def test_digits_make_the_moves_in_their_order():
    screens = Screens(seed=1)
    app = App(screens.catalog, screens.open, "make_a_pair")
    session = app.screen.session
    for digit in ("1", "5"):
        app.handle(Key(digit))
        app.handle(Key("."))
    session.ticks.go_on_to(6)
    assert session.world.attempt.stars(session.world.inventory) == 3
    app.handle(Key("1"))
    assert "over" in app.pending_notice
    named = {entry.name: entry.key for entry in app.entries() if entry.kind == "move"}
    assert named["CNOT on 🔮/💤, 💎/🪨"] == "5"


def test_the_river_shows_a_whole_attempt_at_any_speed():
    screens = Screens(seed=1)
    app = App(screens.catalog, screens.open, "first_harvest")
    shown = []
    for speed in (1.0, 64.0):
        app.screen.session.clock.speed = speed
        canvas = plain_canvas(1280, 720)
        app.draw(canvas)
        shown.append([t for t in texts(canvas) if t.endswith("5 s")])
    assert shown[0] == shown[1]
    assert "15 s" in shown[0]


# --- small windows --------------------------------------------------------------------


@pytest.mark.parametrize("name", ["wolf_and_rabbits", "make_a_pair"])
def test_where_many_moves_leave_little_room_the_oval_has_it_without_bars(name):
    screens = Screens(seed=1)
    app = App(screens.catalog, screens.open, name)
    heights = {}
    for size in ((960, 600), (1280, 720)):
        canvas = plain_canvas(*size)
        app.draw(canvas)
        heights[size] = app.screen._views.alone_size[1]
        assert ("Populations now" in texts(canvas)) == (size == (1280, 720))
    assert min(heights.values()) >= 170.0


def test_a_photo_is_not_flat_however_flat_the_oval_is():
    screens = Screens(seed=1)
    app = App(screens.catalog, screens.open, "wolf_and_rabbits")
    app.draw(plain_canvas(1280, 720))
    width, height = app.alone_size
    assert height == width / 2
