"""Checks of the numbers and objects that callers give."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.errors import ArgumentError, UnknownNameError
from spacewheat_sim.physical_memory import GIB, physical_memory
from spacewheat_sim.plain_values import real, shown, whole

T = TypeVar("T")

# Beyond it, doubles do not hold every integer, and a clock would miscount its steps.
MOST_COUNT = 2**53
# Share of the machine's memory that one result may take.
MEMORY_SHARE = 0.9


def checked_seconds(value: object, name: str = "dt") -> float:
    """Return ``value`` as a finite float above 0, or raise :class:`ArgumentError`."""
    number = real(value)
    if not 0.0 < number < math.inf:
        raise ArgumentError(
            f"Argument `{name}` must be a finite number of seconds above 0, but is "
            f"{shown(value)}"
        )
    return number


def checked_time(value: object, name: str = "time") -> float:
    """Return ``value`` as a finite float of 0 or more, or raise ArgumentError."""
    number = real(value)
    if not 0.0 <= number < math.inf:
        raise ArgumentError(
            f"Argument `{name}` must be a finite number of seconds, not negative, but "
            f"is {shown(value)}"
        )
    return number


def checked_array(values: Any, name: str, unit: str) -> FloatArray:
    """Return numbers as a flat array.

    Raises:
        ArgumentError: some is not finite.
    """
    given = np.atleast_1d(np.asarray(values, dtype=object)).ravel()
    found = np.array([real(value) for value in given.tolist()])
    if not np.isfinite(found).all():
        raise ArgumentError(
            f"Argument `{name}` must be finite numbers in {unit}, but is "
            f"{shown(values)}"
        )
    return found


def checked_count(value: object, name: str, *, at_least: int) -> int:
    """Return ``value`` as an int of ``at_least``, or raise :class:`ArgumentError`."""
    number = whole(value)
    if number is None or number < at_least:
        raise ArgumentError(
            f"Argument `{name}` must be an integer of at least {at_least}, but is "
            f"{shown(value)}"
        )
    if number > MOST_COUNT:
        raise ArgumentError(
            f"Argument `{name}` must be at most 2**53, but is {shown(value)}"
        )
    return number


def checked_choice(value: object, known: Sequence[str], kind: str, of: str) -> str:
    """Return ``value`` if it is one of ``known``, or raise UnknownNameError."""
    if not isinstance(value, str) or value not in known:
        raise UnknownNameError(kind, value, known, of)
    return value


def checked_items(value: object, name: str, what: str) -> tuple[Any, ...]:
    """Return the items of a list that holds ``what``, or raise ArgumentError."""
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping):
        with suppress(TypeError):  # an array without axes
            return tuple(value)
    raise ArgumentError(
        f"Argument `{name}` must be a list of {what}, but is {shown(value)}"
    )


def checked_instance(value: object, kind: type[T], name: str) -> T:
    """Return ``value`` if it is of this ``kind``, or raise :class:`ArgumentError`."""
    if not isinstance(value, kind):
        article = "an" if kind.__name__[0] in "AEIOU" else "a"
        raise ArgumentError(
            f"Argument `{name}` must be {article} {kind.__name__}, but is "
            f"{shown(value)}"
        )
    return value


def check_room(size: float, what: str) -> None:
    """Refuse to make something of ``size`` bytes that the memory cannot hold.

    Raises:
        ArgumentError: the machine has not as much memory.
    """
    available = physical_memory()
    if size > MEMORY_SHARE * available or math.isinf(size):
        raise ArgumentError(
            f"{what} would take {size / GIB:.3g} GiB of memory, but this machine has "
            f"{available / GIB:.3g} GiB"
        )
