"""The row of the log that says where one life of a biome ends and the next begins."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Begun:
    """A restart, a load, or the next chapter of a replay.

    Attributes:
        time: Game time of the world that is played from now on, in seconds.
        how: How it came to that.
    """

    time: float
    how: str

    def __str__(self) -> str:
        return self.how
