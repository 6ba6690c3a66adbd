"""Environments keep Gymnasium's contract, and play what worlds play."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pygame
import pytest
from gymnasium import error, spaces
from gymnasium.utils.env_checker import check_env

import spacewheat_sim.rl  # noqa: F401 - it registers the environments
from spacewheat_sim.content.packs.library import Library
from spacewheat_sim.engine.challenges.compiled import load_challenge
from spacewheat_sim.engine.challenges.episode import Episode
from spacewheat_sim.errors import ArgumentError, UnknownNameError
from spacewheat_sim.rl.env import ChallengeEnv
from spacewheat_sim.rl.errors import InvalidActionError, ResetNeededError

NAMES = [entry.key for entry in Library().challenges]
ENV_ID = "spacewheat_sim/Challenge-v0"


def made(name: str = "first_harvest", **options: Any) -> ChallengeEnv:
    """Return the environment of a challenge, without wrappers."""
    return gymnasium.make(ENV_ID, challenge=name, **options).unwrapped  # type: ignore[return-value]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.filterwarnings("ignore:.*Box observation space m.* value is")
def test_gymnasium_finds_nothing_wrong(name: str) -> None:
    # A rate of jumps has no largest value, of which the checker warns.
    check_env(made(name), skip_render_check=True)


@pytest.mark.slow
def test_gymnasium_finds_nothing_wrong_with_pictures() -> None:
    env = gymnasium.make(ENV_ID, challenge="hen_house", render_mode="rgb_array")
    check_env(env.unwrapped)


@pytest.mark.parametrize(
    ("name", "space"),
    [
        ("daily_bread", spaces.Box),
        ("first_harvest", spaces.MultiDiscrete),
        ("make_a_pair", spaces.Box),
    ],
)
def test_what_a_challenge_lets_see_is_the_space(name: str, space: type) -> None:
    env = made(name)

    assert isinstance(env.observation_space, space)
    assert env.action_space == spaces.Discrete(len(env.compiled.challenge.moves))


@pytest.mark.parametrize("name", ["first_harvest", "count_the_lights", "steady_sun"])
def test_rewards_add_up_to_the_score_that_the_world_says(name: str) -> None:
    env, alone = made(name), Episode(load_challenge(name), 11)
    _, info = env.reset(seed=11)
    env.action_space.seed(0)
    total, over = info["score"], False
    while not over:
        action = env.action_space.sample(mask=info["action_mask"])
        _, reward, over, cut, info = env.step(action)
        alone.step(int(action))
        total += reward
        assert info["score"] == alone.score
        assert not cut

    assert total == pytest.approx(alone.score, abs=1e-9)
    assert info["stars"] == alone.result().stars
    assert info["reached"] == alone.result().is_reached
    assert env.world.digest() == alone.world.digest()


def test_each_reset_begins_the_next_attempt_under_the_seed() -> None:
    env = made("berry_season")
    infos = [env.reset(seed=5)[1], env.reset()[1], env.reset()[1]]
    third = env.world.digest()

    assert [info["seed"] for info in infos] == [5, 5, 5]
    assert [info["number"] for info in infos] == [0, 1, 2]
    env.reset(seed=5, options={"number": 2})
    assert env.world.digest() == third


def test_an_observation_of_jumps_tells_landings_and_ages() -> None:
    env = made("hen_house")
    observation, info = env.reset(seed=4)
    assert observation.tolist() == [0, 0, 0, 0]
    (bath,) = env.world.baths.values()
    for step in range(1, 60):
        observation, _, _, _, info = env.step(np.int64(0))
        place, age, acts, done = observation.tolist()
        assert (acts, done) == (0, step)
        if place:
            assert bath.probability(bath.emojis[place - 1]) > 1e-3
            assert age == int(info["age"] / 0.5 + 1e-9)
    assert place > 0
    before = place, age
    observation, *_ = env.step(np.int64(1))
    has_taken = observation[2] == 0
    assert has_taken or (observation[2] == 1 and observation[0] == before[0])


def test_pictures_are_the_sandbox_and_change_with_the_world() -> None:
    env = made("hen_house", render_mode="rgb_array")
    env.reset(seed=0)
    first = env.render()
    for _ in range(12):
        env.step(np.int64(0))
    second = env.render()
    env.close()

    assert first is not None
    assert second is not None
    assert first.shape == second.shape == (630, 1120, 3)
    assert first.dtype == np.uint8
    assert first.std() > 5.0
    assert (first != second).any()


def test_a_window_shows_each_step() -> None:
    env = made("first_harvest", render_mode="human")
    env.reset(seed=0)
    env.step(np.int64(0))
    pixels = pygame.surfarray.array3d(pygame.display.get_surface())
    env.close()
    env.close()

    assert pixels.shape == (1120, 630, 3)
    assert pixels.std() > 5.0
    assert not pygame.display.get_init()


@pytest.mark.parametrize(
    "action", [2, -1, 0.0, "0", None, [0], np.array([0]), np.float64(1), True]
)
def test_what_is_no_action_changes_nothing(action: Any) -> None:
    env = made()
    env.reset(seed=0)
    before = env.world.digest()

    with pytest.raises(InvalidActionError, match=r"must be (0 to 1|a whole number)"):
        env.step(action)
    assert env.world.digest() == before


def test_steps_need_an_attempt() -> None:
    env = made()
    with pytest.raises(ResetNeededError, match="no attempt has begun"):
        env.step(np.int64(0))
    with pytest.raises(error.ResetNeeded):
        env.render()
    env.reset(seed=0)
    for _ in range(40):
        env.step(np.int64(0))
    with pytest.raises(ResetNeededError, match="The episode is over"):
        env.step(np.int64(0))


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"seed": -1}, "non-negative"),
        ({"seed": 2**70}, r"at most 2\*\*62"),
        ({"seed": 0.5}, "integer"),
        ({"options": {"attempt": 1}}, "Unknown option of a reset 'attempt'"),
        ({"options": {"number": -1}}, "whole number from 0 on"),
        ({"options": 3}, "must be a mapping"),
    ],
)
def test_a_reset_that_is_refused_leaves_the_attempt(given: Any, why: str) -> None:
    env = made()
    env.reset(seed=0)
    env.step(np.int64(1))
    before = env.world.digest()

    with pytest.raises(ArgumentError, match=why):
        env.reset(**given)
    assert env.world.digest() == before


def test_unknown_challenges_are_named_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="first_harvest"):
        ChallengeEnv("first_harvst")
    with pytest.raises(ArgumentError, match="the name or file of a challenge"):
        ChallengeEnv(3)  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="render_mode"):
        ChallengeEnv("first_harvest", render_mode="ascii")


def test_a_challenge_may_be_a_file(tmp_path: Path) -> None:
    authored = next(e.path for e in Library().challenges if e.key == "first_harvest")
    copy = tmp_path / "mine.yaml"
    copy.write_text(authored.read_text(encoding="utf-8"), encoding="utf-8")

    assert ChallengeEnv(copy).action_space == made().action_space


def test_gymnasium_is_loaded_by_its_own_package_alone() -> None:
    code = (
        "import sys, spacewheat_sim, spacewheat_sim.engine.challenges.episode\n"
        "assert 'gymnasium' not in sys.modules\n"
        "import spacewheat_sim.rl, gymnasium\n"
        "assert 'spacewheat_sim/Challenge-v0' in gymnasium.registry\n"
        "assert 'pygame' not in sys.modules and 'scipy.stats' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
