"""Decimal numbers of as many digits as a result needs."""

from __future__ import annotations

import decimal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.errors import RunError

# Arrays of Decimals; and complex numbers or arrays as real and imaginary parts.
Numbers = NDArray[Any]
Pair = tuple[Any, Any]
Found = TypeVar("Found")

FIRST_DIGITS, MOST_DIGITS = 40, 5120
# Up to this many states that H connects, what is done with decimals takes seconds.
LARGEST_EXTENDED = 40


def with_enough_digits(
    find: Callable[[], Found | None], agree: Callable[[Found, Found], bool]
) -> Found:
    """Return what ``find`` does once twice the digits give what ``agree`` calls same.

    Args:
        find: Calculates with the digits at hand; None says that they do not suffice.
        agree: Whether a result is that of half the digits.

    Raises:
        RunError: not even ``MOST_DIGITS`` suffice.
    """
    before: Found | None = None
    digits = FIRST_DIGITS
    while digits <= MOST_DIGITS:
        with precision(digits):
            found = find()
        if found is not None and before is not None and agree(found, before):
            return found
        before = found
        digits *= 2
    raise RunError(
        f"The answer needs numbers of more than {MOST_DIGITS} digits: rates and "
        "energies lie too far apart"
    )


@contextmanager
def precision(digits: int) -> Iterator[None]:
    """Calculate with so many digits and no limit to exponents."""
    context = decimal.Context(prec=digits, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)
    with decimal.localcontext(context):
        yield


def decimals(values: FloatArray) -> Numbers:
    """Return doubles as decimals, rounded to the digits at hand."""
    found = np.empty(values.shape, dtype=object)
    found.ravel()[:] = [+Decimal(x) for x in values.ravel().tolist()]
    return found


def product(left: Pair, right: Pair) -> Pair:
    """Return the matrix product of two complex arrays."""
    (a, b), (c, d) = left, right
    return a @ c - b @ d, a @ d + b @ c
