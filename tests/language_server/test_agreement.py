"""What the language server says of a file, and what the check says, are the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from spacewheat_sim.content.challenge.files import is_challenge
from spacewheat_sim.content.checks.check import check_content
from spacewheat_sim.content.folders import CHECKOUT
from spacewheat_sim.content.yaml.loader import load_yaml
from spacewheat_sim.engine.challenges.compiled import playing_problems
from spacewheat_sim.lab.scenario_problems import scenario_problems

pytestmark = pytest.mark.slow

TESTS = Path(__file__).parents[1]
FILES = [
    path
    for folder in (TESTS / "content_good", TESTS / "content_bad")
    for path in sorted(folder.glob("*.yaml"))
]
SHIPPED = sorted([*CHECKOUT.glob("icons/*.yaml"), *CHECKOUT.glob("biomes/**/*.yaml")])

# Rules that no JSON Schema can say, because they compare two places of a file.
COMPARE = {
    *("absent-initial", "absent-axis", "absent-in-chain", "absent-in-claim"),
    *("absent-ground", "absent-jump", "missing-row", "twin-emojis", "twin-icons"),
    *("twin-poles", "flat-axis", "self-coupling", "self-transfer", "self-decay"),
    *("register-axes", "kind-of-biome", "unknown-rhythm", "claimed-axes"),
    *("act", "goal", "stars", "guess", "unpayable", "unplayable", "steps"),
}
# Rules of which a schema says a part; here are the lines of the other part.
COMPARE_IN_PART = {
    ("claim_without_sense", 8): "two seconds in order",
    ("claim_without_sense", 11): "two bounds in order",
    ("emoji_key_with_and_without_selector", 5): "two spellings of one key",
    ("register_poles", 4): "two poles of one axis",
    ("rates_not_finite", 6): "JSON has no NaN",
    ("meta_not_finite", 3): "JSON has no NaN",
}
# Rules of YAML itself: what is no file to the check may be one to others, or none to
# both for reasons of which each tells its own.
TEXT = {
    *("alias", "anchor", "merge", "tag", "control-character", "syntax", "version"),
    *("documents", "empty", "size", "depth", "encoding", "nesting", "tab"),
}
# Told by both, at another line: a missing key has none of its own.
ELSEWHERE = {
    "no_icons_at_all",
    "register_and_emojis",
    "register_empty",
    "stationary_without_chain",
}


def kind_of(path):
    data = load_yaml(path).data
    if isinstance(data, dict) and "experiment" in data:
        return "scenario"
    if is_challenge(load_yaml(path)):
        return "challenge"
    is_icons = isinstance(data, dict) and {"icons", "rhythms"} & data.keys()
    return "icon" if is_icons and not {"emojis", "register"} & data.keys() else "biome"


def said_lines(server, path, text):
    uri = f"file:///{path.parent.name}/{kind_of(path)}--{path.name}"
    found = server.diagnostics(uri, text)
    return {each["range"]["start"]["line"] + 1 for each in found}, found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_server_and_the_check_agree(server, path):
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        pytest.skip("an editor shows no text of other encodings")
    problems = check_content([path], scenario_problems, playing_problems).problems
    errors = [each for each in problems if each.severity == "error"]
    if {each.rule for each in errors} & TEXT:
        return  # both are asked for sound YAML only

    said, found = said_lines(server, path, text)

    expected = {
        each.line
        for each in errors
        if each.rule not in COMPARE and (path.stem, each.line) not in COMPARE_IN_PART
    }
    if path.stem in ELSEWHERE:
        assert said
        assert expected
    else:
        assert said == expected, (found, errors)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_server_finds_nothing_in_shipped_files(server, path):
    """Each names its schema, which lies beside it."""
    found = server.diagnostics(path.as_uri(), path.read_text(encoding="utf-8"))
    assert not found


def test_what_is_listed_as_beyond_a_schema_is_met_in_some_file():
    met = {
        (path.stem, each.line, each.rule)
        for path in FILES
        for each in check_content([path], scenario_problems, playing_problems).problems
    }
    assert {rule for _, _, rule in met} >= COMPARE
    assert {(stem, line) for stem, line, _ in met} >= COMPARE_IN_PART.keys()
    assert {stem for stem, _, _ in met} >= ELSEWHERE


def test_a_line_in_a_file_names_its_schema(server, schemas):
    """Without any setting: the name of the file tells nothing here."""
    text = f"# yaml-language-server: $schema={schemas['biome']}\nschema: 1\nname: A\n"
    found = server.diagnostics("file:///anywhere/meadow.yaml", text)
    assert [each["message"] for each in found] == ['Missing property "emojis".']
