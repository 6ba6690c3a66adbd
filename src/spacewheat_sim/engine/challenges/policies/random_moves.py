"""A policy that takes any move that can be done."""

from __future__ import annotations

import numpy as np

from spacewheat_sim import seeding
from spacewheat_sim.engine.challenges.episode import Episode


class RandomMoves:
    """Each possible move is as likely as the others.

    Args:
        seed: Root of its streams, one for each attempt, which are others than those of
            the worlds.
    """

    name = "random"

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._of: Episode | None = None

    def choose(self, episode: Episode) -> int:
        """Return one of the possible moves."""
        if episode is not self._of:
            self._of = episode
            number = str(episode.number)
            self._draws = seeding.stream(self._seed, "policy", "random", number)
        possible = np.flatnonzero(episode.mask())
        drawn = int(self._draws.random() * possible.size)
        return int(possible[min(drawn, possible.size - 1)])
