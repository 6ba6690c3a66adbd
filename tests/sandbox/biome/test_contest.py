"""The best run of a challenge: kept, proved, and shown beside the present one."""

from __future__ import annotations

import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from letter_measure import plain_canvas
from panel_checks import drawn, texts

from spacewheat_sim.engine.challenges.compiled import load_challenge
from spacewheat_sim.engine.challenges.course import course_of, write_attempt
from spacewheat_sim.engine.challenges.episode import Episode, commands_of
from spacewheat_sim.engine.challenges.optimum import known_optimum
from spacewheat_sim.engine.challenges.scoring import prove
from spacewheat_sim.engine.session.recorded import GivenCommands
from spacewheat_sim.engine.world.commands import Measure
from spacewheat_sim.sandbox.app import App
from spacewheat_sim.sandbox.biome.challenge.best_runs import BestRuns
from spacewheat_sim.sandbox.biome.challenge.targets import APART, COLOR, is_target
from spacewheat_sim.sandbox.biome.oval.view import OvalPanel
from spacewheat_sim.sandbox.biome.qubits.view import QubitsPanel
from spacewheat_sim.sandbox.biome.selection import Selection
from spacewheat_sim.sandbox.inputs import Moved, Pressed, Released
from spacewheat_sim.sandbox.screens import Screens
from spacewheat_sim.sandbox.shapes import Disc, Emoji, Globe, Ring, Text

PART = re.compile(r"[+−]\d+\.\d\d: ")


def is_text(shape, text, align):
    return isinstance(shape, Text) and (shape.text, shape.align) == (text, align)


class Sitting:
    """Someone who plays challenges, without a window."""

    def __init__(self, folder, name="first_harvest", seed=3):
        self.told = []
        self.runs = BestRuns(folder, self.told.append)
        self.screens = Screens(seed, best_runs=self.runs)
        catalog, open_ = self.screens.catalog, self.screens.open
        self.app = App(catalog, open_, name, earned=self.runs.stars)

    @property
    def session(self):
        return self.app.screen.session

    @property
    def contest(self):
        return self.app.screen._contest

    def play(self, every=4):
        """Play an attempt to its end, with a harvest each ``every`` steps."""
        session = self.session
        challenge = session.world.attempt.challenge
        while session.world.tick_count < challenge.steps:
            if session.world.tick_count % every == every - 1:
                session.do(*commands_of(challenge.moves[1], session.world))
            session.ticks.go_on_to(session.world.tick_count + 1)
        self.app.advance(0.0)
        return session.world.attempt.score(session.world.inventory)

    def shapes(self):
        canvas = plain_canvas(1280, 720)
        self.app.draw(canvas)
        return canvas


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "best_runs"


def only(folder):
    (path,) = folder.glob("*.jsonl")
    return path


def test_the_best_finished_run_is_kept_as_a_log_that_proves_it(folder):
    sitting = Sitting(folder)
    score = sitting.play(every=4)
    proven = prove(only(folder))
    assert (proven.score, proven.is_over, proven.seed) == (score, True, 3)
    assert sitting.contest.is_new_best

    sitting.session.restart()
    worse = sitting.play(every=30)
    assert worse < score
    assert prove(only(folder)).score == score
    assert not sitting.contest.is_new_best
    sitting.session.restart()
    better = sitting.play(every=3)
    if better > score:
        assert prove(only(folder)).score == better


def test_stars_in_the_list_are_proved_by_replay_and_not_read(folder):
    sitting = Sitting(folder)
    score = sitting.play()
    challenge = load_challenge("first_harvest").challenge
    stars = challenge.stars_of(score, is_reached=True)
    shown = "★" * stars + "☆" * (3 - stars)
    assert stars > 0
    again = Sitting(folder, "forest_small")
    title = "challenge: First Harvest, level 1"
    assert dict(again.app.catalog)["first_harvest"] == title
    again.runs.prove_all(["first_harvest", "hen_house"])
    assert dict(again.app.catalog)["first_harvest"] == f"{title}  {shown}"
    assert dict(again.app.catalog)["hen_house"] == "challenge: Hen House, level 2"

    path = only(folder)
    records = [json.loads(line) for line in path.read_text().splitlines()]
    given = [r for r in records if "commands" in r]
    given[-1]["tick"] -= 1
    path.write_text("".join(json.dumps(r) + "\n" for r in records))
    cheat = Sitting(folder, "forest_small")
    cheat.runs.prove_all(["first_harvest"])
    assert dict(cheat.app.catalog)["first_harvest"] == title
    assert "The best run of First Harvest is none" in cheat.told[0]


def test_a_folder_that_cannot_be_written_is_said_and_playing_goes_on(tmp_path):
    (tmp_path / "file").write_text("in the way")
    sitting = Sitting(tmp_path / "file" / "runs")
    sitting.play()
    assert "cannot be kept" in sitting.told[0]
    assert not sitting.contest.is_new_best


def test_what_a_killed_sandbox_has_left_of_a_run_is_removed_and_said(folder):
    first = Sitting(folder)
    first.play()
    (best,) = folder.iterdir()
    ours, others = (best.with_name(f".{pid}-{best.name}") for pid in (99, 7))
    for left in (ours, others):
        left.write_text("half")
    os.utime(ours, (0, 0))
    again = Sitting(folder)
    again.play()
    assert any(f"Removed {ours}" in line for line in again.told)
    assert set(folder.iterdir()) == {best, others}  # that one may be written now


def test_a_run_that_began_elsewhere_is_not_kept(folder):
    compiled = load_challenge("first_harvest")
    world = compiled.world(3)
    while world.tick_count < compiled.challenge.steps:
        world.tick()
    world.obey([])
    other = compiled.world(4)
    while other.tick_count < compiled.challenge.steps:
        other.tick()
    runs = BestRuns(folder)
    assert runs.keep(compiled, world, [])
    episode = Episode(compiled, seed=3)
    episode.step(1)
    assert not runs.keep(compiled, episode.world, [])


def finished(compiled, harvests):
    """Return the world at the end of a run, and what was commanded in it."""
    world, given = compiled.world(3), []
    for tick in range(compiled.challenge.steps):
        if tick in harvests:
            commands = tuple(commands_of(compiled.challenge.moves[1], world))
            given.append(GivenCommands(tick, commands))
            world.obey(commands)
        world.tick()
    return world, given


def test_of_windows_that_end_at_the_same_instant_the_best_is_kept(folder):
    compiled = load_challenge("first_harvest")
    ended = [finished(compiled, ticks) for ticks in ((), (3,), (3, 7), (3, 7, 11))]
    scores = [w.attempt.score(w.inventory) for w, _ in ended]
    assert len(set(scores)) > 2
    start = Barrier(len(ended))

    def end(world, given):
        start.wait()
        told = []
        BestRuns(folder, told.append).keep(compiled, world, given)
        return told

    with ThreadPoolExecutor(len(ended)) as windows:
        assert [*windows.map(end, *zip(*ended, strict=True))] == [[]] * len(ended)
    assert BestRuns(folder).best(compiled).proven.score == max(scores)
    assert len([*folder.iterdir()]) == 1


def test_a_place_that_no_folder_can_have_is_told_when_a_run_ends(folder):
    told = []
    runs = BestRuns(folder.parent / ("n" * 300), told.append)
    runs.prove_all(["first_harvest"])
    compiled = load_challenge("first_harvest")
    assert runs.best(compiled) is None
    assert not runs.keep(compiled, *finished(compiled, ()))
    assert "file name too long" in told[-1]


def test_the_course_of_a_log_is_that_of_its_episode(tmp_path):
    compiled = load_challenge("first_harvest")
    path = tmp_path / "a.jsonl"
    write_attempt(compiled, 5, [], path)
    course, episode = course_of(path), Episode(compiled, seed=5)
    assert course.times.tolist() == [0.5 * k for k in range(41)]
    for step in range(41):
        (bath,) = episode.world.baths.values()
        assert course.populations[step].tolist() == bath.populations().tolist()
        assert course.score_at(step) == episode.score
        if not episode.is_over:
            episode.step(0)
    assert course.score_at(99) == episode.score


def test_the_best_run_goes_beside_the_next_attempt_in_bar_and_river(folder):
    sitting = Sitting(folder)
    assert not any("your best run" in t for t in texts(sitting.shapes()))
    sitting.play()
    sitting.session.restart()
    sitting.app.advance(1.0)
    assert sitting.contest.course is not None
    assert any("your best run" in t for t in texts(sitting.shapes()))

    again = Sitting(folder)  # another day
    again.session.ticks.go_on_to(7)
    course = again.contest.course
    assert course.score_at(7) == course_of(only(folder)).scores[7]
    assert any("your best run" in t for t in texts(again.shapes()))


def test_the_end_tells_what_the_optimum_earns(folder):
    sitting = Sitting(folder)
    score = sitting.play()
    sitting.app.screen._desk.finish()
    said = " ".join(texts(sitting.shapes()))
    optimum = known_optimum(load_challenge("first_harvest")).value
    assert f"Score {score:.2f}. Your first, and best" in said
    assert f"The optimum earns {optimum:.2f} on average" in said
    sitting.session.restart()
    assert f"Score {score:.2f}" not in " ".join(texts(sitting.shapes()))


def test_where_the_optimum_is_not_known_the_end_says_so(folder):
    sitting = Sitting(folder, "make_a_pair")
    session = sitting.session
    moves = {str(move): move for move in session.world.attempt.challenge.moves}
    for move in ("H on 🔮/💤", "CNOT on 🔮/💤, 💎/🪨"):
        session.do(*commands_of(moves[move], session.world))
        session.step_once()
    session.ticks.go_on_to(6)
    sitting.app.advance(0.0)
    sitting.app.screen._desk.finish()
    said = " ".join(texts(sitting.shapes()))
    assert "Three stars from 1.03; the optimum is not known" in said
    assert "★★★" in said


def test_without_the_goal_there_is_no_star_and_the_end_says_what_was_missed(folder):
    """Rabbits alone would be worth two stars, and the wolf gets nothing to eat."""
    sitting = Sitting(folder, "wolf_and_rabbits", seed=5)
    world = sitting.session.world
    moves = {str(move): move for move in world.attempt.challenge.moves}
    for move in ("edit 🐇.transfers_from.🌿 = 0.5", "edit 🐇.decay.rate = 0"):
        sitting.session.do(*commands_of(moves[move], world))
        sitting.session.step_once()
    sitting.session.ticks.go_on_to(60)
    sitting.app.advance(0.0)
    sitting.app.screen._desk.finish()
    attempt = world.attempt
    score = attempt.score(world.inventory)
    assert score > attempt.challenge.stars[0]
    assert attempt.parts_reached(world.inventory) == [False, True]
    assert prove(only(folder)).stars == 0
    said = " ".join(texts(sitting.shapes()))
    assert "☆☆☆" in said
    assert "No star without the goal: jumps 🐇→🐺" in said


def test_a_run_that_reaches_the_goal_is_better_than_one_of_a_higher_score(folder):
    sitting = Sitting(folder)
    sitting.play()
    kept = prove(only(folder))
    assert kept.is_reached
    better = replace(kept, is_reached=False, score=kept.score + 1.0)
    assert better.rank < kept.rank


def test_a_button_of_the_end_begins_another_attempt(folder):
    sitting = Sitting(folder)
    sitting.play()
    at = next(
        s for s in sitting.shapes().shapes if isinstance(s, Text) and s.text == "Again"
    )
    sitting.app.handle(Pressed(at.x, at.y))
    sitting.app.handle(Released(at.x, at.y))
    assert sitting.session.world.tick_count == 0


# --- the target -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "emojis"),
    [
        ("first_harvest", {"🌕"}),
        ("keep_the_moon", {"🌕"}),
        ("butterfly", {"🦋", "🌸"}),
        ("wolf_and_rabbits", {"🐇", "🐺"}),
        ("make_a_pair", {"🔮", "💤", "💎", "🪨"}),
    ],
)
def test_what_the_goal_speaks_of(name, emojis):
    compiled = load_challenge(name)
    world = compiled.world(1)
    (bath,) = world.baths.values()
    assert {e for e in bath.emojis if is_target(world, e)} == emojis


def test_a_ring_is_around_the_bubble_of_the_target(tmp_path):
    session = Sitting(tmp_path).session
    panel = OvalPanel(session, Selection())
    canvas = drawn(panel, session)
    (ring,) = [s for s in canvas.shapes if isinstance(s, Ring) and s.color == COLOR]
    at = next(s for s in canvas.shapes if isinstance(s, Emoji) and s.emoji == "🌕")
    assert (ring.x, ring.y) == (at.x, at.y)
    radii = [
        s.r
        for s in canvas.shapes
        if isinstance(s, Disc | Ring) and (s.x, s.y) == (at.x, at.y) and s is not ring
    ]
    assert ring.r == pytest.approx(max(radii) + APART) or ring.r > max(radii)


def test_a_ring_is_around_each_sphere_of_a_registers_target(tmp_path):
    session = Sitting(tmp_path, "past_the_dog").session
    panel = QubitsPanel(session, Selection())
    canvas = drawn(panel, session, 700, 420)
    rings = [s for s in canvas.shapes if isinstance(s, Ring) and s.color == COLOR]
    globes = [s for s in canvas.shapes if isinstance(s, Globe)]
    axes = session.bath.operators.axes
    targets = [n for n, axis in enumerate(axes) if "🌷" in axis]
    assert [(r.x, r.y) for r in rings] == [(globes[n].x, globes[n].y) for n in targets]


def test_measuring_is_no_target_of_its_own(tmp_path):
    session = Sitting(tmp_path, "forest_small").session
    session.do(Measure(1))
    assert not any(is_target(session.world, e) for e in session.bath.emojis)


def test_the_end_says_which_challenge_to_try_next_and_opens_it(folder):
    sitting = Sitting(folder)
    sitting.play()
    named = "Next: Keep the Moon"
    (label,) = [s for s in sitting.shapes().shapes if is_text(s, named, "center")]
    sitting.app.handle(Pressed(label.x, label.y))
    sitting.app.handle(Released(label.x, label.y))
    assert sitting.app.screen.key == "keep_the_moon"
    assert sitting.app.screen.session.clock.paused


def test_in_a_narrow_window_the_next_challenge_is_named_by_its_tooltip(folder):
    """So that score and best run have room."""
    sitting = Sitting(folder)
    sitting.play()
    canvas = plain_canvas(960, 600)
    sitting.app.draw(canvas)
    (label,) = [s for s in canvas.shapes if is_text(s, "Next", "center") and s.x < 560]
    sitting.app.handle(Moved(label.x, label.y))
    canvas = plain_canvas(960, 600)
    sitting.app.draw(canvas)
    passing = " ".join(s.text for s in canvas.passing if isinstance(s, Text))
    assert "Keep the Moon. Level 1 of 5: it takes" in passing


def test_challenges_are_listed_from_easy_to_hard_and_broken_ones_last(
    folder, tmp_path, monkeypatch
):
    """One whose level is not told comes after those of which it is."""
    pack = tmp_path / "mine"
    (pack / "biomes" / "challenges").mkdir(parents=True)
    shown = load_challenge("first_harvest").challenge.source.read_text()
    for name, text in (
        ("a_plain", re.sub("(?m)^level:.*\n", "", shown)),
        ("b_broken", shown.replace("step: 0.5", "step: 0.7")),
    ):
        file = pack / "biomes" / "challenges" / f"{name}.yaml"
        file.write_text(text.replace("First Harvest", name))
    monkeypatch.setenv("SPACEWHEAT_PACKS", str(pack))
    sitting = Sitting(folder)
    titles = [t for _, t in sitting.app.catalog if t.startswith("challenge: ")]
    levels = [int(t[-1]) for t in titles if ", level " in t]
    assert levels == sorted(levels)
    assert titles[len(levels) :] == ["challenge: a_plain", "challenge: b_broken"]
    sitting.app.open("b_broken")
    assert "b_broken.yaml:11" in sitting.app.pending_notice


def test_the_page_of_the_goal_adds_up_to_the_score(folder):
    sitting = Sitting(folder)
    score = sitting.play()
    told = texts(sitting.shapes())
    parts = [float(t.split(":")[0].replace("−", "-")) for t in told if PART.match(t)]
    assert len(parts) == 2
    assert sum(parts) == pytest.approx(score, abs=0.011)
    assert f"your best: ★☆☆, {score:.2f}" in told
