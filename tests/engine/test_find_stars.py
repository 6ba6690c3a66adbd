"""What the stars of challenges take is what ``tools/find_stars.py`` finds."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from spacewheat_sim.engine.challenges.compiled import load_challenge
from spacewheat_sim.engine.challenges.play import play

TOOL = Path(__file__).parents[2] / "tools" / "find_stars.py"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["make_a_pair", "first_harvest", "past_the_dog"])
def test_the_stars_of_a_file_are_those_that_the_tool_finds(name: str) -> None:
    spec = importlib.util.spec_from_file_location("find_stars", TOOL)
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    compiled = load_challenge(name)
    found = {
        called: play(compiled, policy, 200, tool.SEED)
        for called, policy in tool.players(compiled).items()
    }
    assert tool.stars_of(found) == compiled.challenge.stars
    assert found["wait"].mean < compiled.challenge.stars[0]
    assert found["random"].mean < compiled.challenge.stars[0]
