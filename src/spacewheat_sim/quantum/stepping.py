"""How long a step is, and what is refused because it would take too long."""

from __future__ import annotations

import math

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.errors import RunError
from spacewheat_sim.quantum.drive import Drive, Reach

# Most terms of one step's series, and the largest ‖A‖h that it is asked to span:
# there it costs least per second and loses less than one digit to rounding.
MOST_TERMS = 60
LARGEST_REACH = 6.0
# Share of the tolerance that the neglected terms of the series may take.
SERIES_SHARE = 1e-3
# A drive's series may need more terms than there are: its step is then halved, down to
# this ‖A‖h, where only numbers that overflow still fail.
LEAST_REACH = 1e-6
# Products with the generator that one interval may cost, about as many as ‖A‖h.
MOST_PRODUCTS = 1e8
NO_DRIVE = np.empty((0, 1))


class Stepper:
    """Chooses the steps that one kind of series takes.

    Attributes:
        tolerance: What the neglected terms of a series may add up to per second.
    """

    def __init__(
        self,
        drive: Drive,
        reach: Reach,
        tolerance: float,
        longest: float = math.inf,
    ) -> None:
        """Prepare them.

        Args:
            drive: Time-dependent energies.
            reach: What a step may span of the generator's norm.
            tolerance: Error allowed per second, in populations.
            longest: Seconds that a step may last besides.
        """
        self.tolerance = tolerance * SERIES_SHARE
        self._drive = drive
        self._reach = reach
        bound = reach.static_bound
        self._longest = min(longest, reach.longest / bound if bound > 0 else math.inf)

    def plan(self, time: float, h: float) -> tuple[float, FloatArray, float]:
        """Choose a step from ``time`` of at most ``h`` seconds.

        Returns:
            Its length h', the driver energies Σ_j d_j xʲ in the fraction x of it as
            (R, J), and an upper bound on the generator's norm in 1/s.

        Raises:
            RunError, ArgumentError: as in
                :meth:`spacewheat_sim.quantum.drive.Drive.series`.
        """
        h = min(h, self._longest)
        if self._drive.is_static:
            return h, NO_DRIVE, self._reach.static_bound
        return self._drive.series(time, h, self._reach, self.tolerance)

    def shorter(self, time: float, h: float, bound: float) -> float:
        """Return half of a step ``h`` whose series did not converge.

        Raises:
            RunError: no shorter step would help: the terms overflow.
        """
        # Without a drive the terms fall as fast as the step was chosen for.
        return shorter_interval(0.0 if self._drive.is_static else h, bound, time)


class Elapsed:
    """How much of an interval is done.

    Millions of steps whose lengths are rounded against the time already done would
    shift it by more than an oscillation: what rounding leaves out is kept.

    Attributes:
        done: Seconds since the interval's start; its duration at the end.
    """

    __slots__ = ("_duration", "_lost", "done")

    def __init__(self, duration: float) -> None:
        self.done = 0.0
        self._duration = duration
        self._lost = 0.0

    def left(self) -> float:
        """Return the seconds to the end of the interval."""
        return self._duration - self.done - self._lost

    def add(self, h: float) -> float:
        """Take ``h`` seconds as done; return what is done by now."""
        step = h + self._lost
        total = self.done + step
        is_end = h >= self.left() or total >= self._duration
        self._lost = step - (total - self.done)
        self.done = self._duration if is_end else total
        return self.done


def check_cost(bound: float, duration: float) -> None:
    """Refuse what no propagator could follow and a series would follow for too long.

    Raises:
        RunError: ``bound``, on the generator's norm, is too large.
    """
    if bound * duration > MOST_PRODUCTS:
        raise RunError(
            f"Energies and rates of {bound:.3g} /s are too large to be followed over "
            f"{duration:g} s at once: double precision does not hold so many turns, "
            f"and a series would need more than {MOST_PRODUCTS:g} products"
        )


def check_time_resolution(bound: float, duration: float) -> None:
    """Refuse rates whose steps are lost to rounding beside ``duration`` seconds.

    Raises:
        RunError: ``bound``, on the generator's norm, is too large.
    """
    if bound * math.ulp(duration) > LARGEST_REACH:
        raise RunError(
            f"Energies and rates of {bound:.3g} /s are too large to be followed over "
            f"{duration:g} s in double precision"
        )


def shorter_interval(h: float, bound: float, time: float) -> float:
    """Return half of an interval ``h``, unless it is already so short that terms fall.

    Raises:
        RunError: it is, so that only numbers which overflow still fail.
    """
    if not h * bound > LEAST_REACH:
        raise RunError(
            f"The state is no longer finite at t = {time:g} s: some energy or rate is "
            "too large for double precision"
        )
    return h / 2
