"""Packs: found by path, by name and by variable, checked as they run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from spacewheat_sim import ArgumentError, World, load_biome, load_pack
from spacewheat_sim.cli.command import run_command
from spacewheat_sim.content.checks.check import check_content
from spacewheat_sim.content.packs.library import Library
from spacewheat_sim.content.packs.pack import VARIABLE, open_pack
from spacewheat_sim.content.packs.starting_pack import write_starting_pack
from spacewheat_sim.content.problems import ContentError

Captured = pytest.CaptureFixture[str]

WOLF = """\
schema: 1
icons:
  - emoji: 🐺
    name: Were Wolf
    transfers_from: {🐇: 0.9}
  - emoji: 👹
    name: Ogre
    transfers_from: {🐺: 0.4}
"""
DEN = "schema: 1\nname: Den\nemojis: [🐺, 🐇, 👹]\ninitial: {emoji: 🐇}\n"


def make_pack(folder: Path, icons: str = WOLF, biome: str = DEN) -> Path:
    if icons:
        (folder / "icons").mkdir(parents=True)
        (folder / "icons" / "all.yaml").write_text(icons, encoding="utf-8")
    if biome:
        (folder / "biomes").mkdir(parents=True)
        (folder / "biomes" / "den.yaml").write_text(biome, encoding="utf-8")
    return folder


def rate(compiled, source: str, target: str) -> float:
    ops = compiled.operators
    pair = ops.index(source), ops.index(target)
    return sum(j.rate for j in ops.jumps if (j.source, j.target) == pair)


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    return tmp_path


def test_a_biome_by_path_runs_with_its_packs_icons_from_any_folder(elsewhere) -> None:
    den = make_pack(elsewhere / "wild") / "biomes" / "den.yaml"
    compiled = load_biome(den)
    assert rate(compiled, "🐇", "🐺") == 0.9
    assert compiled.inert == ()
    assert rate(load_biome("forest_small"), "🐇", "🐺") == 0.15  # others notice nothing
    world = World([str(den)], seed=0)
    assert world.baths["den"].operators.equals(compiled.operators)


@pytest.mark.parametrize(
    "words",
    [
        ["content", "show", "DEN"],
        ["content", "graph", "DEN"],
        ["simulate", "DEN", "--steps", "2", "--no-figures", "--out", "OUT"],
        ["content", "show", "den", "--pack", "PACK"],
        ["content", "graph", "den", "--pack=PACK"],
        [
            "simulate",
            "den",
            "--pack",
            "PACK",
            "--steps",
            "2",
            "--no-figures",
            "--out",
            "OUT",
        ],
    ],
    ids=" ".join,
)
def test_every_command_takes_a_pack_by_path_and_by_name(
    words: list[str], elsewhere: Path, capsys: Captured
) -> None:
    pack = make_pack(elsewhere / "wild")
    paths = {"DEN": pack / "biomes" / "den.yaml", "OUT": elsewhere / "runs"}
    words = [str(paths.get(word, word)).replace("PACK", str(pack)) for word in words]
    assert run_command(words) == 0
    assert "👹" in capsys.readouterr().out
    assert VARIABLE not in os.environ


def test_the_sandbox_draws_a_biome_of_a_pack(elsewhere: Path, capsys: Captured) -> None:
    pack = make_pack(elsewhere / "wild")
    assert run_command(["play", "den", "--pack", str(pack), "--frames", "1"]) == 0
    assert "4 terms were dropped" in capsys.readouterr().err


def test_a_variable_names_packs_too(elsewhere, monkeypatch) -> None:
    pack = make_pack(elsewhere / "wild")
    monkeypatch.setenv(VARIABLE, f"{pack}{os.pathsep}{pack}")
    assert [p.name for p in Library().packs] == ["wild", "built-in"]
    assert rate(load_biome("den"), "🐇", "🐺") == 0.9
    assert rate(load_biome("forest_small"), "🐇", "🐺") == 0.9  # a pack replaces icons


def test_the_first_of_two_packs_wins_and_a_biomes_own_pack_before_it(elsewhere) -> None:
    slow = make_pack(elsewhere / "slow", WOLF.replace("0.9", "0.1"), "")
    wild = make_pack(elsewhere / "wild", biome="")
    mine = make_pack(elsewhere / "mine", WOLF.replace("0.9", "0.5"))
    for order, wanted in (((slow, wild), 0.1), ((wild, slow), 0.9)):
        library = Library([open_pack(path) for path in order])
        assert library.registry().get("🐺").transfers_from["🐇"] == wanted
        den = mine / "biomes" / "den.yaml"
        assert library.registry(den).get("🐺").transfers_from["🐇"] == 0.5


def test_a_pack_in_python(elsewhere: Path) -> None:
    pack = load_pack(make_pack(elsewhere / "wild"))
    assert (pack.name, pack.biomes) == ("wild", ("den",))
    assert pack.icons.get("👹").name == "Ogre"
    assert rate(pack.load_biome("den"), "🐇", "🐺") == 0.9
    assert rate(pack.load_biome("forest_small"), "🐇", "🐺") == 0.9
    assert rate(load_biome("forest_small"), "🐇", "🐺") == 0.15


def test_a_world_takes_biomes_of_two_packs_where_they_agree(elsewhere: Path) -> None:
    wild = load_pack(make_pack(elsewhere / "wild"))
    world = World([wild.load_biome("den"), "two_level"], seed=0)
    world.run(0.5)
    with pytest.raises(ArgumentError, match="share one set of icons"):
        World([wild.load_biome("den"), "forest_small"])


def test_a_pack_without_biomes_or_without_icons_is_one(elsewhere: Path) -> None:
    assert load_pack(make_pack(elsewhere / "a", biome="")).biomes == ()
    without = make_pack(elsewhere / "b", icons="")
    assert load_biome(without / "biomes" / "den.yaml").inert == ("👹",)


def test_a_broken_file_of_a_pack_is_told_by_the_check_and_by_a_run(elsewhere) -> None:
    pack = make_pack(elsewhere / "wild", WOLF.replace("0.9", "-0.9"))
    (problem,) = check_content([pack]).problems
    assert "-0.9 is negative" in problem.message
    den = pack / "biomes" / "den.yaml"
    assert check_content([den]).errors == 1
    with pytest.raises(ContentError, match=r"-0\.9 is negative"):
        load_biome(den)
    load_biome("forest_small")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("file", "is a file; a pack is a folder"),
        ("nowhere", "There is no folder"),
        ("empty", "has neither icons/ nor biomes/"),
    ],
)
def test_what_is_no_pack_is_refused(
    name: str, told: str, elsewhere: Path, capsys: Captured
) -> None:
    (elsewhere / "file").write_text("x")
    (elsewhere / "empty").mkdir()
    path = elsewhere / name
    with pytest.raises(ArgumentError, match=told):
        load_pack(path)
    assert run_command(["content", "list", "--pack", str(path)]) == 2
    assert told in capsys.readouterr().err


def test_a_pack_flag_without_a_folder_is_refused(capsys: Captured) -> None:
    assert run_command(["content", "list", "--pack"]) == 2
    assert "--pack needs the folder" in capsys.readouterr().err


def test_lists_name_the_pack(elsewhere: Path, capsys: Captured) -> None:
    pack = make_pack(elsewhere / "wild")
    for words in (["content", "list", "--json"], ["simulate", "--list", "--json"]):
        assert run_command([*words, "--pack", str(pack)]) == 0
        listed = json.loads(capsys.readouterr().out)
        packs = {entry["key"]: entry["pack"] for entry in listed["biomes"]}
        assert (packs["den"], packs["forest"]) == ("wild", "built-in")
        assert [entry["name"] for entry in listed["packs"]] == ["wild", "built-in"]


def test_a_new_pack_passes_its_check_runs_and_is_never_overwritten(elsewhere) -> None:
    folder = elsewhere / "wet_land"
    write_starting_pack(folder)
    assert check_content([folder]).problems == ()
    compiled = load_biome(folder / "biomes" / "wet_land.yaml")
    compiled.bath(seed=1).evolve_many(0.5, 10)
    assert compiled.number("🌿.transfers_from.💧") == 0.05
    with pytest.raises(ArgumentError, match="already exists"):
        write_starting_pack(folder)
    with pytest.raises(ArgumentError, match="does not exist"):
        write_starting_pack(elsewhere / "no" / "where")


def test_a_process_by_itself_finds_a_pack(elsewhere: Path) -> None:
    pack = make_pack(elsewhere / "wild")
    words = ["simulate", "den", "--pack", "../wild", "--steps", "1", "--no-figures"]
    done = subprocess.run(
        [sys.executable, "-m", "spacewheat_sim", *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "4 terms were dropped" in done.stderr
    assert pack.is_dir()


def test_a_world_of_forty_two_biomes_of_one_pack(elsewhere: Path) -> None:
    """200 icons in ten files; their times are in benchmarks, not in tests."""
    emojis = [chr(0x1F400 + i) for i in range(200)]
    pack = elsewhere / "many"
    (pack / "icons").mkdir(parents=True)
    (pack / "biomes").mkdir()
    for part in range(10):
        icons = [
            f"  - {{emoji: {e}, name: N{e}, drivers: [{{rhythm: day}}], "
            f"couplings: {{{emojis[(i + 1) % 200]}: 0.3}}, "
            f"decay: {{rate: 0.1, target: {emojis[(i + 2) % 200]}}}}}\n"
            for i, e in enumerate(emojis)
            if i % 10 == part
        ]
        text = "schema: 1\nicons:\n" + "".join(icons)
        (pack / "icons" / f"{part}.yaml").write_text(text, encoding="utf-8")
    for b in range(42):
        members = ", ".join(emojis[4 * b : 4 * b + 8])
        text = f"schema: 1\nname: B{b}\nemojis: [{members}]\n"
        (pack / "biomes" / f"b{b}.yaml").write_text(text, encoding="utf-8")
    loaded = load_pack(pack)
    assert len(loaded.biomes) == 42
    world = World(sorted(str(p) for p in (pack / "biomes").iterdir()), seed=0)
    world.run(0.1)
    assert all(bath.operators.jumps for bath in world.baths.values())
