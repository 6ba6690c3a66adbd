"""Recorded scenes of the lab that are shown again in the window."""

from __future__ import annotations

import pytest
from played_scenes import EXPERIMENTS, played

from spacewheat_sim.cli import main
from spacewheat_sim.engine.session.log import SessionLog
from spacewheat_sim.engine.session.reading import SessionLogError, read_session
from spacewheat_sim.engine.session.replay import replay_session
from spacewheat_sim.sandbox.lab.recorded import open_recorded
from spacewheat_sim.sandbox.lab.replay import SceneReplay
from spacewheat_sim.sandbox.lab.session import SceneSession


@pytest.fixture
def told():
    return []


def shown_again(recorded, told, log=None):
    replay = SceneReplay(recorded)
    return SceneSession(replay.scene, told.append, log, replay)


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_a_scene_is_shown_as_it_was_to_the_last_bit(tmp_path, told, experiment):
    with SessionLog(tmp_path / "a.jsonl", 10) as log:
        before = played(experiment, log)
        before.end()
    session = shown_again(read_session(log.path, scenes=True), told)
    for _ in range(500):
        session.advance(1 / 60)

    assert session.scene.snapshot() == before.scene.snapshot()
    assert session.clock.paused
    assert "were equal. What you do goes on" in told[-1]


def test_a_digest_that_differs_is_told_at_the_end(tmp_path, told):
    with SessionLog(tmp_path / "a.jsonl", 10) as log:
        played("ising_2d", log).end()
    head, rest = log.path.read_text().split("\n", 1)
    log.path.write_text(head + "\n" + rest.replace('"digest":"', '"digest":"0', 1))
    session = shown_again(read_session(log.path, scenes=True), told)
    session.advance(60.0)
    for _ in range(500):
        session.advance(1 / 60)

    assert "but not that after tick" in told[-1]


def test_acting_in_a_replay_makes_a_session_of_its_own(tmp_path, told):
    with SessionLog(tmp_path / "a.jsonl", 10) as log:
        played("ising_2d", log).end()
    recorded = read_session(log.path, scenes=True)
    with SessionLog(tmp_path / "b.jsonl", 10) as own:
        session = shown_again(recorded, told, own)
        session.advance(0.4)
        assert not own.path.exists()
        assert not session.is_last
        session.set("T", 4.5)
        session.advance(0.5)
        assert session.is_last
        session.end()
    expected = session.scene.snapshot()

    assert "session of your own" in told[0]
    again = read_session(own.path, scenes=True)
    assert replay_session(again, open_scene=open_recorded).difference is None
    later = shown_again(again, told)
    for _ in range(200):
        later.advance(1 / 60)
    assert later.scene.snapshot() == expected


def test_a_replay_that_is_only_looked_at_leaves_no_log(tmp_path, told):
    with SessionLog(tmp_path / "a.jsonl", 10) as log:
        played("tfim_entanglement", log).end()
    with SessionLog(tmp_path / "b.jsonl", 10) as own:
        session = shown_again(read_session(log.path, scenes=True), told, own)
        session.advance(10.0)

    assert not own.path.exists()


def test_a_damaged_scene_is_told_by_file_and_chapter(tmp_path):
    with SessionLog(tmp_path / "a.jsonl", 10) as log:
        played("ising_2d", log).end()
    text = log.path.read_text()
    log.path.write_text(text.replace('"seed":4', '"seed":5', 1))

    with pytest.raises(SessionLogError, match=r"a\.jsonl: chapter 1"):
        SceneReplay(read_session(log.path, scenes=True))


def test_play_session_shows_a_log_of_scenes_alone(tmp_path, capsys):
    from spacewheat_sim.sandbox.launch import play_session

    log, picture = tmp_path / "a.jsonl", tmp_path / "a.png"
    words = ["play", "ising_lattice", "--seed", "3", "--frames", "7"]
    assert main([*words, "--log", str(log)]) == 0
    capsys.readouterr()

    play_session(log, frames=3, screenshot=picture)

    assert picture.exists()
    assert capsys.readouterr().err == ""
