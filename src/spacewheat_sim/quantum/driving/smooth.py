"""Ramps and fades as power series over a step."""

from __future__ import annotations

import math

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.quantum.driving.driver import Driver

# Terms kept of a drive's series, and the largest ωh of a step: 1^24/24! is 2e-24, and
# the state's own series, which grows like exp(a/ω sinh ωh), still converges fast.
SERIES_TERMS = 24
LARGEST_ANGLE = 1.0


def smooth_for(driver: Driver, time: float) -> float:
    """Return for how many seconds a series follows a ramp or a fade."""
    if driver.is_over(time):
        return math.inf
    length = 1.0 / driver.frequency
    return LARGEST_ANGLE * length if driver.shape == "fade" else length - time


def smooth_series(driver: Driver, time: float, h: float) -> FloatArray:
    """Return the series of a ramp or a fade over a step that its end does not cut."""
    if driver.shape == "fade":
        series = np.empty(SERIES_TERMS)
        series[0] = driver(time)
        for j in range(1, SERIES_TERMS):
            series[j] = -series[j - 1] * driver.frequency * h / j
        return series
    if driver.is_over(time):
        return np.array([driver.amplitude])
    slope = driver.amplitude * driver.frequency
    return np.array([slope * time, slope * h])
