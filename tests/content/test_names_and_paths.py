"""What is a name and what is a path, and what is said where one was meant."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from spacewheat_sim.cli import main
from spacewheat_sim.content.checks.check import check_content
from spacewheat_sim.content.entries import as_path
from spacewheat_sim.content.folders import content_folder

TWO_LEVEL = content_folder("biomes") / "two_level.yaml"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a biome under several names."""
    for name in ("reef.yaml", "noext", "json.json", "UP.YAML", "tide.yml"):
        shutil.copy(TWO_LEVEL, tmp_path / name)
    (tmp_path / "deep").mkdir()
    shutil.copy(TWO_LEVEL, tmp_path / "deep" / "reef")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "path",
    ["./noext", "./json.json", "./UP.YAML", "UP.YAML", "tide.yml", "deep/reef", ".//x"],
)
def test_whatever_has_a_folder_or_a_yaml_suffix_is_a_path(path: str) -> None:
    assert as_path(path) == Path(path)


@pytest.mark.parametrize("name", ["reef", "noext", "json.json", "", "a.b", "🌾"])
def test_whatever_has_neither_is_a_name(name: str) -> None:
    assert as_path(name) is None


@pytest.mark.parametrize(
    "path", ["./noext", "./json.json", "./UP.YAML", "UP.YAML", "tide.yml", "deep/reef"]
)
@pytest.mark.usefixtures("here")
def test_every_command_takes_such_a_path(path: str) -> None:
    words = ["--steps", "1", "--no-figures", "--seed", "0"]
    assert main(["simulate", path, *words]) == 0
    assert main(["content", "show", path]) == 0
    assert main(["content", "graph", path]) == 0
    assert main(["play", path, "--frames", "1"]) == 0


@pytest.mark.parametrize(
    ("name", "file"),
    [("reef", "reef.yaml"), ("tide", "tide.yml"), ("noext", "./noext")],
)
@pytest.mark.parametrize(
    "command", ["simulate", "content show", "content graph", "play --frames 1"]
)
@pytest.mark.usefixtures("here")
def test_a_name_beside_a_file_of_that_name_gets_a_hint(
    name: str, file: str, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command.split(), name]) == 2
    assert f"did you mean the file {file}? " in capsys.readouterr().err


@pytest.mark.usefixtures("here")
def test_a_name_that_is_known_is_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(TWO_LEVEL, "kitchen.yaml")
    assert main(["content", "show", "kitchen"]) == 0
    assert capsys.readouterr().out.startswith("Kitchen:")


def test_suffixes_of_either_case_are_found_in_a_folder(here: Path) -> None:
    assert check_content([here]).files == 3


def test_the_name_of_a_new_file_may_end_in_either_case(tmp_path: Path) -> None:
    path = tmp_path / "swamp.YAML"
    assert main(["content", "new", "biome", str(path)]) == 0
    assert path.exists()


def test_a_problem_of_an_icon_names_its_emoji(tmp_path: Path) -> None:
    path = tmp_path / "icons.yaml"
    path.write_text(
        "schema: 1\n"
        "icons:\n"
        "  - {emoji: 🐌, name: Snail}\n"
        "  - emoji: 🦎\n"
        "    name: Lizard\n"
        "    dephasing: often\n"
        "    drivers: [{rhythm: dya}]\n",
        encoding="utf-8",
    )
    problems = [str(problem) for problem in check_content([path]).problems]
    assert len(problems) == 2
    assert any(
        "icons[1].dephasing of 🦎: 'often' is not a number" in p for p in problems
    )
    assert any("there is no rhythm dya" in p and "mean day" in p for p in problems)


@pytest.mark.parametrize("place", ["biomes", "biomes/challenges"])
def test_a_name_in_a_pack_of_the_current_folder_suggests_the_pack(
    place: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "garden" / place
    folder.mkdir(parents=True)
    (folder / "blue_lagoon.yaml").write_text("schema: 1\n", encoding="utf-8")
    assert main(["content", "show", "blue lagoon"]) == 2
    assert "it is in a pack here: --pack garden" in capsys.readouterr().err
