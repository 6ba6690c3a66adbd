"""The limits of a step, and what is refused because it would take too long."""

from __future__ import annotations

import math

from spacewheat_sim.errors import RunError
from spacewheat_sim.quantum.drive import Drive

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


def longer(done: float, lost: float, h: float) -> tuple[float, float]:
    """Return ``done`` + ``lost`` + ``h`` as a sum and what rounding left out of it.

    Millions of steps whose lengths are rounded against the time already done would
    shift it by more than an oscillation.
    """
    step = h + lost
    total = done + step
    return total, step - (total - done)


def shorter_step(drive: Drive, h: float, bound: float, time: float) -> float:
    """Return half of a step ``h`` whose Taylor series did not converge.

    Raises:
        RunError: no shorter step would help: the terms overflow.
    """
    # Without a drive the terms fall as fast as the step was chosen for.
    return shorter_interval(0.0 if drive.is_static else h, bound, time)


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
