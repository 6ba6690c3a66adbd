"""A function of time over one step, as a polynomial.

Nothing is known of a function but what it returns. So it is looked at no further apart
than ``max_step``: what lasts that long is seen, and then the step is made so short that
a polynomial through 12 Chebyshev nodes follows it.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.driving.driver import Driver

FloatArray = NDArray[np.float64]

NODES = 12
# Most looks at a function in one step, and those after which it may be given up.
MOST_LOOKS = 2048
LOOKS = 64
# By how much a polynomial may miss a look whose last two terms are within tolerance.
MISS = 10.0
# Rounding of a function's values, as a share of the largest.
ROUNDING = 2.0**-48
# A step may stand whose error times its length is this share of the tolerance: the one
# across a kink, or a singular point, which no polynomial follows.
BRIEF = 1e-3
# Noise is what no polynomial follows over this share of ``max_step``, nearly wherever
# it is tried. So many times the tolerance, or this share of the values, are let be.
ROUGH_SHARE = 2.0**-8
TRIALS = (0.07, 0.23, 0.41, 0.59, 0.83)
NOISE = 100.0
RELATIVE_NOISE = 1e-13

# Both ends are nodes, so that a jump anywhere in the step shows.
_PLACES = (1 - np.cos(np.pi * np.arange(NODES) / (NODES - 1))) / 2
_NODES = _PLACES.tolist()
_WIDEST_GAP = float(np.diff(_PLACES).max())
_TO_CHEBYSHEV = np.linalg.inv(
    np.polynomial.chebyshev.chebvander(2 * _PLACES - 1, NODES - 1)
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
_POWERS = np.arange(NODES)


def function_series(
    driver: Driver, time: float, h: float, tolerance: float, max_step: float
) -> tuple[float, FloatArray]:
    """Return the series of a driver's function from ``time`` on, and how far it holds.

    Args:
        driver: The driver.
        time: Start of the step in seconds.
        h: Longest step wanted, in seconds.
        tolerance: Largest error allowed, in rad/s.
        max_step: Longest time between two looks at the function, in seconds.

    Returns:
        The length h' ≤ h of the step, which ends at the latest where the function
        jumps, and the series Σ_j d_j x^j with x = (t − time)/h', (J,).

    Raises:
        ArgumentError: the function fails, returns no finite number, or is so rough
            that no step is short enough.
    """
    shortest = 4 * math.ulp(time)
    spacing = max(max_step, shortest)
    h = end = asked = min(h, MOST_LOOKS * spacing)
    is_tried = False
    while True:
        fit = _Fit(driver, time, h)
        if h > shortest and not fit.holds(tolerance):
            jump = fit.jump(tolerance)
            if jump is not None:
                h, end = jump[0] - time, jump[1] - time
                if h <= shortest:
                    return end, np.array([driver(time)])
                continue
            is_brief = fit.tail * h <= BRIEF * tolerance
            if not is_tried and (is_brief or h < ROUGH_SHARE * max_step):
                is_tried = True
                noise = _noise(driver, time, min(asked, max_step), h, tolerance)
                if noise > 0.0:
                    tolerance, h, end = 4 * noise, asked, asked
                    continue
            if not is_brief:
                h = end = h / 2
                continue
        seen = fit.seen_until(spacing, tolerance)
        if seen > 0.0:
            length = end if seen == h else seen
            return length, fit.polynomial * (length / h) ** _POWERS
        h = end = spacing


class _Fit:
    """The polynomial through a function's values at the nodes of a step.

    Attributes:
        tail: How large its last two terms are, in rad/s.
    """

    def __init__(self, driver: Driver, time: float, h: float) -> None:
        self._driver, self._time, self._h = driver, time, h
        self._times = [time + h * x for x in _NODES]
        self._values = [driver(t) for t in self._times]
        self._terms = _TO_CHEBYSHEV @ np.array(self._values)
        self.tail = float(abs(self._terms[-2]) + abs(self._terms[-1]))

    @property
    def polynomial(self) -> FloatArray:
        """The series in the fraction of the step, (J,)."""
        return np.asarray(self._terms @ _TO_MONOMIAL)

    @property
    def largest(self) -> float:
        """The largest of the values, in rad/s."""
        return max(map(abs, self._values))

    def holds(self, tolerance: float) -> bool:
        """Return whether the tail is within the tolerance, or within rounding."""
        return self.tail <= tolerance or self.tail <= self._rounding()

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


def _noise(
    driver: Driver, time: float, span: float, h: float, tolerance: float
) -> float:
    """Return how much noise the function has in ``span`` seconds; 0 where it has none.

    Raises:
        ArgumentError: more than may be let be.
    """
    if span < 8 * h:
        return 0.0
    trials = [_Fit(driver, time + x * (span - h), h) for x in TRIALS]
    if sum(trial.holds(tolerance) for trial in trials) > 1:
        return 0.0
    noise = float(np.median([trial.tail for trial in trials]))
    largest = max(trial.largest for trial in trials)
    if noise > max(NOISE * tolerance, RELATIVE_NOISE * largest):
        raise ArgumentError(
            f"The driver function of {driver.called} must be smooth but for jumps and "
            f"kinks, but near t = {time:g} s no smooth curve over {h:.2g} s comes "
            f"closer to it than {noise:.2g} rad/s; give a function without noise, or a "
            "larger `tolerance`; or, where it does change so fast, a smaller `max_step`"
        )
    return noise
