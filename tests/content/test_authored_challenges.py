"""Challenges as content: in lists, in packs, with a schema, and what they say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spacewheat_sim.cli import main
from spacewheat_sim.content.challenge.challenge import Challenge
from spacewheat_sim.content.challenge.files import read_challenge_file
from spacewheat_sim.content.challenge.summary import challenge_lines
from spacewheat_sim.content.checks.check import check_content
from spacewheat_sim.content.folders import content_folder
from spacewheat_sim.content.packs.library import Library
from spacewheat_sim.engine.challenges.compiled import load_challenge, playing_problems
from spacewheat_sim.engine.world.content_text import (
    content_of,
    text_of,
)
from spacewheat_sim.errors import UnknownNameError

FOLDER = content_folder("biomes") / "challenges"
FILES = sorted(FOLDER.glob("*.yaml"))

POND = """\
schema: 1
name: Pond
emojis: [🐸, 🦟, 🍂]
icons:
  - {emoji: 🐸, name: Frog, transfers_from: {🦟: 0.5}, decay: {rate: 0.2}}
  - {emoji: 🦟, name: Midge, transfers_from: {🍂: 1.0}}
"""
LEAP = """\
schema: 1
name: Leap
biome: BIOME
seconds: 5
step: 1
acts: [{harvest: 🐸/🦟}]
goal: {harvested: {🐸: 1}}
stars: [0, 1, 2]
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """Return a pack with a biome and a challenge in it."""
    folder = tmp_path / "ponds"
    (folder / "icons").mkdir(parents=True)
    (folder / "biomes" / "challenges").mkdir(parents=True)
    (folder / "biomes" / "pond.yaml").write_text(POND, encoding="utf-8")
    leap = LEAP.replace("BIOME", "pond")
    path = folder / "biomes" / "challenges" / "leap.yaml"
    path.write_text(leap, encoding="utf-8")
    return folder


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_built_in_challenges_are_without_problems(path: Path) -> None:
    assert check_content([path], play=playing_problems).problems == ()
    challenge = read_challenge_file(path)
    assert challenge.description
    assert challenge.key == path.stem
    lines = "\n".join(challenge_lines(challenge))
    assert all(str(act) in lines for act in challenge.acts)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_challenge_survives_its_text(path: Path) -> None:
    challenge = read_challenge_file(path)
    again = content_of(Challenge, text_of(challenge))
    assert text_of(again) == text_of(challenge)
    assert again.moves == challenge.moves
    assert again.goal == challenge.goal


def test_a_challenge_of_a_pack_is_played_in_the_biome_of_the_pack(
    pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = pack / "biomes" / "challenges" / "leap.yaml"
    assert load_challenge(path).biome.emojis == ("🐸", "🦟", "🍂")
    with pytest.raises(UnknownNameError, match="Unknown challenge 'leap'"):
        load_challenge("leap")
    monkeypatch.setenv("SPACEWHEAT_PACKS", str(pack))
    assert load_challenge("leap").challenge.name == "Leap"
    assert next(entry.key for entry in Library().challenges) == "leap"


def test_a_challenge_may_name_its_biome_by_path(pack: Path) -> None:
    path = pack / "biomes" / "challenges" / "leap.yaml"
    path.write_text(LEAP.replace("BIOME", "../pond.yaml"), encoding="utf-8")
    assert load_challenge(path).biome.biome.name == "Pond"


def test_another_pack_changes_nothing_of_a_built_in_challenge(
    pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = load_challenge("first_harvest").world(0).snapshot()
    other = (content_folder("biomes") / "two_level.yaml").read_text(encoding="utf-8")
    changed = other.replace("1.5707963267948966", "3.0")
    (pack / "biomes" / "two_level.yaml").write_text(changed, encoding="utf-8")
    monkeypatch.setenv("SPACEWHEAT_PACKS", str(pack))
    assert load_challenge("first_harvest").world(0).snapshot() == before


def test_a_challenge_in_a_broken_biome_says_so_at_its_place(pack: Path) -> None:
    biome = pack / "biomes" / "pond.yaml"
    biome.write_text(POND.replace("0.5", "-0.5"), encoding="utf-8")
    path = pack / "biomes" / "challenges" / "leap.yaml"
    (problem,) = check_content([path], play=playing_problems).problems
    assert (problem.line, problem.column, problem.key_path) == (3, 8, ("biome",))
    assert "its biome cannot be used" in problem.message


def test_lists_show_and_schema_know_challenges(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["content", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert {each["key"] for each in listed["challenges"]} == {p.stem for p in FILES}
    assert main(["content", "show", "count_the_lights"]) == 0
    shown = capsys.readouterr().out
    assert "Hidden: 🌌.transfers_to.✨, one of 0.1, 0.4, 1.6" in shown
    assert main(["content", "show", str(FOLDER / "turned_sign.yaml"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["key"] == "turned_sign"
    assert main(["content", "schema", "challenge"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert {"biome", "acts", "goal", "stars"} <= set(schema["required"])


def test_stars_are_earned_from_their_score_on() -> None:
    challenge = read_challenge_file(FOLDER / "first_harvest.yaml")
    changed = Challenge.model_validate({**dict(challenge), "stars": (1.0, 2.0, 3.0)})
    scores = (0.99, 1.0, 2.5, 3.0, 9.0)
    earned = [changed.stars_of(score, is_reached=True) for score in scores]
    assert earned == [0, 1, 2, 3, 3]
    assert not any(changed.stars_of(score, is_reached=False) for score in scores)


def test_a_challenge_is_no_biome_and_a_biome_no_challenge(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["simulate", str(FOLDER / "first_harvest.yaml")]) == 2
    assert "is a challenge and no biome" in capsys.readouterr().err
    assert main(["challenge", "run", str(FOLDER.parent / "two_level.yaml")]) == 2
    assert "is no challenge: it names neither" in capsys.readouterr().err
