"""Attempts at challenges that processes share."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from spacewheat_sim.cli.command import run_command
from spacewheat_sim.engine.challenges.compiled import load_challenge
from spacewheat_sim.engine.challenges.play import play
from spacewheat_sim.engine.challenges.policies.table import make_policy
from spacewheat_sim.engine.session.reading import read_session
from spacewheat_sim.engine.session.replay import replay_session
from spacewheat_sim.errors import RunError
from spacewheat_sim.lab.attempts import play_by_pool


@pytest.mark.slow
def test_processes_play_the_attempts_that_one_does(tmp_path: Path) -> None:
    compiled = load_challenge("first_harvest")
    alone = play(compiled, make_policy("random", compiled, 3), 9, 5)
    done: list[int] = []
    shared = play_by_pool(
        "processes:2", "first_harvest", "random", 9, 5, tmp_path, done.append
    )
    other = play(compiled, make_policy("random", compiled, 5), 9, 5)
    assert shared == other
    assert shared != alone  # another seed of the policy
    assert done[-1] == 9
    assert len(list(tmp_path.glob("*.jsonl"))) == 9


@pytest.mark.slow
def test_what_a_lost_worker_had_not_finished_is_played_again(tmp_path: Path) -> None:
    compiled = load_challenge("first_harvest")
    alone = play(compiled, make_policy("random", compiled, 5), 60, 5)
    told: list[str] = []

    def kill_one(done: int) -> None:
        if done >= 5 and not told:
            told.append("killed")
            multiprocessing.active_children()[0].kill()

    found = play_by_pool(
        "processes:2", "first_harvest", "random", 60, 5, tmp_path, kill_one, told.append
    )

    assert found == alone
    assert any("goes again" in line for line in told)
    logs = sorted(tmp_path.glob("*.jsonl"))
    assert len(logs) == 60
    for log in logs:
        replayed = replay_session(read_session(log))
        assert replayed.difference is None
        assert not replayed.cut_short
    with pytest.raises(RunError, match="it exists"):
        play_by_pool("processes:2", "first_harvest", "random", 60, 5, tmp_path)


def test_an_attempt_is_the_same_alone_and_among_others() -> None:
    compiled = load_challenge("first_harvest")
    many = play(compiled, make_policy("random", compiled, 5), 4, 5)
    one = play(compiled, make_policy("random", compiled, 5), 1, 5, first=2)
    assert one.results == many.results[2:3]


def test_an_executor_that_is_none_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["challenge", "run", "first_harvest", "--executor", "threads"]
    assert run_command(words) == 2
    assert "--executor cannot be 'threads'" in capsys.readouterr().err
