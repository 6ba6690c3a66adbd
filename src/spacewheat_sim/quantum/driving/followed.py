"""How far drivers can be followed: until when their phase is known, how strong."""

from __future__ import annotations

import math
from collections.abc import Sequence

from spacewheat_sim.errors import ArgumentError, RunError
from spacewheat_sim.quantum.driving.driver import Driver

# Largest energy of a function times what is left of the step: should it last so long,
# it would take a hundred million steps, and an hour.
LARGEST_SPAN = 1e9
# By how many radians the phase of a driver may be uncertain because time is rounded.
LARGEST_BLUR = 1e-3


def latest_time(frequency: float) -> float:
    """Return until when a phase of 2πft is known to ``LARGEST_BLUR`` for doubles t."""
    if frequency == 0.0:
        return math.inf
    # Doubles near t lie up to 2^-52 t apart.
    return LARGEST_BLUR / (2 * math.pi * frequency) * 2.0**52


def blurred(drivers: Sequence[Driver], time: float) -> RunError:
    """Return the error of a time at which the phase of a driver is lost."""
    fastest = max(drivers, key=lambda driver: driver.frequency)
    return RunError(
        f"At t = {time:g} s, which is known to {math.ulp(time):.2g} s, the phase of "
        f"the driver of {fastest.called} with {fastest.frequency:g} Hz is no longer "
        f"known to {LARGEST_BLUR:g} rad"
    )


def too_strong(driver: Driver, time: float, h: float, energy: float) -> ArgumentError:
    """Return the error of a function too strong for what is left of a step."""
    return ArgumentError(
        f"The driver function of {driver.called} returns {energy:.3g} rad/s at t = "
        f"{time:g} s, {h:.3g} s before the step is to end: their product must be at "
        f"most {LARGEST_SPAN:g}, or the step would not end"
    )
