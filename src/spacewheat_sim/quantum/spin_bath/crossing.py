"""When |r| first falls to a level, found between any grid of times.

θ = arccos |r| is the angle between the two branches of the environment. They part under
the difference 2 Σ_k g_k Z_k of their Hamiltonians, so θ changes no faster than the
standard deviation of that (J. Anandan and Y. Aharonov, Phys. Rev. Lett. 65, 1697,
1990): on product states at most 2 √Σ g_k², on any at most 2 Σ |g_k|. Between two times
at which θ is known it therefore cannot exceed half of θ₁ + θ₂ + speed · (t₂ − t₁), and
where that stays below the level's angle there is no crossing to be missed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from spacewheat_sim.arrays import FloatArray

# Angle that the speed covers between two of the first times looked at.
STEP_ANGLE = 0.25
# Parts that an interval is cut into where a crossing may hide.
PARTS = 16
# Angle below which a crossing may hide unseen: |r| would only touch the level.
TOUCH = 1e-10


class Course(Protocol):
    """The angle between the branches, in the order of time."""

    speed: float
    """An upper bound on |dθ/dt|."""

    at_once: int
    """The most times to ask for together."""

    period: float
    """After which θ repeats, infinite if it does not."""

    farthest: float
    """An angle that θ never exceeds, π/2 where no other is known."""

    def angles(self, times: FloatArray) -> FloatArray:
        """Return θ at increasing ``times`` (T,), none before the last advance."""
        ...

    def advance(self, time: float) -> None:
        """Forget what is before ``time``."""
        ...


@dataclass(frozen=True)
class Crossing:
    """What a search found.

    Attributes:
        time: When |r| first is at the level, or None.
        searched_to: No other crossing is before it: the time of the crossing, the end,
            or where the effort ran out.
    """

    time: float | None
    searched_to: float


def first_crossing(course: Course, level: float, end: float, most: int) -> Crossing:
    """Return when |r| first falls to ``level`` up to the time ``end``.

    Args:
        course: The angle, 0 at the time 0.
        level: Above 0 and below 1.
        end: Last time to look at.
        most: How many times may be looked at on the way.
    """
    wanted = math.acos(level)
    last = min(end, course.period)
    if course.speed * last < wanted or course.farthest < wanted:
        return Crossing(None, end)
    step = STEP_ANGLE / course.speed
    known, angle, count = 0.0, 0.0, 8
    while known < last:
        # Most crossings are early; who searches for long asks for more.
        count = min(2 * count, course.at_once)
        if most <= 0:
            return Crossing(None, known)
        most -= count
        times = np.minimum(known + step * np.arange(1.0, count + 1.0), last)
        times = times[np.diff(times, prepend=known) > 0.0]
        angles = course.angles(times)
        found = _first_inside(course, wanted, (known, angle), times, angles)
        if found is not None:
            return Crossing(found, found)
        known, angle = float(times[-1]), float(angles[-1])
        course.advance(known)
    return Crossing(None, end)


def _first_inside(
    course: Course,
    wanted: float,
    start: tuple[float, float],
    times: FloatArray,
    angles: FloatArray,
) -> float | None:
    """Return the first crossing between a known time and the last of ``times``."""
    ends = np.concatenate([[start[0]], times])
    theta = np.concatenate([[start[1]], angles])
    gaps = course.speed * np.diff(ends)
    may_hide = 0.5 * (theta[:-1] + theta[1:] + gaps) >= wanted
    for i in np.flatnonzero(may_hide):
        inside = np.linspace(ends[i], ends[i + 1], PARTS + 1)[1:]
        if gaps[i] < TOUCH or not inside[0] > ends[i]:
            if theta[i + 1] >= wanted:
                # A straight line has all the digits here.
                share = (wanted - theta[i]) / (theta[i + 1] - theta[i])
                return float(ends[i] + share * (ends[i + 1] - ends[i]))
            continue
        found = _first_inside(
            course, wanted, (ends[i], theta[i]), inside, course.angles(inside)
        )
        if found is not None:
            return found
    return None
