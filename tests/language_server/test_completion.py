"""What an editor inserts where the author asks for it, the check accepts."""

from __future__ import annotations

import re

import pytest

from spacewheat_sim.content.checks.check import check_content
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.lab.experiments import NAMES
from spacewheat_sim.lab.scenario_problems import scenario_problems

pytestmark = pytest.mark.slow

BIOME = "schema: 1\nname: A\nemojis: [☀, 🌱, 🍂]\n"
ICON = "schema: 1\nicons:\n  - emoji: 🌱\n    name: X\n"
SCENARIO = "schema: 1\nname: A\nexperiment: ising_1d\n"
# The cursor is at @.
PLACES = [
    ("biome", "schema: 1\n@\n"),
    ("biome", BIOME + "@\n"),
    ("biome", BIOME + "evolution:\n  @\n"),
    ("biome", BIOME + "evolution: {method: @}\n"),
    ("biome", BIOME + "evolution: {method: spec, hamiltonian_step: @}\n"),
    ("biome", BIOME + "initial: @\n"),
    ("biome", BIOME + "initial:\n  @\n"),
    ("biome", BIOME + "initial:\n  weights:\n    @\n"),
    ("biome", BIOME + "initial: {emoji: @}\n"),
    ("biome", BIOME + "axes:\n  - @\n"),
    ("biome", BIOME + "axes:\n  - north: @\n    south: 🌱\n"),
    ("biome", BIOME + "harvest:\n  @\n"),
    ("biome", BIOME + "markov:\n  @\n"),
    ("biome", BIOME + "icons:\n  - @\n"),
    ("biome", BIOME + "icons:\n  - emoji: 🌱\n    name: B\n    @\n"),
    ("biome", BIOME + "claims:\n  - population: 🌱\n    @\n"),
    ("biome", BIOME + "claims:\n  - population: 🌱\n    at: 3\n    @\n"),
    ("biome", BIOME + "claims:\n  - population: 🌱\n    at: 3\n    value:\n      @\n"),
    ("biome", "schema: 1\nname: A\nemojis:\n  - @\n"),
    ("biome", "schema: 1\nname: A\nregister:\n  - @\n"),
    ("icon", "schema: 1\nicons:\n  - @\n"),
    ("icon", "schema: 1\nicons:\n  - emoji: @\n    name: X\n"),
    ("icon", ICON + "    @\n"),
    ("icon", ICON + "    couplings:\n      @\n"),
    ("icon", ICON + "    transfers_from:\n      @\n"),
    ("icon", ICON + "    transfers_from:\n      🐇:\n        rate: 0.1\n        @\n"),
    ("icon", ICON + "    decay:\n      @\n"),
    ("icon", ICON + "    decay:\n      rate: 0.1\n      target: @\n"),
    ("icon", ICON + "    drivers:\n      - @\n"),
    ("icon", ICON + "    drivers:\n      - rhythm: @\n"),
    ("icon", "schema: 1\nrhythms:\n  tide:\n    shape: @\n"),
    ("icon", "schema: 1\nrhythms:\n  tide:\n    shape: sine\n    period: 3\n    @\n"),
    ("scenario", "schema: 1\nname: A\nexperiment: @\n"),
    ("scenario", SCENARIO + "@\n"),
    ("scenario", SCENARIO + "parameters:\n  @\n"),
    ("scenario", SCENARIO + "parameters:\n  method: @\n"),
]
# What an insertion leaves for the author: more keys, and which of the biome's emojis.
UNFINISHED = {"missing", "no-length", "claim"}
UNRELATED = {"absent-initial", "absent-axis", "flat-axis", "no-chain"}
UNRELATED |= {"self-coupling", "self-transfer", "self-decay"}


def plain(snippet):
    """Return what a snippet inserts if the author only goes from stop to stop."""
    text = re.sub(r"\$\{\d+\|([^,|]*)[^}]*\|\}", r"\1", snippet)
    text = re.sub(r"\$\{\d+:([^${}]*)\}", r"\1", text)
    return re.sub(r"\$\{\d+\}|\$\d+", "", text)


def offset(lines, place):
    units = lines[place["line"]].encode("utf-16-le")[: 2 * place["character"]]
    before = sum(len(line) + 1 for line in lines[: place["line"]])
    return before + len(units.decode("utf-16-le"))


def inserted(text, item, cursor):
    """Return the document after an editor has inserted a completion."""
    edit = item.get("textEdit") or {}
    new = plain(edit.get("newText") or item.get("insertText") or item["label"])
    span = edit.get("range") or {"start": cursor, "end": cursor}
    lines = text.split("\n")
    indent = re.match(" *", lines[cursor["line"]])[0]
    begin, end = offset(lines, span["start"]), offset(lines, span["end"])
    return text[:begin] + new.replace("\n", f"\n{indent}") + text[end:]


def offered(server, kind, marked):
    """Return the document without its mark, the items, and the cursor."""
    text, before = marked.replace("@", ""), marked.split("@")[0]
    column = len(before.rsplit("\n", 1)[-1].encode("utf-16-le")) // 2
    cursor = {"line": before.count("\n"), "character": column}
    uri = f"file:///completion/{kind}--{abs(hash(marked))}.yaml"
    server.diagnostics(uri, text)
    items = server.completion(uri, cursor["line"], cursor["character"])
    return text, items, cursor


def is_left_empty(lines, line):
    return lines[line - 1].rstrip().endswith((":", "-"))


@pytest.mark.parametrize(("kind", "marked"), PLACES)
def test_what_completion_inserts_passes(server, tmp_path, kind, marked):
    text, items, cursor = offered(server, kind, marked)
    assert items
    for item in items:
        after = inserted(text, item, cursor)
        file = tmp_path / "completed.yaml"
        file.write_text(after, encoding="utf-8")
        lines = [*after.split("\n"), ""]
        wrong = [
            str(problem)
            for problem in check_content([file], scenario_problems).problems
            if problem.severity == "error"
            and problem.rule not in UNFINISHED | UNRELATED
            and not is_left_empty(lines, problem.line)
        ]
        assert not wrong, (item["label"], after)


@pytest.mark.parametrize(
    ("kind", "marked"),
    [
        ("biome", BIOME + "initial: {emoji: @}\n"),
        ("biome", BIOME + "initial:\n  weights:\n    @\n"),
        ("icon", ICON + "    transfers_from:\n      @\n"),
        ("icon", ICON + "    decay:\n      rate: 0.1\n      target: @\n"),
    ],
)
def test_the_emojis_of_all_icons_are_offered(server, kind, marked):
    labels = {item["label"] for item in offered(server, kind, marked)[1]}
    assert labels >= {icon.emoji for icon in IconRegistry.builtin()}


def test_experiments_and_their_parameters_are_offered(server):
    _, items, _ = offered(server, "scenario", "schema: 1\nname: A\nexperiment: @\n")
    assert {item["label"] for item in items} == set(NAMES)
    _, items, _ = offered(server, "scenario", SCENARIO + "parameters:\n  @\n")
    labels = {item["label"] for item in items}
    assert labels == {"L", "T", "T_grid", "J", "h", "method", "sweeps"}


def test_a_claim_offers_only_what_can_be_asked_of_its_quantity(server):
    marked = BIOME + "claims:\n  - population: 🌱\n    at: 3\n    @\n"
    assert {item["label"] for item in offered(server, "biome", marked)[1]} == {"value"}


def test_rhythms_are_offered(server):
    _, items, _ = offered(server, "icon", ICON + "    drivers:\n      - rhythm: @\n")
    known = IconRegistry.builtin().rhythms
    assert {item["label"] for item in items} == set(known)


def test_descriptions_have_no_markup(server):
    text = BIOME + "evolution: {method: master}\n"
    uri = "file:///hover/biome--meadow.yaml"
    server.diagnostics(uri, text)
    said = server.hover(uri, 3, 1)
    assert "The method and its options" in said
    assert "`" not in said.replace("Source: [biome", "")
    assert ":class:" not in said
