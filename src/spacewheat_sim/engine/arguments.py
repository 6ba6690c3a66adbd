"""Checks of the numbers that callers give."""

from __future__ import annotations

import math

import numpy as np

from spacewheat_sim.errors import ArgumentError


def checked_seconds(value: float, name: str = "dt") -> float:
    """Return ``value`` as a finite float above 0, or raise :class:`ArgumentError`."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not 0.0 < number < math.inf:
        raise ArgumentError(
            f"Argument `{name}` must be a finite number of seconds above 0, but is "
            f"{value!r}"
        )
    return number


def checked_count(value: int, name: str, *, at_least: int) -> int:
    """Return ``value`` as an int of ``at_least``, or raise :class:`ArgumentError`."""
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not whole or value < at_least:
        raise ArgumentError(
            f"Argument `{name}` must be an integer of at least {at_least}, but is "
            f"{value!r}"
        )
    return int(value)
