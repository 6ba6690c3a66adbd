"""The command ``content`` as its users see it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spacewheat_sim.cli.authoring.content import check, graph, new, schema, show
from spacewheat_sim.content.checks.check import check_content
from spacewheat_sim.content.folders import CHECKOUT
from spacewheat_sim.errors import ArgumentError, UnknownNameError

BAD = Path(__file__).parents[1] / "content_bad"

Captured = pytest.CaptureFixture[str]


def test_warnings_alone_are_no_failure(capsys: Captured) -> None:
    assert check() == 0
    out, err = capsys.readouterr()
    assert out.count("warning: ") == len(out.splitlines()) == 6
    assert err.endswith("errors: 0, warnings: 6\n")


def test_errors_are_exit_code_2(capsys: Captured) -> None:
    assert check(BAD / "self_coupling.yaml", BAD / "empty.yaml") == 2
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 2
    assert err == "files: 2, errors: 2, warnings: 0\n"


def test_a_claim_without_a_value_is_told_at_its_place_beside_the_others(
    tmp_path: Path, capsys: Captured
) -> None:
    file = tmp_path / "apart.yaml"
    file.write_text(
        """\
schema: 1
name: Apart
emojis: [🥁, 🎺, 🎻, 🎷]
initial: {emoji: 🥁}
icons:
  - {emoji: 🥁, name: Drum, transfers_to: {🎺: 1}}
  - {emoji: 🎻, name: Violin, transfers_to: {🎷: 1}}
claims:
  - {steady: 🎺, value: {at_least: 0.5}}
  - {population: 🎺, at: 1, value: {near: 0.632, within: 0.001}}
  - {population: 🥁, at: 1, value: {at_least: 0.5}}
""",
        encoding="utf-8",
    )

    assert check(file, claims=True) == 2
    out, err = capsys.readouterr()
    _, _, told, holds, fails = out.splitlines()[-5:]
    assert told.startswith(f"{file}:9:5: claims[0]: This bath has no unique steady")
    assert holds.startswith(f"{file}: holds: population 🎺 at 1 s: value is 0.632121")
    assert fails.startswith(f"{file}: FAILS: population 🥁 at 1 s: value is 0.367879")
    assert err.endswith("errors: 1, warnings: 5, claims: 2, failed: 1\n")


def test_a_check_as_one_json_document(capsys: Captured) -> None:
    assert check(BAD / "many_at_once.yaml", json=True) == 2
    report = json.loads(capsys.readouterr().out)
    assert report["files"] == 1
    assert report["problems"][0]["line"] == 4
    assert report["problems"][0]["rule"] == "extra_forbidden"


def test_show_lists_what_was_dropped(capsys: Captured) -> None:
    assert show("kitchen") == 0
    shown = capsys.readouterr().out
    dropped = shown.partition("Dropped")[2].partition("Axes")[0]
    assert "decay" in dropped
    assert "💀" in dropped
    assert "\x1b" not in shown


def test_show_as_json(capsys: Captured) -> None:
    assert show("forest", json=True) == 0
    summary = json.loads(capsys.readouterr().out)
    rows = {row["emoji"]: row for row in summary["emojis"]}
    assert (rows["🌲"]["icon"], rows["🌳"]["icon"]) == ("derived", "shared")
    assert rows["🌿"]["weight"] == pytest.approx(0.10 / 1.06)
    wolf = {"icon": "🐺", "kind": "transfers_from", "source": "🐇", "target": "🐺"}
    plain = {"rhythm": None, "depth": 0.0, "when": None, "unless": None}
    assert {**wolf, **plain, "value": 0.15} in summary["jumps"]


@pytest.mark.parametrize("name", ["☀", "☀️", "sol"])
def test_show_an_icon(name: str, capsys: Captured) -> None:
    assert show(name) == 0
    assert "1 day" in capsys.readouterr().out


def test_show_suggests_biomes_and_icons() -> None:
    with pytest.raises(UnknownNameError, match="'kitchen'"):
        show("kitchn")
    with pytest.raises(UnknownNameError, match="'Moonshroom'"):
        show("Monshroom")


@pytest.mark.parametrize("kind", ["icon", "biome", "scenario"])
def test_schema_is_json(kind: str, capsys: Captured) -> None:
    assert schema(kind) == 0  # type: ignore[arg-type]
    assert json.loads(capsys.readouterr().out)["type"] == "object"


@pytest.mark.parametrize("kind", ["icon", "biome", "challenge"])
def test_a_new_file_passes_its_check_and_is_never_overwritten(
    kind: str, tmp_path: Path, capsys: Captured
) -> None:
    assert new(kind, tmp_path / "wet_swamp") == 0  # type: ignore[arg-type]
    path = tmp_path / "wet_swamp.yaml"
    assert capsys.readouterr().out == f"{path}\n"
    assert "WetSwamp" in path.read_text(encoding="utf-8")
    assert check_content([path]).problems == ()
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(ArgumentError, match="already exists"):
        new(kind, path)  # type: ignore[arg-type]
    assert path.read_text(encoding="utf-8") == "mine"


def test_the_mistake_in_the_readme_is_told_as_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.chdir(tmp_path)
    pond = Path("pond.yaml")
    new("biome", Path("pond"))
    text = pond.read_text(encoding="utf-8")
    pond.write_text(text.replace("axes:", "axis:"), encoding="utf-8")
    capsys.readouterr()

    assert check(pond) == 2
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    assert f"```text\n{capsys.readouterr().out}```" in readme


def test_a_new_file_needs_a_name_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="letter"):
        new("icon", tmp_path / "1: bad")
    with pytest.raises(ArgumentError, match="cannot be written"):
        new("icon", tmp_path / "nowhere" / "icon")


def test_a_graph_adds_the_halves_of_a_coupling(capsys: Captured) -> None:
    assert graph("kitchen") == 0
    text = capsys.readouterr().out
    assert text.startswith('digraph "Kitchen" {')
    assert '"🔥" -> "🍞" [dir=none, style=dashed, label="0.45"];' in text
    assert '"🌾" -> "🍞" [label="0.08/s"];' in text
