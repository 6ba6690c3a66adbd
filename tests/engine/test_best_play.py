"""What is best in challenges: its value is what it earns, and no policy earns more."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from spacewheat_sim.cli import main
from spacewheat_sim.engine.challenges.compiled import load_challenge
from spacewheat_sim.engine.challenges.optimum import best_play, known_optimum
from spacewheat_sim.engine.challenges.play import PlayedEpisodes, play
from spacewheat_sim.engine.challenges.policies.best import Best
from spacewheat_sim.engine.challenges.policies.greedy import Greedy
from spacewheat_sim.engine.challenges.policies.table import make_policy
from spacewheat_sim.errors import ArgumentError

KNOWN = ("first_harvest", "hen_house", "berry_season")
# A mean is off by as many standard errors once in 30,000 times.
SIGMAS = 4.0


def played(name: str, policy: str, episodes: int) -> PlayedEpisodes:
    """Return how attempts of a policy at a challenge end."""
    compiled = load_challenge(name)
    return play(compiled, make_policy(policy, compiled, 3), episodes, 3)


@pytest.mark.parametrize("name", KNOWN)
def test_where_all_kets_are_kept_no_policy_can_be_better(name: str) -> None:
    best = best_play(load_challenge(name))

    assert best.value == pytest.approx(best.bound, abs=1e-8)


def test_the_moon_is_harvested_in_the_best_rhythm() -> None:
    # The moon is full at first. A harvest k steps of half a second after another is
    # worth sin²(kπ/8) − 0.1, and the last can be at the beginning of step 39.
    worth = [math.sin(k * math.pi / 8) ** 2 - 0.1 for k in range(9)]
    best = [0.0]
    for left in range(1, 40):
        later = [worth[k] + best[left - k] for k in range(1, min(left, 8) + 1)]
        best.append(max(later))

    value = best_play(load_challenge("first_harvest")).value

    assert value == pytest.approx(0.9 + best[39], abs=1e-9)


@pytest.mark.parametrize("name", ["first_harvest", "hen_house"])
def test_the_best_earns_its_value(name: str) -> None:
    found = played(name, "optimum", 30)

    value = best_play(load_challenge(name)).value
    assert abs(found.mean - value) < SIGMAS * (found.standard_error or 0.0)


@pytest.mark.slow
@pytest.mark.parametrize("name", KNOWN)
@pytest.mark.parametrize("policy", ["random", "wait_and_harvest", "greedy", "optimum"])
def test_no_policy_earns_more_than_the_best(name: str, policy: str) -> None:
    found = played(name, policy, 150)

    best = best_play(load_challenge(name)).bound
    assert found.mean < best + SIGMAS * (found.standard_error or 0.0)


def test_greedy_waits_for_what_is_worth_more_before_the_next_jump() -> None:
    found = played("hen_house", "greedy", 6)

    # It takes the hen as soon as she is there, as the best does.
    assert [r.score for r in found.results] == [
        r.score for r in played("hen_house", "optimum", 6).results
    ]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("butterfly", "the mean of its coherence is no sum over the steps"),
        ("count_the_lights", "it has a hidden number"),
        ("make_a_pair", "its jumps are not seen"),
        ("wolf_and_rabbits", "changes its biome"),
    ],
)
def test_what_is_not_known_is_refused_with_the_reason(name: str, why: str) -> None:
    compiled = load_challenge(name)

    with pytest.raises(ArgumentError, match=why):
        Best(compiled)
    assert known_optimum(compiled) is None


def test_a_step_in_which_too_much_happens_is_refused() -> None:
    compiled = load_challenge("berry_season")
    slow = compiled.challenge.model_copy(update={"step": 400.0, "seconds": 800.0})

    with pytest.raises(ArgumentError, match="changes too much; shorten `step`"):
        best_play(replace(compiled, challenge=slow))


def test_a_budget_is_kept_to_by_the_best() -> None:
    compiled = load_challenge("first_harvest")
    poor = compiled.challenge.model_copy(update={"budget": 0.3})

    # Three harvests of a full moon, the first of which is there at once.
    assert best_play(replace(compiled, challenge=poor)).value == pytest.approx(2.7)


def test_greedy_needs_something_to_harvest() -> None:
    with pytest.raises(
        ArgumentError, match="needs an act of harvest, which Make a Pair"
    ):
        Greedy(load_challenge("make_a_pair"))
    with pytest.raises(ArgumentError, match="needs a level biome, which Steady Sun"):
        Greedy(load_challenge("steady_sun"))


def test_the_command_prints_value_and_regret(
    capsys: pytest.CaptureFixture[str],
) -> None:
    command = ["challenge", "run", "first_harvest", "--episodes", "5"]
    assert main([*command, "--policy", "greedy"]) == 0
    said = capsys.readouterr().out

    assert main([*command, "--policy", "greedy", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)

    assert "optimum 10.7, regret" in said
    assert record["optimum"] == pytest.approx(10.696194, abs=1e-6)
    assert record["regret"] == pytest.approx(record["optimum"] - record["mean"])


def test_the_command_says_why_there_is_no_optimum(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["challenge", "run", "make_a_pair", "--policy", "optimum"]) == 2
    assert "its jumps are not seen" in capsys.readouterr().err
