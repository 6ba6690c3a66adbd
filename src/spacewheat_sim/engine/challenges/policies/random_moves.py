"""A policy that takes any move that can be done."""

from __future__ import annotations

import numpy as np

from spacewheat_sim import seeding
from spacewheat_sim.engine.challenges.episode import Episode


class RandomMoves:
    """Each possible move is as likely as the others.

    Args:
        seed: Root of its stream, which is another than those of the worlds.
    """

    name = "random"

    def __init__(self, seed: int) -> None:
        self._draws = seeding.stream(seed, "policy", "random")

    def choose(self, episode: Episode) -> int:
        """Return one of the possible moves."""
        possible = np.flatnonzero(episode.mask())
        drawn = int(self._draws.random() * possible.size)
        return int(possible[min(drawn, possible.size - 1)])
