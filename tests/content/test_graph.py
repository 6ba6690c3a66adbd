"""The graph of a biome tells its rhythms: what they move, and with which period."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from spacewheat_sim.cli import main
from spacewheat_sim.content.files import list_biomes
from spacewheat_sim.content.overview.graph import biome_graph
from spacewheat_sim.content.packs.library import open_biome


def test_a_rhythm_is_a_box_with_its_period_and_a_line_to_each_energy_it_moves() -> None:
    """☀ and 🌙 are driven in opposite phase."""
    dot = biome_graph(*open_biome("biotic_flux"))
    assert '"rhythm day" [shape=box, color=gray, label="day: cosine 20 s"];' in dot
    moved = re.findall(r'"rhythm day" -> "(.)".*label="energy (\S+) rad/s"', dot)
    assert moved == [("☀", "+1"), ("🌙", "-0.5")]


def test_an_arrow_tells_the_rhythm_of_its_rate_and_by_which_share(
    tmp_path: Path,
) -> None:
    """A rhythm of no name is called by what it is."""
    path = tmp_path / "pond.yaml"
    path.write_text(
        "schema: 1\nname: Pond\nemojis: [🐌, 🌿]\ninitial: uniform\nicons:\n"
        "  - emoji: 🐌\n    name: Snail\n    transfers_from:\n"
        "      🌿: {rate: 0.2, rhythm: night, depth: 0.9}\n"
        "    dephasing: {rate: 0.1, rhythm: {shape: ramp, over: 4}}\n"
    )
    dot = biome_graph(*open_biome(path))
    assert '"🌿" -> "🐌" [label="0.2/s night (depth 0.9)"];' in dot
    assert '"🐌" -> "🐌" [label="0.1/s ramp 4 s"];' in dot
    assert 'label="night: cosine 20 s, phase 3.142"' in dot
    assert '"rhythm ramp 4 s" [shape=box, color=gray, label="ramp 4 s"];' in dot


@pytest.mark.parametrize("key", [entry.key for entry in list_biomes()])
def test_each_node_that_a_line_is_drawn_to_is_there_once(
    key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A graph that names an unknown node would get another node from Graphviz."""
    assert main(["content", "graph", key]) == 0
    dot = capsys.readouterr().out
    nodes = re.findall(r'^\s*"([^"]+)" \[(?:label|shape)', dot, re.MULTILINE)
    ends = re.findall(r'"([^"]+)" -> "([^"]+)"', dot)
    assert len(set(nodes)) == len(nodes)
    assert {end for pair in ends for end in pair} <= set(nodes)
