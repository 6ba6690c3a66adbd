"""Schemas for editors: as files beside content, in templates, and what they say."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from spacewheat_sim.cli import main
from spacewheat_sim.content.checks.check import check_content
from spacewheat_sim.content.folders import CHECKOUT
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.schema.emoji_pattern import emoji_pattern
from spacewheat_sim.content.schema.files import known_names, modeline, schema_name
from spacewheat_sim.content.schema.schema import MODELS, Known, file_schema
from spacewheat_sim.emoji import known_emojis

FLAG = "\U0001f3f4\U000e0067\U000e0062"  # the beginning of a flag, which is no emoji


def words_of(schema):
    """Yield every description of a schema."""
    parts = schema.values() if isinstance(schema, dict) else schema
    for key, part in schema.items() if isinstance(schema, dict) else enumerate(parts):
        if key == "description" and isinstance(part, str):
            yield part
        elif isinstance(part, dict | list):
            yield from words_of(part)


def test_built_in_files_name_their_schema_and_schemas_are_up_to_date():
    """If this fails: ``python tools/write_editor_schemas.py``."""
    wanted = (
        "import sys; sys.path.insert(0, 'tools'); import write_editor_schemas as w; "
        "print([str(p) for p, text in w.wanted() if p.read_text('utf-8') != text])"
    )
    done = subprocess.run(
        [sys.executable, "-c", wanted],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("kind", MODELS)
def test_a_schema_names_its_dialect_and_itself(kind):
    schema = file_schema(kind, Known())
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert schema["$id"] == f"urn:spacewheat-sim:{kind}:1"


@pytest.mark.parametrize("kind", MODELS)
def test_descriptions_are_plain_sentences(kind):
    said = list(words_of(file_schema(kind, Known({"🐺": "Wolf"}))))
    assert len(said) > 3
    assert not [text for text in said if re.search(r"`|:\w+:|\n|Attributes", text)]


def test_every_reference_leads_somewhere():
    for kind in MODELS:
        schema = file_schema(kind, known_names(IconRegistry.builtin()))
        for place in re.findall(
            r'"\$ref": "#/definitions/([^"]*)"', json.dumps(schema)
        ):
            name = json.loads(f'"{place}"').replace("~1", "/")
            assert name in schema["definitions"]


def test_the_pattern_of_emojis_is_that_of_the_check():
    pattern = re.compile(emoji_pattern())
    assert all(pattern.fullmatch(emoji) for emoji in known_emojis())
    assert all(pattern.fullmatch(text) for text in ("☀️", "🏳️‍🌈", "1️⃣", "🏳‍🌈"))
    assert not any(
        pattern.fullmatch(text) for text in ("1", "#", "🐇🐺", "x", "", FLAG)
    )


@pytest.mark.parametrize("kind", ["icon", "biome", "register", "challenge"])
def test_a_new_file_names_its_schema_which_lies_beside_it(tmp_path, kind, capsys):
    assert main(["content", "new", kind, str(tmp_path / "meadow")]) == 0
    made = tmp_path / "meadow.yaml"
    schema = "biome" if kind == "register" else kind
    assert capsys.readouterr().out == f"{made}\n"
    assert made.read_text(encoding="utf-8").startswith(modeline(schema))
    beside = json.loads((tmp_path / schema_name(schema)).read_text(encoding="utf-8"))
    assert beside["$id"] == f"urn:spacewheat-sim:{schema}:1"
    assert not check_content([tmp_path]).errors


def test_a_new_pack_has_its_schemas(tmp_path):
    assert main(["content", "new", "pack", str(tmp_path / "wetland")]) == 0
    for name, kind in (("icons", "icon"), ("biomes", "biome")):
        folder = tmp_path / "wetland" / name
        assert (folder / schema_name(kind)).exists()
        for path in folder.glob("*.yaml"):
            assert path.read_text(encoding="utf-8").startswith(modeline(kind))


def test_a_schema_that_is_there_is_kept(tmp_path):
    own = tmp_path / schema_name("biome")
    own.write_text("{}")
    assert main(["content", "new", "biome", str(tmp_path / "meadow")]) == 0
    assert own.read_text() == "{}"


def test_the_command_offers_the_icons_of_packs(tmp_path, capsys):
    assert main(["content", "new", "pack", str(tmp_path / "wetland")]) == 0
    capsys.readouterr()
    words = ["content", "schema", "icon", "--pack", str(tmp_path / "wetland")]
    assert main(words) == 0
    schema = json.loads(capsys.readouterr().out)
    assert "🐌" in schema["definitions"]["emoji"]["anyOf"][0]["enum"]
    assert "night" in schema["definitions"]["rhythm name"]["anyOf"][0]["enum"]


def test_a_new_challenge_of_a_pack_gets_its_folder_and_its_schema_and_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only the folder in which challenges are looked for is made, no other."""
    pack = tmp_path / "wetland"
    assert main(["content", "new", "pack", str(pack)]) == 0
    folder = pack / "biomes" / "challenges"
    for name in ("moons", "suns"):
        assert main(["content", "new", "challenge", str(folder / name)]) == 0
    files = {path.name for path in folder.iterdir()}
    assert files == {"moons.yaml", "suns.yaml", "challenge.schema.json"}
    monkeypatch.setenv("SPACEWHEAT_PACKS", str(pack))
    assert main(["content", "check", str(pack)]) == 0
    assert main(["challenge", "run", "moons", "--episodes", "2"]) == 0
    capsys.readouterr()
    assert main(["content", "new", "challenge", str(pack / "nowhere" / "x")]) == 2
    assert "its folder does not exist" in capsys.readouterr().err
    text = (folder / "moons.yaml").read_text().replace("cost: 0.1}", "cost: 3}", 1)
    (folder / "moons.yaml").write_text(text)
    assert main(["content", "check", str(pack)]) == 2
    said = capsys.readouterr().out
    assert "acts[0].cost: it can never be paid: the budget is 2" in said
