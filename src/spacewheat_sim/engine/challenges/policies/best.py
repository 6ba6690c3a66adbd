"""The policy that does the best that can be done."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.engine.challenges.compiled import CompiledChallenge
from spacewheat_sim.engine.challenges.episode import Episode
from spacewheat_sim.engine.challenges.optimum import BestPlay, best_play


class Best:
    """Does what :func:`.best_play` has found; see there where it can be found.

    What it believes is the ket itself: who knows the beginning and sees all jumps knows
    it at any time.

    Args:
        compiled: The challenge.

    Attributes:
        play: What was found, with its value.
    """

    def __init__(self, compiled: CompiledChallenge) -> None:
        self.play: BestPlay = best_play(compiled)

    @property
    def name(self) -> str:
        """Its name, with the score to be expected."""
        return f"optimum, of value {self.play.value:.6g}"

    def choose(self, episode: Episode) -> int:
        """Return the number of the best move."""
        (bath,) = episode.world.baths.values()
        left = episode.challenge.steps - episode.steps_done
        spent = episode.attempt.standing.spent
        choice = self.play.choose(bath.state, spent, left)
        allowed = np.where(episode.mask(), choice.of_acts, -np.inf)
        return int(allowed.argmax())
