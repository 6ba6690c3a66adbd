"""The vector environment is SyncVectorEnv over single ones, to the bit, and faster."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode, SyncVectorEnv

import spacewheat_sim.rl  # noqa: F401 - it registers the environments
from spacewheat_sim.content.packs.library import Library
from spacewheat_sim.errors import ArgumentError, UnknownNameError
from spacewheat_sim.rl.errors import InvalidActionError, ResetNeededError
from spacewheat_sim.rl.vector_env import ChallengeVectorEnv

NAMES = [entry.key for entry in Library().challenges]
ENV_ID = "spacewheat_sim/Challenge-v0"
COUNT = 3


def pair(name: Any, mode: AutoresetMode) -> tuple[ChallengeVectorEnv, SyncVectorEnv]:
    """Return a vector environment, and Gymnasium's over single ones."""
    ours = gymnasium.make_vec(
        ENV_ID, num_envs=COUNT, challenge=name, autoreset_mode=mode
    )
    single = [lambda: gymnasium.make(ENV_ID, challenge=name)] * COUNT
    return ours, SyncVectorEnv(single, autoreset_mode=mode)  # type: ignore[return-value]


def assert_same(found: Any, expected: Any, where: str = "") -> None:
    """Compare arrays, of objects too, and dictionaries of them, types included."""
    if isinstance(expected, dict):
        assert found.keys() == expected.keys(), where
        for key in expected:
            assert_same(found[key], expected[key], f"{where}/{key}")
    elif expected is None:
        assert found is None, where
    elif expected.dtype == np.object_:
        for one, other in zip(found, expected, strict=True):
            assert_same(one, other, where)
    else:
        assert found.dtype == expected.dtype, where
        assert np.array_equal(found, expected), where


def reset_both(
    ours: ChallengeVectorEnv, theirs: SyncVectorEnv, mask: np.ndarray
) -> None:
    """Reset some environments of both, and compare what they return."""
    found = ours.reset(options={"reset_mask": mask.copy()})
    expected = theirs.reset(options={"reset_mask": mask.copy()})
    assert_same(found[0], expected[0])
    assert_same(found[1], expected[1])


def check(name: Any, mode: AutoresetMode, steps: int, seed: Any = 3) -> None:
    """Compare all that resets and steps return, with moves drawn at random."""
    ours, theirs = pair(name, mode)
    assert ours.metadata["autoreset_mode"] is mode
    rng = np.random.default_rng(1)
    started = ours.reset(seed=seed), theirs.reset(seed=seed)
    assert_same({"all": started[0][1]}, {"all": started[1][1]})
    assert_same(started[0][0], started[1][0])
    done = np.zeros(COUNT, dtype=np.bool_)
    for _ in range(steps):
        if mode is AutoresetMode.DISABLED and done.any():
            reset_both(ours, theirs, done)
        moves = rng.integers(0, ours.single_action_space.n, COUNT)
        found, expected = ours.step(moves), theirs.step(moves)
        for one, other in zip(found, expected, strict=True):
            assert_same(one, other)
        assert found[0] in ours.observation_space
        done = found[2]


@pytest.mark.parametrize("name", NAMES)
def test_every_challenge_is_the_same_as_alone(name: str) -> None:
    check(name, AutoresetMode.NEXT_STEP, 12)


@pytest.mark.parametrize("mode", AutoresetMode)
@pytest.mark.parametrize("name", ["make_a_pair", "keep_the_moon", "first_harvest"])
def test_episodes_follow_each_other_as_they_do_alone(
    name: str, mode: AutoresetMode
) -> None:
    check(name, mode, 45 if name == "first_harvest" else 16)


@pytest.mark.slow
@pytest.mark.parametrize("mode", AutoresetMode)
@pytest.mark.parametrize("name", NAMES)
def test_all_challenges_in_all_modes(name: str, mode: AutoresetMode) -> None:
    check(name, mode, 130, seed=[9, 2**40, 0])


def test_environments_at_different_steps_stay_what_they_are() -> None:
    ours, theirs = pair("daily_bread", AutoresetMode.DISABLED)
    for env in (ours, theirs):
        env.reset(seed=0)
    rng = np.random.default_rng(2)
    for step in range(12):
        moves = rng.integers(0, 2, COUNT)
        for one, other in zip(ours.step(moves), theirs.step(moves), strict=True):
            assert_same(one, other)
        if step % 4 == 3:
            mask = np.arange(COUNT) == step // 4
            reset_both(ours, theirs, mask)


def test_seeds_may_be_given_one_by_one() -> None:
    ours, _ = pair("berry_season", AutoresetMode.NEXT_STEP)
    _, info = ours.reset(seed=[7, None, 9])

    assert info["seed"][[0, 2]].tolist() == [7, 9]
    assert info["number"].tolist() == [0, 0, 0]
    _, info = ours.reset()
    assert info["seed"][[0, 2]].tolist() == [7, 9]
    assert info["number"].tolist() == [1, 1, 1]


def test_masks_say_what_can_be_done() -> None:
    ours, _ = pair("steady_sun", AutoresetMode.NEXT_STEP)
    _, info = ours.reset(seed=0)
    turns = np.full(COUNT, 2)
    for spent in range(11):
        can_turn = info["action_mask"][:, 2].tolist()
        assert can_turn == [spent < 10] * COUNT  # 0.3 each of a budget of 3
        *_, info = ours.step(turns)
    assert info["action_mask"][:, 0].all()


@pytest.mark.parametrize(
    ("actions", "why"),
    [
        ([0, 0], r"shape \(3,\)"),
        ([[0, 0, 0]], r"shape \(3,\)"),
        (0, r"shape \(3,\)"),
        ([0.0, 1.0, 0.0], "whole numbers, but are of the type float64"),
        ([True, False, True], "whole numbers, but are of the type bool"),
        ([0, 1, 2], "0 to 1, but that of environment 2 is 2"),
        ([0, -1, 0], "0 to 1, but that of environment 1 is -1"),
        (None, r"shape \(3,\)"),
        ([[0], [0, 1], 0], r"shape \(3,\)"),
    ],
)
def test_what_are_no_actions_changes_nothing(actions: Any, why: str) -> None:
    ours, _ = pair("first_harvest", AutoresetMode.NEXT_STEP)
    ours.reset(seed=0)
    ours.step(np.array([1, 0, 1]))

    with pytest.raises(InvalidActionError, match=why):
        ours.step(actions)
    assert ours.episodes.standings.steps.tolist() == [1, 1, 1]


def test_steps_need_attempts() -> None:
    ours, _ = pair("make_a_pair", AutoresetMode.DISABLED)
    with pytest.raises(ResetNeededError, match="no attempt has begun"):
        ours.step(np.zeros(COUNT, dtype=int))
    ours.reset(seed=0, options={"reset_mask": np.array([True, False, True])})
    with pytest.raises(ResetNeededError, match="no attempt has begun"):
        ours.step(np.zeros(COUNT, dtype=int))
    ours.reset(seed=0)
    for _ in range(6):
        ours.step(np.zeros(COUNT, dtype=int))
    with pytest.raises(ResetNeededError, match=r"environment 0 is over.*reset_mask"):
        ours.step(np.zeros(COUNT, dtype=int))


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"seed": [1, 2]}, "one seed for each of 3 environments, but has 2"),
        ({"seed": -1}, "non-negative"),
        ({"seed": [1, "a", 2]}, "integer"),
        ({"options": {"reset_mask": [True, False]}}, r"shape \(3,\)"),
        ({"options": {"reset_mask": np.zeros(3, dtype=bool)}}, "at least one True"),
        ({"options": {"mask": 1}}, "Unknown option of a reset 'mask'"),
        ({"options": {"number": 0.5}}, "whole number from 0 on"),
    ],
)
def test_a_reset_that_is_refused_leaves_all_attempts(given: Any, why: str) -> None:
    ours, _ = pair("first_harvest", AutoresetMode.NEXT_STEP)
    ours.reset(seed=0)
    ours.step(np.array([1, 0, 1]))

    with pytest.raises(ArgumentError, match=why):
        ours.reset(**given)
    assert ours.episodes.standings.steps.tolist() == [1, 1, 1]


def test_what_cannot_be_made_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="first_harvest"):
        ChallengeVectorEnv(2, "first_harvst")
    with pytest.raises(ArgumentError, match="num_envs"):
        ChallengeVectorEnv(0, "first_harvest")
    with pytest.raises(ArgumentError, match="NEXT_STEP, SAME_STEP, DISABLED"):
        ChallengeVectorEnv(2, "first_harvest", autoreset_mode="never")
    with pytest.raises(ArgumentError, match='vectorization_mode="sync"'):
        ChallengeVectorEnv(2, "first_harvest", render_mode="rgb_array")


def test_modes_go_by_name_too() -> None:
    for name, mode in (("SAME_STEP", AutoresetMode.SAME_STEP), ("NextStep", None)):
        env = ChallengeVectorEnv(2, "first_harvest", autoreset_mode=name)
        expected = mode or AutoresetMode.NEXT_STEP
        assert env.metadata["autoreset_mode"] is expected
