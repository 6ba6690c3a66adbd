"""Waits for a jump in decimal numbers, right whatever the scales."""

from __future__ import annotations

import decimal
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.quantum.steady.decimals import (
    Numbers,
    decimals,
    precision,
    with_enough_digits,
)
from spacewheat_sim.quantum.steady.part import Part, Waits
from spacewheat_sim.quantum.steady.resolvent import Resolvent

# Relative change of a time that is left to the rounding of the result.
AGREEMENT = Decimal("1e-17")
# Relative error of a rounded result, and what is lost below the range of doubles.
ROUNDING, SMALLEST = 2.0**-52, 1e-300


class _Found(NamedTuple):
    resolvent: Resolvent
    times: Numbers
    digits: int


def extended_waits(part: Part) -> Waits:
    """Return the waits of a part, right to the rounding of the result.

    Raises:
        RunError: more digits would be needed than anything should.
    """

    def find() -> _Found | None:
        resolvent = Resolvent.of(part)
        if resolvent is None:
            return None
        return _Found(resolvent, resolvent.times(), decimal.getcontext().prec)

    def agree(now: _Found, before: _Found) -> bool:
        times, others = now.times[part.reaches], before.times[part.reaches]
        return bool(((times > 0) & (abs(times - others) <= AGREEMENT * times)).all())

    resolvent, times, digits = with_enough_digits(find, agree)

    def density(landings: FloatArray) -> ComplexArray:
        with precision(digits):
            re, im = resolvent.density(decimals(landings))
        return np.asarray(re.astype(np.float64) + 1j * im.astype(np.float64))

    rounded = np.where(part.reaches, times, 0.0).astype(np.float64)
    return Waits(rounded, ROUNDING * rounded + SMALLEST * part.reaches, density)
