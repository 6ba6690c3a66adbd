"""What an ensemble adds up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.arrays import FloatArray, IntArray
from spacewheat_sim.quantum.ensembles.moments import Moments


@dataclass(frozen=True)
class TrajectorySums:
    """Sums over B trajectories.

    Attributes:
        numbers: Which trajectories, in the order of what is kept of each.
        populations: Moments of the populations at the first T output times, (T, N).
        jump_counts: Jumps per channel, (K,).
        first_jumps: Time of each trajectory's first jump, or inf, (B,).
        first_landings: Time of its first landing on the target, or inf, (B,).
        outcomes: Outcome of each of Q measurements: 1 north, −1 south, 0 neither,
            (Q, B).
    """

    numbers: tuple[range, ...]
    populations: Moments
    jump_counts: IntArray
    first_jumps: FloatArray
    first_landings: FloatArray
    outcomes: NDArray[np.int8]


class TrajectoryRun(Protocol):
    """Trajectories that run; a request to stop is heeded at any moment."""

    def run(self, tell: Callable[[float], object]) -> None:
        """Run all of them; ``tell`` hears the share that is done, from 0 to 1."""

    def sums(self) -> TrajectorySums | None:
        """Return the sums over those that have come to their end; None if none has."""


def of_numbers(values: NDArray[np.generic], numbers: tuple[range, ...]) -> NDArray[Any]:
    """Return what ``values`` (…, B) hold of the trajectories ``numbers``."""
    if len(numbers) == 1 and len(numbers[0]) == values.shape[-1]:
        return values
    return np.concatenate([values[..., each.start : each.stop] for each in numbers], -1)
