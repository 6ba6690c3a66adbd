"""The chain from one landing of a jump to the next, and how surely it is known."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.quantum.steady.kernels import elimination


class Settled(NamedTuple):
    """Where a chain of landings settles.

    Attributes:
        landings: How often each landing is made, (C,), Σ_it M_it f_t = 1.
        populations: p_i = Σ_t M_it f_t, (N,).
        lower: Lower bounds on the populations, (N,).
        upper: Upper bounds on them, (N,).
    """

    landings: FloatArray
    populations: FloatArray
    lower: FloatArray
    upper: FloatArray


def settle(feed: FloatArray, times: FloatArray, errors: FloatArray) -> Settled:
    """Return where the chain with the probabilities q = WM settles.

    By the Markov chain tree theorem the weight of a landing is a sum of products of
    probabilities, over all trees that lead to it. So it is never less than for the
    smallest probabilities and never more than for the largest, and elimination without
    subtraction finds each of these sums to rounding.

    Args:
        feed: W, rates of jumps from each state to each landing in 1/s, (C, N).
        times: M, mean times in each state from each landing on in s, (N, C).
        errors: Bounds on the errors of M, (N, C).
    """
    less = feed @ np.maximum(times - errors, 0.0)
    more = feed @ (times + errors)
    return Settled(*elimination.settle(feed @ times, less, more, times, errors))
