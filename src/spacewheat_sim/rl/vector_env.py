"""ChallengeVectorEnv: many attempts at a challenge, stepped as one batch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from gymnasium import spaces
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from spacewheat_sim.arrays import BoolArray, FloatArray, IndexArray, IntArray
from spacewheat_sim.engine.bath.arguments import checked_count
from spacewheat_sim.engine.challenges.compiled import CompiledChallenge
from spacewheat_sim.engine.challenges.many.episodes import EpisodeBatch
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.plain_values import shown
from spacewheat_sim.rl.arguments import (
    checked_actions,
    checked_mask,
    checked_number,
    checked_options,
    checked_seed,
    opened,
)
from spacewheat_sim.rl.errors import ResetNeededError
from spacewheat_sim.rl.glance import glance_at_many
from spacewheat_sim.rl.observing import Observer

Info = dict[str, Any]
Stepped = tuple[NDArray[Any], FloatArray, BoolArray, BoolArray, Info]


class ChallengeVectorEnv(VectorEnv[NDArray[Any], NDArray[Any], NDArray[Any]]):
    """``num_envs`` environments of one challenge, stepped side by side.

    Environment i is to the bit the :class:`.ChallengeEnv` that was reset with its seed:
    ``reset(seed=s)`` gives it the seed s + i, as ``SyncVectorEnv`` does, and each later
    episode is the next attempt under that seed. Observations, rewards, ends and infos
    are those of ``SyncVectorEnv`` over such environments.

    Args:
        num_envs: How many environments.
        challenge: A challenge, or its name or file.
        autoreset_mode: When an environment whose episode is over begins the next one:
            ``NEXT_STEP`` (its next action is ignored), ``SAME_STEP`` (the last
            observation is ``info["final_obs"]``), or ``DISABLED`` (it is reset with
            ``options={"reset_mask": …}``).
        render_mode: None: pictures are of single environments.

    Attributes:
        episodes: The attempts.

    Raises:
        UnknownNameError, ContentError: there is no such challenge, or it is broken.
        ArgumentError: no number of environments, no mode, or a render mode.
    """

    def __init__(
        self,
        num_envs: int,
        challenge: CompiledChallenge | str | Path,
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
        render_mode: str | None = None,
    ) -> None:
        if render_mode is not None:
            raise ArgumentError(
                "Many environments at once have no pictures; render one of "
                'gymnasium.make(…), or of make_vec(…, vectorization_mode="sync")'
            )
        self.num_envs = checked_count(num_envs, "num_envs", at_least=1)
        self._mode = _checked_mode(autoreset_mode)
        self.metadata = {"render_modes": [], "autoreset_mode": self._mode}
        self.render_mode = None
        self.compiled = opened(challenge)
        self._observer = Observer(self.compiled)
        self.single_observation_space = self._observer.space
        self.single_action_space = spaces.Discrete(len(self.compiled.challenge.moves))
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self.episodes = EpisodeBatch(self.compiled, num_envs)
        self._sees_jumps = self.compiled.challenge.sees == "jumps"
        self._everyone = np.ones(num_envs, dtype=np.bool_)
        self._roots: IntArray = np.full(num_envs, -1, dtype=np.int64)
        self._numbers: IntArray = np.full(num_envs, -1, dtype=np.int64)
        self._scores: FloatArray = np.zeros(num_envs)

    def reset(
        self,
        *,
        seed: int | list[int | None] | None = None,
        options: dict[str, Any] | None = None,
    ) -> tuple[NDArray[Any], Info]:
        """Begin attempts in all environments, or in those of ``reset_mask``.

        Args:
            seed: Environment i gets the seed + i, or its own of a list; None goes on
                under the seeds that there are.
            options: ``reset_mask`` (B,), which environments to reset; ``number``, which
                attempt under its seed each begins.

        Raises:
            ArgumentError: no seeds, or no such options; nothing was reset.
        """
        given = checked_options(options, ("reset_mask", "number"))
        mask = self._everyone
        if "reset_mask" in given:
            mask = checked_mask(given["reset_mask"], self.num_envs)
        roots, numbers = self._next(np.flatnonzero(mask), seed)
        if "number" in given:
            numbers[mask] = checked_number(given["number"])
        self._begin(np.flatnonzero(mask), roots, numbers)
        info = self._info(mask, mask)
        return self._observer.of_many(self.episodes), info

    def step(self, actions: NDArray[Any]) -> Stepped:
        """Do a move in each environment, and let a step pass.

        Raises:
            ResetNeededError: before the first reset; or, without autoreset, where an
                episode is over.
            InvalidActionError: actions of another shape or type, or no such move.
        """
        if (self._roots < 0).any():
            raise ResetNeededError("Call `reset` first: no attempt has begun yet")
        count = len(self.compiled.challenge.moves)
        moves = checked_actions(actions, self.num_envs, count)
        over = self.episodes.are_over
        if over.any() and self._mode is AutoresetMode.DISABLED:
            raise ResetNeededError(
                f"The episode of environment {np.flatnonzero(over)[0]} is over: reset "
                'it, with options={"reset_mask": …}'
            )
        return self._stepped(moves, over)

    def _stepped(self, moves: IntArray, over: BoolArray) -> Stepped:
        goes, before = ~over, self._scores
        if goes.any():
            self.episodes.step(moves, None if goes.all() else goes)
        self._scores = self.episodes.scores()
        rewards = np.where(goes, self._scores - before, 0.0)
        if over.any():
            self._next_episodes(np.flatnonzero(over))
        ended = self.episodes.are_over
        final: Info = {}
        began = over
        if ended.any() and self._mode is AutoresetMode.SAME_STEP:
            final = self._final(ended)
            self._next_episodes(np.flatnonzero(ended))
            began = ended
        info = {**final, **self._info(self._everyone, began)}
        observed = self._observer.of_many(self.episodes)
        return observed, rewards, ended, np.zeros_like(ended), info

    def _next(
        self, which: IndexArray, seed: int | list[int | None] | None
    ) -> tuple[IntArray, IntArray]:
        """Return roots and numbers (B,) with the next attempts of ``which``."""
        roots, numbers = self._roots.copy(), self._numbers.copy()
        if seed is None and (roots[which] >= 0).all():
            numbers[which] += 1
            return roots, numbers
        seeds = _checked_seeds(seed, self.num_envs)
        for i in which.tolist():
            if seeds[i] is None and roots[i] >= 0:
                numbers[i] += 1
            else:
                roots[i], numbers[i] = checked_seed(seeds[i]), 0
        return roots, numbers

    def _next_episodes(self, which: IndexArray) -> None:
        roots, numbers = self._next(which, None)
        self._begin(which, roots, numbers)

    def _begin(self, which: IndexArray, roots: IntArray, numbers: IntArray) -> None:
        seeds, own = roots[which].tolist(), numbers[which].tolist()
        self.episodes.begin(which, seeds, own)
        self._roots, self._numbers = roots, numbers
        self._scores = self.episodes.scores()

    def _final(self, ended: BoolArray) -> Info:
        """Return what is told of episodes that end, before the next ones begin."""
        last = self._observer.of_many(self.episodes)
        kept = np.full(self.num_envs, None, dtype=np.object_)
        for i in np.flatnonzero(ended).tolist():
            kept[i] = last[i].copy()
        info = self._info(ended, np.zeros_like(ended))
        return {
            "final_obs": kept,
            "_final_obs": ended.copy(),
            "final_info": info,
            "_final_info": ended.copy(),
        }

    def _info(self, told: BoolArray, began: BoolArray) -> Info:
        """Return the infos of the environments that are ``told`` of.

        Each key comes with a mask of those that have it, and 0 for the others.
        """
        masks = self.episodes.masks().astype(np.int8)
        masks[:, 0] = 1
        info: Info = {}
        _put(info, "action_mask", masks, told)
        _put(info, "score", self._scores, told)
        if self._sees_jumps:
            ages = self._observer.ages(glance_at_many(self.episodes))
            _put(info, "age", ages, told)
        ended = told & self.episodes.are_over
        if ended.any():
            reached = self.episodes.are_reached()
            thresholds = np.array(self.compiled.challenge.stars)
            stars = (self._scores[:, None] >= thresholds).sum(axis=1) * reached
            _put(info, "stars", stars, ended)
            _put(info, "reached", reached, ended)
        if began.any():
            _put(info, "seed", self._roots, began)
            _put(info, "number", self._numbers, began)
        return info


def _put(info: Info, key: str, values: NDArray[Any], who: BoolArray) -> None:
    found = values.copy()
    if not who.all():
        found[~who] = 0
    info[key], info[f"_{key}"] = found, who.copy()


def _checked_mode(mode: Any) -> AutoresetMode:
    by_name = {each.name: each for each in AutoresetMode}
    by_value = {each.value: each for each in AutoresetMode}
    if isinstance(mode, AutoresetMode):
        return mode
    found = {**by_name, **by_value}.get(mode if isinstance(mode, str) else "")
    if found is None:
        raise ArgumentError(
            f"Argument `autoreset_mode` must be one of {', '.join(by_name)}, but is "
            f"{shown(mode)}"
        )
    return found


def _checked_seeds(seed: Any, count: int) -> list[int | None]:
    """Return the seed of each of ``count`` environments, None where none is given."""
    if seed is None:
        return [None] * count
    if isinstance(seed, list | tuple | np.ndarray):
        if len(seed) != count:
            raise ArgumentError(
                f"Argument `seed` must have one seed for each of {count} environments, "
                f"but has {len(seed)}"
            )
        return list(seed)
    first = checked_seed(seed)
    return [first + i for i in range(count)]
