"""What an ensemble adds up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.quantum.renewal.moments import Moments

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class TrajectorySums:
    """Sums over trajectories.

    Attributes:
        populations: Moments of the populations at the output times, (T, N).
        jump_counts: Jumps per channel, (K,).
        first_jumps: Time of each trajectory's first jump, or inf, (B,).
        first_landings: Time of its first landing on the target, or inf, (B,).
        outcomes: Outcome of each of Q measurements: 1 north, −1 south, 0 neither,
            (Q, B).
    """

    populations: Moments
    jump_counts: NDArray[np.int64]
    first_jumps: FloatArray
    first_landings: FloatArray
    outcomes: NDArray[np.int8]
