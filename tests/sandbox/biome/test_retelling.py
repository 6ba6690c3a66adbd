"""A recorded session in the window: shown, gone through, acted in, and continued."""

from __future__ import annotations

import json

import pytest
from letter_measure import plain_canvas
from panel_checks import texts

from spacewheat_sim.engine.session.log import SessionLog
from spacewheat_sim.engine.session.reading import SessionLogError, read_session
from spacewheat_sim.engine.session.replay import replay_session
from spacewheat_sim.engine.world.commands import Collapse, Harvest, Measure, SetStep
from spacewheat_sim.sandbox.app import App
from spacewheat_sim.sandbox.biome.river.window import SECONDS, ZOOMS
from spacewheat_sim.sandbox.biome.window_state import WindowState
from spacewheat_sim.sandbox.inputs import Key
from spacewheat_sim.sandbox.screens import Screens

OPEN = []  # logs to close


class Sitting:
    """Someone at the sandbox, without a window."""

    def __init__(self, name, log, replayed=None):
        self.log = SessionLog(log, digest_every=10)
        OPEN.append(self.log)
        self.screens = Screens(7, self.log, replayed=replayed)
        self.app = App(self.screens.catalog, self.screens.open, str(name))

    @property
    def session(self):
        return self.app.screen.session

    def press(self, *names):
        for name in names:
            self.app.handle(Key(name))
        return self.app.pending_notice

    def close(self):
        self.app.close()
        self.screens.close()


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    while OPEN:
        OPEN.pop().__exit__(None, None, None)


def play_with_branches(name="a.jsonl"):
    """Scrub back, act otherwise, swap, restart; leave the window in the past."""
    sitting = Sitting("forest_small", name)
    session = sitting.session
    session.ticks.go_on_to(60)
    session.do(Measure(1))
    session.ticks.go_on_to(90)
    session.past.go_to(session.past.line.at_tick(30))
    session.do(Collapse(session.name, "🌳"))
    session.ticks.go_on_to(75)
    session.past.swap()
    session.past.go_to_end()
    session.ticks.go_on_to(95)
    session.restart(new_seed=True)
    session.do(SetStep(1 / 30))
    session.ticks.go_on_to(40)
    session.past.go_to(session.past.line.at_tick(25))
    return sitting


def digests_of(session):
    """Return the digest at the end of each branch, and at its beginning."""
    past, found = session.past, []
    here = past.at, past.line
    for branch in list(past.timeline.branches):
        for at in (branch.tip, branch.start):
            past.timeline.go_to(at, branch)
            found.append((branch.number, tuple(at), session.world.digest()))
    past.go_to(*here)
    return found


def records_of(path):
    """Return what happened by a log, but for digests and how it was left."""
    records = map(json.loads, path.read_text().splitlines())
    return [r for r in records if "digest" not in r and "left" not in r]


def test_a_continued_session_has_every_branch_to_the_last_bit(folder):
    first = play_with_branches()
    before = digests_of(first.session)
    at = first.session.past.place
    first.close()

    second = Sitting("a.jsonl", "b.jsonl")
    past = second.session.past
    assert digests_of(second.session) == before
    assert (past.line.number, past.at) == (at.branch.number, at.position)
    assert past.is_past
    second.close()

    assert records_of(folder / "b.jsonl") == records_of(folder / "a.jsonl")
    replayed = replay_session(read_session("b.jsonl"))
    assert (replayed.difference, replayed.cut_short) == (None, False)
    third = Sitting("b.jsonl", "c.jsonl")
    assert digests_of(third.session) == before
    third.close()


def test_a_session_that_was_killed_goes_on_from_its_last_record(folder):
    first = play_with_branches()
    first.close()
    *lines, _left, _end = (folder / "a.jsonl").read_text().splitlines(keepends=True)
    (folder / "killed.jsonl").write_text("".join(lines) + '{"tick": 1')
    second = Sitting("killed.jsonl", "b.jsonl")
    checks = [json.loads(line).get("digest") for line in lines]
    assert second.session.world.digest() == [d for d in checks if d][-1]
    second.close()


def test_swap_act_close_continue_and_replay_are_the_same_session():
    first = play_with_branches()
    first.close()
    second = Sitting("a.jsonl", "b.jsonl")
    second.session.past.swap()
    second.session.past.go_to_end()
    second.session.do(Measure(1))
    second.session.ticks.go_on_to(second.session.world.tick_count + 20)
    end, branch = second.session.world.digest(), second.session.past.line.number
    second.close()

    replayed = replay_session(read_session("b.jsonl"))
    assert (replayed.difference, replayed.cut_short) == (None, False)
    third = Sitting("b.jsonl", "c.jsonl")
    assert third.session.world.digest() == end
    assert third.session.past.line.number == branch
    third.close()


def test_an_earlier_branch_that_was_looked_at_is_shown_again():
    first = play_with_branches()
    branches = first.session.past.timeline.branches
    first.session.past.go_to(branches[0].at_tick(20), branches[0])
    digest = first.session.world.digest()
    first.close()

    second = Sitting("a.jsonl", "b.jsonl")
    past = second.session.past
    assert (past.line.number, past.at.tick) == (1, 20)
    assert second.session.world.digest() == digest
    second.close()
    assert replay_session(read_session("b.jsonl")).difference is None


def test_the_window_is_set_as_it_was_left():
    first = Sitting("forest_small", "a.jsonl")
    session = first.session
    session.ticks.go_on_to(30)
    session.plant("🌳", "🐺")
    first.press("+", "+", "k", "]", "v", "space", "left")
    first.app.screen._selection.inspected = "🐺"
    first.app.screen._river.set_zoom(2)
    state, plots = first.app.screen.state, dict(session.world.plots)
    first.close()

    second = Sitting("a.jsonl", "b.jsonl")
    assert second.app.screen.state == state
    assert dict(second.session.world.plots) == plots
    assert state.speed == 4.0
    assert state.tab == "state"
    assert state.zoom == 2
    second.close()


def test_the_past_of_a_continued_session_can_be_undone_as_before():
    first = Sitting("forest_small", "a.jsonl")
    first.session.ticks.go_on_to(30)
    first.session.do(Measure(1))
    first.session.ticks.go_on_to(60)
    first.close()

    past = Sitting("a.jsonl", "b.jsonl").session.past
    past.undo()
    assert past.at.tick == 30
    past.undo()
    assert past.at.tick == 30  # the axes that it began with stay


def test_a_window_state_that_makes_no_sense_is_as_at_first():
    wild = {"speed": 1e9, "paused": 1, "measurement": "hard", "strengths": {"weak": 2}}
    assert WindowState.of_record({**wild, "zoom": "x", "more": 1}) == WindowState()
    state = WindowState(speed=2.0, tab="next", chosen="a", zoom=3)
    assert WindowState.of_record(json.loads(json.dumps(state.record()))) == state


def test_only_the_biome_that_was_played_last_is_continued():
    first = Sitting("two_level", "a.jsonl")
    first.session.ticks.go_on_to(20)
    first.app.open("biotic_flux")
    first.session.ticks.go_on_to(15)
    first.close()

    second = Sitting("a.jsonl", "b.jsonl")
    assert second.session.biome.name == "BioticFlux"
    assert len(second.session.past.timeline.branches) == 1
    assert second.session.world.tick_count == 15
    second.close()


def test_a_log_that_another_world_came_of_is_not_continued(folder):
    first = Sitting("two_level", "a.jsonl")
    first.session.ticks.go_on_to(20)
    first.close()
    log = folder / "a.jsonl"
    lines = log.read_text().splitlines()
    (number,) = [n for n, line in enumerate(lines) if '"tick":10}' in line]
    lines[number] = json.dumps({"digest": "0" * 64, "tick": 10})
    log.write_text("\n".join(lines) + "\n")
    with pytest.raises(SessionLogError, match="differs after tick 10"):
        Sitting("a.jsonl", "b.jsonl")


# --- a replay -------------------------------------------------------------------------


def replaying(log="b.jsonl"):
    return Sitting("a.jsonl", log, read_session("a.jsonl"))


def to_the_end(sitting, most=400):
    for _ in range(most):
        sitting.app.advance(1 / 60)
        if sitting.session.clock.paused:
            return sitting.app.pending_notice
    raise AssertionError("it did not end")


def test_a_replay_plays_every_branch_and_says_where_it_ends(folder):
    first = play_with_branches()
    ends = dict.fromkeys(d for _, _, d in digests_of(first.session)[::2])
    first.close()

    again = replaying()
    assert again.session.world.tick_count == 0
    seen = set()
    for _ in range(400):
        again.app.advance(1 / 60)
        seen.add(again.session.world.digest())
        if again.session.clock.paused:
            break
    assert seen >= ends.keys()
    assert "The session ends here" in again.app.pending_notice
    assert "equal" in again.app.pending_notice
    assert again.session.replay.is_at_end
    again.press("f5")
    assert not again.session.clock.paused
    assert again.session.world.tick_count == 0
    again.close()
    assert not (folder / "b.jsonl").exists()  # nothing new happened


def test_a_replay_is_gone_through_as_a_live_session_is():
    play_with_branches().close()
    again = replaying()
    past = again.session.past
    for time in (1.2, 0.3, 0.9):
        past.go_to_time(time)
        assert again.session.world.time == pytest.approx(time, abs=1 / 60)
    again.press("tab")
    assert past.line.number == 2
    again.press("end")
    assert not past.is_past
    again.press("left")
    assert past.is_past
    assert again.session.replay is not None


def test_the_river_of_a_replay_shows_all_of_it_as_closely_as_it_can():
    play_with_branches().close()
    again = replaying()
    end = again.session.past.end_time()
    seen = SECONDS * ZOOMS[again.app.screen.state.zoom]
    assert end <= seen < 2.0 * max(end, SECONDS * ZOOMS[0])


def test_acting_in_a_replay_takes_it_over_as_a_branch_and_is_recorded():
    play_with_branches().close()
    again = replaying()
    again.session.past.go_to(again.session.past.line.at_tick(20))
    count = len(again.session.past.timeline.branches)
    again.session.do(Harvest(1))
    assert again.session.replay is None
    assert "a session of your own, recorded in b.jsonl" in again.app.pending_notice
    assert len(again.session.past.timeline.branches) == count + 1
    again.session.ticks.go_on_to(50)
    end = again.session.world.digest()
    again.close()

    replayed = replay_session(read_session("b.jsonl"))
    assert (replayed.difference, replayed.cut_short) == (None, False)
    last = Sitting("b.jsonl", "c.jsonl").session
    assert last.world.digest() == end
    assert len(last.past.timeline.branches) == count + 1


def test_a_replay_goes_on_from_its_end_once_somebody_acts():
    sitting = Sitting("two_level", "a.jsonl")
    sitting.session.ticks.go_on_to(20)
    sitting.close()
    again = replaying()
    to_the_end(again)
    assert again.session.world.tick_count == 20
    again.session.clock.paused = False
    again.app.advance(1 / 60)
    assert again.session.world.tick_count == 20  # nobody has acted
    again.session.do(Collapse("two_level", "🌕"))
    again.session.clock.paused = False
    again.app.advance(1 / 60)
    assert again.session.world.tick_count == 21
    again.close()


def test_the_end_of_a_replay_is_marked_in_the_river():
    sitting = Sitting("two_level", "a.jsonl")
    sitting.session.ticks.go_on_to(20)
    sitting.close()
    again = replaying()
    canvas = plain_canvas(1280, 720)
    again.app.draw(canvas)
    assert any(text.startswith("replay: 0.00 of 0.33 s") for text in texts(canvas))
    assert "the end" in texts(canvas)
