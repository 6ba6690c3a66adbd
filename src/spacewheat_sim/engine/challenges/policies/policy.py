"""What a policy is."""

from __future__ import annotations

from typing import Protocol

from spacewheat_sim.engine.challenges.episode import Episode


class Policy(Protocol):
    """Chooses a move in every step of an episode."""

    @property
    def name(self) -> str:
        """What it goes by, with what it has found out."""

    def choose(self, episode: Episode) -> int:
        """Return the number of the move to do now, one that the mask holds."""
