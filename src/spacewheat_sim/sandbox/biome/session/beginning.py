"""Rows of the log that say where one life, or one future, of a biome begins."""

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


@dataclass(frozen=True, slots=True)
class Branched:
    """Another future: a player went back, and acted.

    Attributes:
        time: When it begins, in seconds.
        number: The number of the branch.
    """

    time: float
    number: int

    def __str__(self) -> str:
        return f"branch {self.number} begins"
