"""Numbers over eighteen decades, chosen so that a run of some length can feel them."""

from __future__ import annotations

import math

import numpy as np

LEAST, MOST = 1e-9, 1e9


class Scales:
    """Draws rates and energies for a run of ``duration`` seconds.

    Args:
        rng: Where they are drawn from.
        duration: Seconds.
        reach: The largest rate × duration.
    """

    def __init__(self, rng: np.random.Generator, duration: float, reach: float) -> None:
        self.rng = rng
        self.felt = min(max(1 / duration, 10 * LEAST), MOST / 10)
        self.fastest = min(max(reach / duration, 10 * LEAST), MOST)

    def between(self, low: float, high: float) -> float:
        """Return a number whose logarithm is uniform."""
        low, high = max(low, LEAST), min(high, MOST)
        if high <= low:
            return low
        return math.exp(self.rng.uniform(math.log(low), math.log(high)))

    def feelable(self) -> float:
        """Return a rate that does something, but not everything, in the run."""
        return self.between(0.03 * self.felt, min(10 * self.felt, self.fastest))

    def fast(self) -> float:
        """Return one of the fastest rates of the run."""
        return self.between(0.1 * self.fastest, self.fastest)

    def slow(self) -> float:
        """Return a rate that hardly does anything in the run."""
        return self.between(LEAST, 0.1 * self.felt)

    def any(self) -> float:
        """Return a rate or an energy of any of these kinds, or a round number."""
        pick = self.rng.random()
        if pick < 0.4:
            return self.feelable()
        if pick < 0.65:
            return self.fast()
        if pick < 0.8:
            return self.slow()
        if pick < 0.9:
            return self.between(LEAST, self.fastest)
        return float(np.clip(2.0 ** round(math.log2(self.felt)), LEAST, MOST))
