"""A log proves the score that its commands earn, and an edited one proves none."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from spacewheat_sim import World
from spacewheat_sim.engine.challenges.compiled import load_challenge
from spacewheat_sim.engine.challenges.episode import Episode
from spacewheat_sim.engine.challenges.play import play
from spacewheat_sim.engine.challenges.policies.random_moves import RandomMoves
from spacewheat_sim.engine.challenges.policies.wait_and_harvest import Periodic
from spacewheat_sim.engine.challenges.scoring import (
    NoAttemptError,
    NotProvenError,
    prove,
    prove_all,
)
from spacewheat_sim.engine.session.log import SessionLog
from spacewheat_sim.engine.session.reading import read_session
from spacewheat_sim.engine.session.replay import replay_session
from spacewheat_sim.jsonio import canonical_json, digest

Edit = Callable[[list[dict[str, Any]]], None]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with logs of three attempts at two challenges."""
    found = tmp_path_factory.mktemp("logs")
    moon = load_challenge("first_harvest")
    play(moon, Periodic(1, 3, 0, ""), 2, seed=5, logs=found)
    play(load_challenge("make_a_pair"), RandomMoves(3), 1, seed=5, logs=found)
    return found


@pytest.fixture(scope="module")
def log(folder: Path) -> Path:
    return folder / "first_harvest-5-0.jsonl"


def edited(log: Path, tmp_path: Path, edit: Edit) -> Path:
    records = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    edit(records)
    path = tmp_path / "edited.jsonl"
    text = "".join(f"{canonical_json(record)}\n" for record in records)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_log_proves_the_score_of_its_attempt(log: Path) -> None:
    proven = prove(log)
    episode, policy = (
        Episode(load_challenge("first_harvest"), 5, 0),
        Periodic(1, 3, 0, ""),
    )
    while not episode.is_over:
        episode.step(policy.choose(episode))
    assert proven.score == episode.score
    assert (proven.stars, proven.is_over, proven.steps) == (
        episode.result().stars,
        True,
        40,
    )
    assert proven.acts == 14
    assert replay_session(read_session(log)).difference is None


def test_an_edited_command_is_found_at_the_first_tick_that_differs(
    log: Path, tmp_path: Path
) -> None:
    def leave_out(records: list[dict[str, Any]]) -> None:
        place = next(
            i for i, r in enumerate(records) if r.get("tick") == 9 and "commands" in r
        )
        del records[place]

    with pytest.raises(NotProvenError, match="digest differs at tick 10") as refused:
        prove(edited(log, tmp_path, leave_out))
    assert refused.value.exit_code == 3


def test_a_better_beginning_is_found(log: Path, tmp_path: Path) -> None:
    def richer(records: list[dict[str, Any]]) -> None:
        snapshot = records[0]["snapshot"]
        snapshot["state"]["inventory"] = {"🌕": 50.0}
        content = canonical_json(snapshot["content"])
        snapshot["digest"] = digest(content + "\n" + canonical_json(snapshot["state"]))

    with pytest.raises(NotProvenError, match="differs at tick 0"):
        prove(edited(log, tmp_path, richer))


def test_cheaper_acts_are_found(log: Path, tmp_path: Path) -> None:
    def cheaper(records: list[dict[str, Any]]) -> None:
        snapshot = records[0]["snapshot"]
        content = snapshot["content"]
        assert '"cost":0.1' in content["challenge"]
        content["challenge"] = content["challenge"].replace('"cost":0.1', '"cost":0.0')
        text = canonical_json(content)
        snapshot["digest"] = digest(text + "\n" + canonical_json(snapshot["state"]))

    with pytest.raises(NotProvenError, match="is not the one that goes by this name"):
        prove(edited(log, tmp_path, cheaper))


def test_a_claimed_seed_must_have_been_the_seed(log: Path, tmp_path: Path) -> None:
    def other_seed(records: list[dict[str, Any]]) -> None:
        snapshot = records[0]["snapshot"]
        snapshot["content"]["seed"] = 6
        text = canonical_json(snapshot["content"])
        snapshot["digest"] = digest(text + "\n" + canonical_json(snapshot["state"]))

    with pytest.raises(NotProvenError, match="differs at tick 1 "):
        prove(edited(log, tmp_path, other_seed))


def test_an_attempt_that_was_left_earns_no_stars(log: Path, tmp_path: Path) -> None:
    lines = log.read_bytes().splitlines(keepends=True)
    path = tmp_path / "left.jsonl"
    path.write_bytes(b"".join(lines[:20]))
    proven = prove(path)
    assert not proven.is_over
    assert 0 < proven.steps < 40
    assert proven.stars == 0


def test_a_session_without_a_challenge_proves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "plain.jsonl"
    with SessionLog(path) as log:
        world = World(["two_level"], seed=0)
        log.begin(world)
        log.end(world)
    with pytest.raises(NoAttemptError, match="not the log of a challenge"):
        prove(path)
    assert prove_all(tmp_path) == ([], {})


def test_the_best_attempt_of_a_session_counts(tmp_path: Path) -> None:
    path, compiled = tmp_path / "three.jsonl", load_challenge("first_harvest")
    scores = []
    with SessionLog(path) as log:
        for period, steps in ((3, 40), (4, 40), (1, 5)):
            episode, policy = Episode(compiled, 1, log=log), Periodic(1, period, 0, "")
            while episode.steps_done < steps:
                episode.step(policy.choose(episode))
            scores.append(episode.score)
        log.end(episode.world)
    assert prove(path).score == max(scores[:2])


def test_an_attempt_that_goes_on_from_elsewhere_proves_nothing(tmp_path: Path) -> None:
    path, episode = tmp_path / "later.jsonl", Episode(load_challenge("hen_house"), 1)
    episode.step(0)
    with SessionLog(path) as log:
        log.begin(episode.world)
        log.tick(episode.world)
        log.end(episode.world)
    with pytest.raises(NotProvenError, match="does not begin as"):
        prove(path)


def test_the_best_logs_of_a_folder_come_first(folder: Path, log: Path) -> None:
    found, refused = prove_all(folder)
    assert refused == {}
    assert [one.challenge for one in found] == [
        "first_harvest",
        "first_harvest",
        "make_a_pair",
    ]
    assert found[0].score >= found[1].score
    broken = folder / "broken.jsonl"
    broken.write_bytes(
        log.read_bytes().replace(b'"digest_every":60', b'"digest_every":0')
    )
    found, refused = prove_all(folder)
    broken.unlink()
    assert len(found) == 3
    assert list(refused) == [str(broken)]
