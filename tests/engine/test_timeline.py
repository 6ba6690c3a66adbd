from __future__ import annotations

import json

import numpy as np
import pytest
from small_worlds import METHODS, WHEAT, field, icons, pond

from spacewheat_sim import learn, load_biome
from spacewheat_sim.engine.session.log import SessionLog
from spacewheat_sim.engine.session.reading import SessionLogError, read_session
from spacewheat_sim.engine.session.replay import Began, Turned, replay, replay_session
from spacewheat_sim.engine.session.timeline import timeline as module
from spacewheat_sim.engine.session.timeline.branch import Branch, Position
from spacewheat_sim.engine.session.timeline.timeline import Timeline
from spacewheat_sim.engine.world.commands import (
    Collapse,
    EditBiome,
    EditIcon,
    Harvest,
    Measure,
    Plant,
    SetStep,
)
from spacewheat_sim.engine.world.world import World
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.jsonio import canonical_json

EDIT = EditIcon(WHEAT.model_copy(update={"self_energy": 5.0}))
COMMANDS = {
    0: [Plant("field", 1, "🌾", "💀")],
    25: [Measure(1), Collapse("nowhere", "🌾")],
    70: [EDIT],
    71: [SetStep(1 / 30)],
    130: [EditBiome("pond", pond("master")), Harvest(1)],
    200: [Collapse("field", "🍂", 0.4)],
}


def new_world(method="trajectory", seed=7):
    return World([field(method), pond()], seed, registry=icons())


def play(timeline, ticks, commands=()):
    """Do ``ticks`` ticks, with commands by tick; return all that happened."""
    events = []
    for _ in range(ticks):
        given = dict(commands).get(timeline.at.tick)
        if given:
            events += timeline.obey(given)
        events += timeline.tick()
        timeline.keep()
    return events


def digests(ticks, commands, method="trajectory"):
    """Return the digest of a world after each tick, which knows of no timeline."""
    world, found = new_world(method), []
    for tick in range(ticks + 1):
        found.append(world.digest())
        world.tick(commands.get(tick, ()))
    return found


# --- how the past is found again ------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_every_moment_of_the_past_is_what_it_was_to_the_last_bit(method):
    known = digests(260, COMMANDS, method)
    timeline = Timeline(new_world(method))
    play(timeline, 260, COMMANDS)

    for tick in np.random.default_rng(0).permutation(261).tolist():
        timeline.go_to(timeline.line.at_tick(tick))
        assert timeline.world.digest() == known[tick]


def test_commands_while_time_stands_still_are_undone_one_by_one():
    timeline, seen = Timeline(new_world()), []
    play(timeline, 10)
    for command in (Plant("field", 1, "🌾", "💀"), EDIT, Collapse("field", "🍂")):
        seen.append(timeline.world.digest())
        timeline.obey([command])
    for given in (2, 0, 1):
        timeline.go_to(Position(10, given))
        assert timeline.world.digest() == seen[given]


def test_the_past_runs_on_into_the_present_with_all_commands():
    timeline, plain = Timeline(new_world()), Timeline(new_world())
    first = play(plain, 300, COMMANDS)
    play(timeline, 260, COMMANDS)
    timeline.go_to(timeline.line.at_tick(20))
    again = play(timeline, 280)

    assert timeline.world.digest() == plain.world.digest()
    assert again == [event for event in first if event.tick >= 20]
    assert not timeline.is_past
    assert timeline.events == first
    assert len(timeline.branches) == 1


def test_looking_back_and_ahead_again_changes_nothing():
    timeline = Timeline(new_world())
    play(timeline, 150, COMMANDS)
    digest, events = timeline.world.digest(), list(timeline.events)
    for tick in (3, 149, 0, 150, 80):
        timeline.go_to(timeline.line.at_tick(tick))
    timeline.go_to(timeline.line.tip)

    assert timeline.world.digest() == digest
    assert timeline.events == events
    assert timeline.events_done == len(events)


def test_a_moment_that_never_was_is_refused_and_changes_nothing():
    timeline = Timeline(new_world())
    play(timeline, 30, COMMANDS)
    before = timeline.at, timeline.world.digest()

    for position in (Position(31, 2), Position(26, 0), Position(3, 2), (-1, 0)):
        with pytest.raises(ArgumentError, match="on the way to the end of branch 1"):
            timeline.go_to(Position(*position))
    assert before == (timeline.at, timeline.world.digest())


def test_thinned_checkpoints_lead_to_the_same_moments(monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 5 * module.BYTES)
    known = digests(400, COMMANDS)
    timeline = Timeline(new_world())
    play(timeline, 400, COMMANDS)

    (kept,) = timeline._checkpoints.values()
    assert len(kept) <= 5
    for tick in (0, 1, 130, 131, 399):
        timeline.go_to(timeline.line.at_tick(tick))
        assert timeline.world.digest() == known[tick]


# --- branches -------------------------------------------------------------------------


def test_acting_in_the_past_keeps_the_old_future():
    timeline = Timeline(new_world())
    play(timeline, 150, COMMANDS)
    old = timeline.world.digest()
    timeline.go_to(timeline.line.at_tick(50))
    timeline.obey([Collapse("field", "🌾")])
    play(timeline, 60)
    new = timeline.world.digest()
    changed = {k: v for k, v in COMMANDS.items() if k < 50}

    assert new == digests(110, {**changed, 50: [Collapse("field", "🌾")]})[110]
    assert [branch.tip.tick for branch in timeline.branches] == [150, 110]
    first, second = timeline.branches
    timeline.go_to(first.tip, first)
    assert timeline.world.digest() == old
    timeline.go_to(second.tip, second)
    assert timeline.world.digest() == new
    assert second.parent is first


def test_refused_commands_in_the_past_begin_no_branch():
    timeline = Timeline(new_world())
    play(timeline, 50, COMMANDS)
    timeline.go_to(timeline.line.at_tick(30))
    digest = timeline.world.digest()
    (event,) = timeline.obey([Harvest(99)])

    assert "refused" in str(event)
    assert (len(timeline.branches), timeline.is_past) == (1, True)
    assert timeline.world.digest() == digest


def test_a_swap_keeps_the_tick_where_both_branches_have_it():
    timeline = Timeline(new_world())
    play(timeline, 150, COMMANDS)
    timeline.go_to(timeline.line.at_tick(50))
    timeline.branch()
    play(timeline, 20)
    timeline.swap()
    assert (timeline.line.number, timeline.at.tick) == (1, 70)
    timeline.go_to(timeline.line.tip)
    timeline.swap()
    assert (timeline.line.number, timeline.at.tick) == (2, 70)
    assert not timeline.is_past


def test_another_world_leaves_the_first_one_a_branch():
    timeline = Timeline(new_world())
    play(timeline, 80, COMMANDS)
    digest = timeline.world.digest()
    timeline.begin(new_world(seed=8))
    play(timeline, 30)
    timeline.swap(-1)
    timeline.go_to(timeline.line.tip)
    assert timeline.world.digest() == digest
    assert timeline.world.seed == 7


@pytest.mark.parametrize("position", [(3, 0), (3, 1), (4, 1), (9, 2)])
def test_a_position_lies_in_the_branch_that_came_by_there_first(position):
    trunk = Branch(1, None, Position(0, 0), end=20)
    twig = trunk.leave(Position(4, 0), 2)
    assert twig.owner(Position(*position)) is (
        trunk if Position(*position) <= (4, 0) else twig
    )


# --- in the log -----------------------------------------------------------------------


def wander(path, seed, method="trajectory", every=10):
    """Play at random, back and forth; return the log and the digests of all tips."""
    rng = np.random.default_rng(seed)
    with SessionLog(path, every) as log:
        timeline = Timeline(new_world(method), log=log)
        for _ in range(40):
            act = rng.integers(0, 7)
            if act < 3:
                play(timeline, int(rng.integers(1, 30)))
            elif act == 3:
                tick = int(rng.integers(0, timeline.line.end + 1))
                timeline.go_to(timeline.line.at_tick(tick))
            elif act == 4:
                timeline.swap(int(rng.integers(-1, 2)))
            elif act == 5 and rng.random() < 0.3:
                timeline.begin(new_world(method, seed=int(rng.integers(9))))
            else:
                emoji = str(rng.choice(["🌾", "💀", "🍂", "🦄"]))
                timeline.obey([Collapse("field", emoji, 0.5)])
        tips = []
        for branch in timeline.branches:
            timeline.go_to(branch.tip, branch)
            tips.append(timeline.world.digest())
        timeline.end()
    return timeline, tips


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_log_with_branches_replays_to_the_last_bit(tmp_path, seed, method):
    timeline, tips = wander(tmp_path / "a.jsonl", seed, method)
    session = read_session(tmp_path / "a.jsonl")
    replayed = replay_session(session)

    assert len(timeline.branches) > 2
    assert replayed.difference is None
    assert not replayed.cut_short
    assert replayed.ticks == session.ticks
    written = [
        json.loads(line).get("digest")
        for line in (tmp_path / "a.jsonl").read_text().splitlines()
    ]
    assert set(tips) <= {*written, *_unmoved(timeline, tips)}
    assert written[-1] == timeline.world.digest()
    assert end_of(session).snapshot() == timeline.world.snapshot()


def end_of(session):
    """Return the world at the end of the line that a session was left in."""
    worlds = [s.world for s in replay(session) if isinstance(s, Began | Turned)]
    return worlds[-1]


def _unmoved(timeline, tips):
    """Return the digests of branches on which nothing happened."""
    pairs = zip(timeline.branches, tips, strict=True)
    return [digest for branch, digest in pairs if branch.tip == branch.start]


def test_a_session_that_ends_in_the_past_goes_on_at_the_end_of_its_line(tmp_path):
    with SessionLog(tmp_path / "a.jsonl") as log:
        timeline = Timeline(new_world(), log=log)
        play(timeline, 90, COMMANDS)
        digest = timeline.world.digest()
        timeline.go_to(timeline.line.at_tick(11))
        timeline.end()
    assert end_of(read_session(log.path)).digest() == digest


def test_timelines_that_take_turns_in_one_log_replay(tmp_path):
    rng = np.random.default_rng(5)
    with SessionLog(tmp_path / "a.jsonl", 10) as log:
        both = [Timeline(new_world(seed=seed), log=log) for seed in (1, 2)]
        for _ in range(40):
            timeline = both[int(rng.integers(2))]
            act = rng.integers(3)
            if act == 0:
                tick = int(rng.integers(timeline.line.end + 1))
                timeline.go_to(timeline.line.at_tick(tick))
            elif act == 1:
                timeline.obey([Collapse("field", "🌾", 0.5)])
            else:
                play(timeline, int(rng.integers(1, 25)))
        (last,) = (timeline for timeline in both if timeline.is_last)
        last.end()
    replayed = replay_session(read_session(log.path))
    assert replayed.difference is None
    assert not replayed.cut_short
    assert replayed.digests > 20


def test_numbers_are_not_learned_from_branches(tmp_path):
    with SessionLog(tmp_path / "a.jsonl") as log:
        timeline = Timeline(World(["decay_chain"], seed=1), log=log)
        play(timeline, 60)
        timeline.go_to(timeline.line.at_tick(30))
        timeline.branch()
        play(timeline, 60)
        timeline.end()
    with pytest.raises(ArgumentError, match="its past was returned to at tick 30"):
        learn(load_biome("decay_chain"), [log.path], free=["🥚.decay.rate"])


def test_a_log_that_fails_is_told_once_and_the_past_stays(tmp_path):
    (tmp_path / "file").write_text("in the way")
    told = []
    log = SessionLog(tmp_path / "file" / "a.jsonl")
    timeline = Timeline(new_world(), log=log, on_failure=told.append)
    play(timeline, 90, COMMANDS)
    timeline.go_to(timeline.line.at_tick(30))
    timeline.obey([Collapse("field", "🌾")])
    timeline.end()
    assert len(told) == 1
    assert len(timeline.branches) == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"of": 9}, "no branch 9"),
        ({"of": True}, "no branch True"),
        ({"branch": 7}, "branch 7 in place of 2"),
        ({"tick": 51}, "it was never there"),
        ({"given": 9}, "it was never there"),
        ({"given": 0}, "it was never there"),
        ({"tick": -1}, "it was never there"),
        ({"tick": "x"}, "`tick` must be of type int"),
        ({"of": None, "branch": 1}, "must go on at its end"),
        ({"of": None, "branch": 2}, "no branch 2"),
    ],
    ids=str,
)
def test_a_branch_from_nowhere_is_refused_by_file_and_line(tmp_path, change, message):
    with SessionLog(tmp_path / "a.jsonl") as log:
        timeline = Timeline(new_world(), log=log)
        play(timeline, 50, COMMANDS)
        timeline.go_to(timeline.line.at_tick(30))
        timeline.branch()
        timeline.end()
    lines = log.path.read_text().splitlines()
    (place,) = (n for n, line in enumerate(lines) if '"branch"' in line)
    record = {**json.loads(lines[place]), **change}
    lines[place] = canonical_json({k: v for k, v in record.items() if v is not None})
    log.path.write_text("\n".join(lines) + "\n")
    with pytest.raises(SessionLogError, match=rf"a\.jsonl:{place + 1}: .*{message}"):
        read_session(log.path)
