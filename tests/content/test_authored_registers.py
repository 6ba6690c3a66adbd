"""Registers as content: what shared icons say in them, what is shown of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from spacewheat_sim.content.biome import BiomeFile
from spacewheat_sim.content.checks.check import check_content
from spacewheat_sim.content.files import read_biome
from spacewheat_sim.content.overview.graph import biome_graph
from spacewheat_sim.content.overview.summary import biome_summary
from spacewheat_sim.content.problems import ContentError
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.starting_files import write_starting_file
from spacewheat_sim.engine.compile import load_biome

ICONS = """\
schema: 1
icons:
  - emoji: ☀
    name: Sun
    pair_couplings: {🌙: 0.5}
    transfers_to: {🌾: {rate: 0.1, when: 🍄}}
"""
REGISTER = """\
schema: 1
name: Field
register: [{north: ☀, south: 🌙}, {north: 🌾, south: 🍄}]
"""


def test_a_shared_icon_that_makes_no_sense_in_a_register_is_told(tmp_path: Path):
    """By the check, and by whoever loads it, at the register."""
    for folder in ("icons", "biomes"):
        (tmp_path / folder).mkdir()
    (tmp_path / "icons" / "icons.yaml").write_text(ICONS)
    biome = tmp_path / "biomes" / "field.yaml"
    biome.write_text(REGISTER)
    problems = [p for p in check_content([tmp_path]).problems if p.severity == "error"]

    assert [p.rule for p in problems] == ["kind-of-biome"] * 2
    assert {p.line for p in problems} == {3}
    assert all("shared icon of ☀" in p.message for p in problems)
    registry = IconRegistry.load([tmp_path / "icons" / "icons.yaml"])
    with pytest.raises(ContentError, match="two poles of one axis"):
        load_biome(biome, registry)


def test_a_file_to_start_from_is_valid_and_runs(tmp_path: Path):
    """With pair couplings, alignments and gates in it."""
    path = write_starting_file("register", tmp_path / "meadow")
    assert check_content([path]).problems == ()
    bath = load_biome(path).bath(seed=1)
    bath.evolve(0.5)
    assert len(bath.emojis) == 6
    kinds = {term.kind for term in load_biome(path).operators.jumps}
    assert kinds == {"transfer", "dephasing"}


def test_a_summary_has_axes_weights_and_gates():
    """``content show`` prints what it holds."""
    registry = IconRegistry.builtin()
    summary = biome_summary(read_biome("catalyst", registry), registry)
    assert summary["register"][0] == {"north": "☀", "south": "🌙"}
    weights = {row["emoji"]: row["weight"] for row in summary["emojis"]}
    assert weights == pytest.approx({"☀": 0.4, "🌙": 0.6, "🌾": 0.0, "🌱": 1.0})
    (jump,) = summary["jumps"]
    assert (jump["value"], jump["when"], jump.get("unless")) == (0.5, "☀", None)
    level = biome_summary(read_biome("two_level", registry), registry)
    assert level["register"] == []


def test_a_graph_has_a_box_for_each_axis_and_tells_gates():
    """Alignments are bold, and arrows say when they act."""
    registry = IconRegistry.builtin()
    dot = biome_graph(read_biome("catalyst", registry), registry)
    assert dot.count("subgraph cluster_") == 2
    assert '"🌱" -> "🌾" [label="0.5/s when ☀"];' in dot
    dot = biome_graph(read_biome("locked_gate", registry), registry)
    assert '"🐶" -> "🐑" [dir=none, style=bold, label="4"];' in dot


def test_the_schema_knows_registers():
    """For completion in editors."""
    schema = BiomeFile.model_json_schema()
    assert "register" in schema["properties"]
    assert "emojis" not in schema.get("required", [])
    transfer = schema["$defs"]["Transfer"]["properties"]
    assert {"rate", "when", "unless"} <= transfer.keys()
