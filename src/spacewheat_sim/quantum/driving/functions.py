"""A function of time, step by step as polynomials.

Nothing is known of a function but what it returns. So it is looked at no further apart
than ``max_step``: what lasts that long is seen, and then the step is made so short that
a polynomial follows it.
"""

from __future__ import annotations

import math

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.driving.driver import Driver
from spacewheat_sim.quantum.driving.fit import Fit, over

# Most looks at a function in one step.
MOST_LOOKS = 2048
# Looks are closer than ``max_step`` by this, for what lasts so long and ends on looks.
WITHIN = 0.999
# A step may stand whose error times its length is this share of the tolerance: the one
# across a kink, or a singular point, which no polynomial follows.
BRIEF = 1e-3
# Where no polynomial follows over this share of ``max_step``, nor nearly anywhere near
# by over a further share TRIAL of that, the function has noise. So many times the
# tolerance, or this share of the values, are let be.
ROUGH_SHARE = 2.0**-8
TRIAL = 1 / 64
TRIALS = (0.07, 0.23, 0.41, 0.59, 0.83)
NOISE = 25.0
RELATIVE_NOISE = 1e-13


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
    spacing = max(WITHIN * max_step, shortest)
    h = end = asked = min(h, MOST_LOOKS * spacing)
    is_tried = False
    while True:
        fit = Fit(driver, time, h)
        if h > shortest and not fit.holds(tolerance):
            jump = fit.jump(tolerance)
            if jump is not None:
                h, end = jump[0] - time, jump[1] - time
                if h <= shortest:
                    return end, np.array([driver(time)])
                continue
            is_brief = fit.tail * h <= BRIEF * tolerance
            is_short = h < ROUGH_SHARE * max_step
            if not is_tried and (is_brief or is_short):
                is_tried = is_short
                span = min(asked, max_step)
                noise = _noise(driver, time, span, TRIAL * h, tolerance, is_short)
                if noise > 0.0:
                    is_tried, tolerance, h, end = True, 4 * noise, asked, asked
                    continue
            if not is_brief:
                h = end = h * fit.share_to_hold(tolerance)
                continue
        seen = fit.seen_until(spacing, tolerance)
        if seen > 0.0:
            length = end if seen == h else seen
            return length, over(fit.polynomial, length / h)
        h = end = spacing


def _noise(
    driver: Driver, time: float, span: float, h: float, tolerance: float, is_last: bool
) -> float:
    """Return how much noise a function has in ``span`` seconds, 0 for none to let be.

    Raises:
        ArgumentError: it has more than may be let be, and this trial ``is_last``.
    """
    if span < 8 * h:
        return 0.0
    trials = [Fit(driver, time + x * (span - h), h) for x in TRIALS]
    if sum(trial.holds(tolerance) for trial in trials) > 1:
        return 0.0
    noise = float(np.median([trial.tail for trial in trials]))
    largest = max(trial.largest for trial in trials)
    if noise <= max(NOISE * tolerance, RELATIVE_NOISE * largest):
        return noise
    if is_last:
        raise ArgumentError(
            f"The driver function of {driver.called} must be smooth but for jumps and "
            f"kinks, but near t = {time:g} s no smooth curve over {h:.2g} s comes "
            f"closer to it than {noise:.2g} rad/s; give a function without noise, or a "
            "larger `tolerance`; or, where it does change so fast, a smaller `max_step`"
        )
    return 0.0
