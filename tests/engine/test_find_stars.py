"""What the stars of challenges take is what ``tools/find_stars.py`` finds."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from spacewheat_sim.engine.challenges.compiled import load_challenge
from spacewheat_sim.engine.challenges.play import play

TOOL = Path(__file__).parents[2] / "tools" / "find_stars.py"


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("find_stars", TOOL)
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    return tool


@pytest.mark.slow
@pytest.mark.parametrize("name", ["make_a_pair", "first_harvest", "past_the_dog"])
def test_the_stars_of_a_file_are_those_that_the_tool_finds(name: str) -> None:
    tool = _tool()
    compiled = load_challenge(name)
    found = {
        called: play(compiled, policy, 200, tool.SEED)
        for called, policy in tool.players(compiled).items()
    }
    assert tool.stars_of(found) == compiled.challenge.stars
    assert found["wait"].mean < compiled.challenge.stars[0]
    assert found["random"].mean < compiled.challenge.stars[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["first_harvest", "keep_the_moon", "butterfly", "past_the_dog", "three_friends"],
)
def test_levels_are_what_repeating_one_move_earns(name: str) -> None:
    """At level 1 two stars in most attempts, at level 4 in less than a quarter."""
    tool, compiled = _tool(), load_challenge(name)
    repeated = tool.players(compiled)["repeat"]
    _, two, _ = play(compiled, repeated, 200, tool.SEED).share_of_stars()
    level = compiled.challenge.level
    assert level in (1, 4)
    assert two > 0.5 if level == 1 else two < 0.25
