"""Curves of decoherence that are close enough to be drawn as lines."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from spacewheat_sim.lab.decoherence.costs import (
    CHECK_SECONDS,
    MOST_OVERLAPS,
    state_seconds,
)

if TYPE_CHECKING:
    from spacewheat_sim.arrays import ComplexArray, FloatArray
    from spacewheat_sim.lab.decoherence.course import Course
    from spacewheat_sim.quantum.spin_bath.model import SpinBath

# Largest angle between the branches for two rows that are joined, and for two points of
# a curve that is computed for its figure.
RESOLVED = 0.2
SMOOTH = 0.05
MOST_CURVE_POINTS = 50_000
# Gaussian times shown of a decay that is drawn separately, and the largest share of the
# total time for which it is.
SHOWN_TIMES = 4.0
QUICK = 0.02
EARLY_POINTS = 81


class Curve(NamedTuple):
    """The points of a figure.

    Attributes:
        times: In seconds, (P,).
        factor: r, (P,).
        log_magnitude: log |r|, (P,).
        joined: Whether the points are close enough for a line.
    """

    times: FloatArray
    factor: ComplexArray
    log_magnitude: FloatArray
    joined: bool


def drawn_curve(bath: SpinBath, course: Course) -> Curve:
    """Return the rows if they are close enough, else more points, or separate rows."""
    import numpy as np

    from spacewheat_sim.quantum.spin_bath import product
    from spacewheat_sim.quantum.spin_bath.model import norm

    times, rows = course.times, (course.factor, course.log_magnitude)
    turn = 2.0 * norm(bath.couplings) * float(times[-1])
    if turn <= RESOLVED * (times.size - 1):
        return Curve(times, *rows, joined=True)
    points = math.ceil(min(turn / SMOOTH, 1e9)) + 1
    alone = bath.field == 0 or bath.chain == 0
    if not alone or points > MOST_CURVE_POINTS or points * bath.size > MOST_OVERLAPS:
        return Curve(times, *rows, joined=False)
    more = np.linspace(0.0, float(times[-1]), points)
    found = product.decoherence_factor(replace(bath, chain=0.0), more)
    return Curve(more, found.value, found.log_magnitude, joined=True)


def early_curve(bath: SpinBath, course: Course) -> Curve | None:
    """Return the initial decay if it is too fast to be visible over all rows.

    None if it is slow enough, if nothing decays, or if it takes too long to compute.
    """
    import numpy as np

    from spacewheat_sim.quantum.spin_bath import product, state_vector
    from spacewheat_sim.quantum.spin_bath.model import gaussian_time

    tau, end = gaussian_time(bath), float(course.times[-1])
    if not tau < QUICK * end:
        return None
    times = np.linspace(0.0, SHOWN_TIMES * tau, EARLY_POINTS)
    if bath.field == 0 or bath.chain == 0:
        found = product.decoherence_factor(replace(bath, chain=0.0), times)
        return Curve(times, found.value, found.log_magnitude, joined=True)
    step, count = float(times[1]), EARLY_POINTS - 1
    if state_seconds(bath, float(times[-1]), count) > CHECK_SECONDS:
        return None
    factor = state_vector.decoherence_factor(bath, step, count)
    with np.errstate(divide="ignore"):
        logs = np.log(np.abs(factor))
    return Curve(times, factor, logs, joined=True)
