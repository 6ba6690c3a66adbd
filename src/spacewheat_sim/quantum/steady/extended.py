"""Waits for a jump in decimal numbers, right whatever the scales."""

from __future__ import annotations

import decimal
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.quantum.steady.decimals import (
    Numbers,
    Pair,
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


def extended_forms(part: Part) -> ComplexArray:
    """Return F with (X_R)_ii = Σ_tu F_itu R_tu, X_R = ∫ e^{Bτ} R e^{B†τ} dτ, (n, n, n).

    All states of the part are its landings. F is right to rounding, relative to
    √(F_itt F_iuu), so that (X_R)_ii is as right as a rounding of R leaves it.

    Raises:
        RunError: more digits would be needed than anything should.
    """
    index = np.arange(part.size)

    def find() -> Pair | None:
        resolvent = Resolvent.of(part)
        return None if resolvent is None else resolvent.forms()

    def agree(now: Pair, before: Pair) -> bool:
        times = now[0][:, index, index]
        if not (times[part.reaches] > 0).all():
            return False
        most = AGREEMENT**2 * times[:, :, None] * times[:, None, :]
        apart = [one - other for one, other in zip(now, before, strict=True)]
        both = part.reaches[:, :, None] & part.reaches[:, None, :]
        return bool((apart[0] ** 2 + apart[1] ** 2 <= most)[both].all())

    re, im = with_enough_digits(find, agree)
    both = part.reaches[:, :, None] & part.reaches[:, None, :]
    found = re.astype(np.float64) + 1j * im.astype(np.float64)
    return np.where(both, found, 0.0)
