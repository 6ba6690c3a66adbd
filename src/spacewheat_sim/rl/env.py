"""ChallengeEnv: one attempt at a challenge as a Gymnasium environment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from spacewheat_sim.engine.challenges.compiled import CompiledChallenge
from spacewheat_sim.engine.challenges.episode import Episode
from spacewheat_sim.engine.world.world import World
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.rl.arguments import (
    checked_action,
    checked_number,
    checked_options,
    checked_seed,
    opened,
)
from spacewheat_sim.rl.errors import ResetNeededError
from spacewheat_sim.rl.glance import LastPlace, glance_at_one
from spacewheat_sim.rl.observing import Observer
from spacewheat_sim.sandbox.display.pygame_package import require_pygame

if TYPE_CHECKING:
    from spacewheat_sim.sandbox.display.saved.world_picture import WorldPicture

RENDER_MODES, FRAMES_PER_SECOND = ("human", "rgb_array"), 30


class ChallengeEnv(gymnasium.Env[NDArray[Any], np.int64]):
    """An attempt at a challenge, played by the numbers of its moves.

    An action is the number of a move; the first is to wait. The reward of a step is
    what it adds to the score, so that all of an episode add up to its score. An episode
    ends, terminated, once all steps of the challenge are done; it is never truncated.
    What is observed is told by :class:`.Observer`.

    ``info`` has ``action_mask`` (M,), which moves can be done now, as
    ``action_space.sample(mask=…)`` takes it; the ``score`` so far; where jumps may be
    seen, the ``age`` in s of what the observation says of them; after a reset, the
    ``seed`` and the ``number`` of the attempt; at the end ``stars`` and ``reached``.

    ``reset(seed=s)`` begins attempt 0 of the root seed s, and each further ``reset()``
    the next attempt under the same seed: the same as in the window and headless.
    ``options={"number": n}`` begins attempt n.

    Args:
        challenge: A challenge, or its name or file.
        render_mode: ``rgb_array`` for pictures, ``human`` for a window, both drawn as
            the sandbox draws; None for neither.

    Raises:
        UnknownNameError, ContentError: there is no such challenge, or it is broken.
        ArgumentError: an unknown render mode.
    """

    metadata: ClassVar[dict[str, Any]] = {  # type: ignore[misc]  # Env has it mutable
        "render_modes": list(RENDER_MODES),
        "render_fps": FRAMES_PER_SECOND,
    }

    def __init__(
        self,
        challenge: CompiledChallenge | str | Path,
        render_mode: str | None = None,
    ) -> None:
        if render_mode not in (None, *RENDER_MODES):
            raise ArgumentError(
                f"Argument `render_mode` must be one of {', '.join(RENDER_MODES)}, or "
                f"None, but is {render_mode!r:.60}"
            )
        self.compiled = opened(challenge)
        self._observer = Observer(self.compiled)
        self.observation_space = self._observer.space
        self.action_space = spaces.Discrete(len(self.compiled.challenge.moves))
        self.render_mode = render_mode
        self._root: int | None = None
        self._number = -1
        self._episode: Episode | None = None
        self._last = LastPlace()
        self._picture: WorldPicture | None = None

    @property
    def world(self) -> World:
        """The world of the present attempt, for whoever wants more."""
        return self.episode.world

    @property
    def episode(self) -> Episode:
        """The present attempt.

        Raises:
            ResetNeededError: there is none yet.
        """
        if self._episode is None:
            raise ResetNeededError("Call `reset` first: no attempt has begun yet")
        return self._episode

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[Any], dict[str, Any]]:
        """Begin an attempt; return what is observed of it, and its info.

        Raises:
            ArgumentError: no seed, or no options as the class tells them.
        """
        given = checked_options(options, ("number",))
        number = self._number + 1
        root = self._root
        if seed is not None or root is None:
            root, number = checked_seed(seed), 0
        if "number" in given:
            number = checked_number(given["number"])
        episode = Episode(self.compiled, root, number)
        super().reset(seed=root if number == 0 else None)
        self._root, self._number, self._episode = root, number, episode
        self._last = LastPlace()
        if self.render_mode is not None:
            self._shown().show(episode.world)
        if self.render_mode == "human":
            self.render()
        return self._observed(), {**self._info(), "seed": root, "number": number}

    def step(
        self, action: np.int64
    ) -> tuple[NDArray[Any], float, bool, bool, dict[str, Any]]:
        """Do a move, and let a step pass.

        A move that ``action_mask`` does not hold is refused: the step passes all the
        same, at no cost.

        Raises:
            ResetNeededError: before the first reset, or after the end.
            InvalidActionError: no move has this number.
        """
        episode = self.episode
        if episode.is_over:
            raise ResetNeededError(
                "The episode is over: call `reset` to begin the next attempt"
            )
        move = checked_action(action, len(episode.moves))
        before, acts = episode.score, episode.result().acts
        events = episode.step(move)
        self._last.see(episode, episode.result().acts - acts, events)
        if self._picture is not None:
            self._picture.note(events)
        if self.render_mode == "human":
            self.render()
        info, reward = self._info(), episode.score - before
        return self._observed(), reward, episode.is_over, False, info

    def render(self) -> NDArray[np.uint8] | None:
        """Return a picture (H, W, 3), or show it in the window.

        Raises:
            ResetNeededError: before the first reset.
            PygameError, NoDisplayError: it cannot be drawn, or not be shown.
        """
        episode = self.episode
        if self.render_mode is None:
            gymnasium.logger.warn(
                "render was called without a render mode; "
                'give one: gymnasium.make(…, render_mode="rgb_array")'
            )
            return None
        is_new = self._picture is None
        picture = self._shown()
        if is_new:  # the environment was closed in between
            picture.show(episode.world)
        return picture.draw()

    def close(self) -> None:
        """Close the window, if there is one."""
        if self._picture is not None:
            self._picture.close()
            self._picture = None

    def _shown(self) -> WorldPicture:
        """Return what draws the world."""
        if self._picture is None:
            self._picture = _picture(in_window=self.render_mode == "human")
        return self._picture

    def _observed(self) -> NDArray[Any]:
        return self._observer.of_one(self.episode, self._last)

    def _info(self) -> dict[str, Any]:
        episode = self.episode
        mask = episode.mask().astype(np.int8)
        mask[0] = 1  # to wait, which an agent that is to act after the end may choose
        info: dict[str, Any] = {"action_mask": mask, "score": episode.score}
        if episode.challenge.sees == "jumps":
            glance = glance_at_one(episode, self._last)
            info["age"] = float(self._observer.ages(glance)[0])
        if episode.is_over:
            result = episode.result()
            info["stars"], info["reached"] = result.stars, result.is_reached
        return info


def _picture(*, in_window: bool) -> WorldPicture:
    """Return what draws worlds; pygame is loaded here, and not before."""
    require_pygame()
    from spacewheat_sim.sandbox.display.saved.world_picture import WorldPicture

    return WorldPicture(FRAMES_PER_SECOND, in_window=in_window)
