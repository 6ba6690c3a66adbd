"""Means and sums of squared deviations of groups, and of groups of groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from spacewheat_sim.arrays import FloatArray


class Moments(NamedTuple):
    """First and second moments of a sample, entry by entry.

    The second one is Σ (x − x̄)², never Σ x² − B x̄², which cancels where the spread is
    small beside the mean: where all x are the same it is exactly 0.

    Attributes:
        number: How many were taken, B, of a shape that goes with the mean's.
        mean: x̄.
        deviations: Σ (x − x̄)².
    """

    number: FloatArray
    mean: FloatArray
    deviations: FloatArray

    @classmethod
    def of(cls, count: int, mean: FloatArray, deviations: FloatArray) -> Moments:
        """Return those of ``count`` values."""
        return cls(np.array(count, dtype=np.float64), mean, deviations)

    @classmethod
    def about(
        cls,
        reference: FloatArray,
        count: ArrayLike,
        sums: FloatArray,
        squares: FloatArray,
    ) -> Moments:
        """Return those of ``count`` values with Σ (x − r) and Σ (x − r)² given.

        ``reference`` r is best a value of the sample, or near one.
        """
        number = np.asarray(count, dtype=np.float64)
        shift = sums / np.maximum(number, 1.0)
        deviations = np.maximum(squares - shift * sums, 0.0)
        return cls(number, reference + shift, deviations)

    def merge(self, other: Moments) -> Moments:
        """Return those of both samples together.

        Source: T. F. Chan, G. H. Golub, R. J. LeVeque, "Algorithms for computing the
        sample variance", The American Statistician 37, 242 (1983).
        """
        count = self.number + other.number
        share = other.number / np.maximum(count, 1.0)
        shift = other.mean - self.mean
        # The mean of no values is none, whatever it says.
        mean = np.where(self.number == 0.0, other.mean, self.mean + shift * share)
        between = shift**2 * self.number * share
        return Moments(count, mean, self.deviations + other.deviations + between)


def merged(groups: Iterable[Moments]) -> Moments:
    """Return the moments of all ``groups`` together, merged in their order."""
    return reduce(Moments.merge, groups)


def stacked(blocks: Sequence[Moments]) -> Moments:
    """Return the moments of one sample, of which each block has other rows."""
    return Moments(
        blocks[0].number,
        np.concatenate([block.mean for block in blocks]),
        np.concatenate([block.deviations for block in blocks]),
    )
