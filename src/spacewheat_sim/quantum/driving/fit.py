"""A function of time over one step, as a polynomial through 12 Chebyshev nodes."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.quantum.arithmetic.kernels.elementary import (
    exponential,
    logarithm,
    sine_cosine,
)
from spacewheat_sim.quantum.arithmetic.kernels.products import product
from spacewheat_sim.quantum.driving.driver import Driver

NODES = 12
# A polynomial begins to follow a function where its tail is this share of it.
FOLLOWED = 1e-4
# Looks after which a step may be given up.
LOOKS = 64
# By how much a polynomial may miss a look whose last two terms are within tolerance.
MISS = 10.0
# Units in the last place by which the end of a step may be wrong.
ROUNDED = 4
# Rounding of a function's values, as a share of the largest.
ROUNDING = 2.0**-48

# Both ends are nodes, so that a jump anywhere in the step shows.
_COSINES = [sine_cosine(math.pi * k / (NODES - 1))[1] for k in range(2 * NODES - 2)]
_PLACES = (1 - np.array(_COSINES[:NODES])) / 2
_NODES = _PLACES.tolist()
_WIDEST_GAP = float(np.diff(_PLACES).max())
# c_k = 2/(J − 1) Σ_j f_j T_k(x_j), with half of the first and the last of each.
_HALVED = [0.5 if k in (0, NODES - 1) else 1.0 for k in range(NODES)]
_TO_CHEBYSHEV = np.array(
    [
        [
            2.0
            / (NODES - 1)
            * _HALVED[k]
            * _HALVED[j]
            * (-1.0) ** k
            * _COSINES[j * k % (2 * NODES - 2)]
            for j in range(NODES)
        ]
        for k in range(NODES)
    ]
)
_TO_MONOMIAL = np.array(
    [
        np.polynomial.Polynomial.cast(
            np.polynomial.Chebyshev.basis(k, domain=[0, 1])
        ).coef.tolist()
        + [0.0] * (NODES - 1 - k)
        for k in range(NODES)
    ]
)


def over(series: FloatArray, share: float) -> FloatArray:
    """Return a ``series`` (J,) in the fraction of a step over a ``share`` of it."""
    if share == 1.0:
        return series
    powers = np.full(series.size, share)
    powers[0] = 1.0
    return np.asarray(series * np.multiply.accumulate(powers))


class Fit:
    """The polynomial through a function's values at the nodes of a step.

    Attributes:
        tail: How large its last two terms are, in rad/s.
    """

    def __init__(self, driver: Driver, time: float, h: float) -> None:
        self._driver, self._time, self._h = driver, time, h
        self._times = [time + h * x for x in _NODES]
        # A function may be known to the end of a run only, and the end is rounded.
        self._times[-1] = max(time, time + h - ROUNDED * math.ulp(time + h))
        self._values = [driver(t) for t in self._times]
        self._terms = product(_TO_CHEBYSHEV, np.array(self._values)[:, None])[:, 0]
        self.tail = float(abs(self._terms[-2]) + abs(self._terms[-1]))

    @property
    def polynomial(self) -> FloatArray:
        """The series in the fraction of the step, (J,)."""
        return np.asarray(product(self._terms[None, :], _TO_MONOMIAL)[0])

    @property
    def largest(self) -> float:
        """The largest of the values, in rad/s."""
        return max(map(abs, self._values))

    def holds(self, tolerance: float) -> bool:
        """Return whether the tail is within the tolerance, or within rounding."""
        return self.tail <= tolerance or self.tail <= self._rounding()

    def share_to_hold(self, tolerance: float) -> float:
        """Return the share of the step over which the tail might be within tolerance.

        A function that the polynomial begins to follow has terms that fall as powers of
        the step; of another nothing is known, as at a kink.
        """
        if self.tail > FOLLOWED * float(np.abs(self._terms).max()):
            return 0.5
        allowed = max(tolerance, self._rounding())
        share = 0.9 * exponential(logarithm(allowed / self.tail) / (NODES - 2))
        return float(min(max(share, 0.125), 0.9))

    def seen_until(self, spacing: float, tolerance: float) -> float:
        """Return how far into the step looks ``spacing`` apart meet the polynomial."""
        if _WIDEST_GAP * self._h <= spacing:
            return self._h
        count = math.ceil(self._h / spacing)
        allowed = MISS * max(tolerance, self._rounding())
        polynomial = self.polynomial
        for begin in range(1, count, LOOKS):
            x = np.arange(begin, min(begin + LOOKS, count)) / count
            times = (self._time + self._h * x).tolist()
            found = np.array([self._driver(t) for t in times])
            wanted = np.polynomial.polynomial.polyval(x, polynomial)
            missed = np.flatnonzero(np.abs(found - wanted) > allowed)
            if missed.size:
                return self._h * (begin + int(missed[0]) - 1) / count
        return self._h

    def jump(self, tolerance: float) -> tuple[float, float] | None:
        """Return the times just before and just after a jump of the function.

        Bisection finds it where the function changes most. None if nothing remains of
        the change as the times come closer, or if as much goes on beside it: noise.
        """
        changes = [abs(b - a) for a, b in pairwise(self._values)]
        first = next(i for i, c in enumerate(changes) if 2 * c >= max(changes))
        least = max(changes[first] / 2, tolerance)
        (low, high), (at_low, at_high) = (
            each[first : first + 2] for each in (self._times, self._values)
        )
        closest = 2 * math.ulp(self._times[-1])
        while high - low > closest:
            if abs(at_high - at_low) < least:
                return None
            middle = (low + high) / 2
            found = self._driver(middle)
            if abs(found - at_low) >= abs(at_high - found):
                high, at_high = middle, found
            else:
                low, at_low = middle, found
        beside = (2 * low - high, low), (high, 2 * high - low)
        around = sum(abs(self._driver(b) - self._driver(a)) for a, b in beside)
        return (low, high) if around < least else None

    def _rounding(self) -> float:
        """Return how well the values are known, in rad/s.

        They have so many digits, and the times at which they are taken are rounded.
        """
        steepest = max(
            (abs(b - a) / (t - s) if t > s else 0.0)
            for (s, t), (a, b) in zip(
                pairwise(self._times), pairwise(self._values), strict=True
            )
        )
        return ROUNDING * self.largest + 2 * math.ulp(self._times[-1]) * steepest
