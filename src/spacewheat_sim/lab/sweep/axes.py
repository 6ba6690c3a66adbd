"""The values of one swept number: a list, or evenly spaced ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, overload

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.plain_values import SHOWN_LENGTH, real, shown

Value = float | int | str
MOST_VALUES = 10_000_000


@dataclass(frozen=True)
class Spaced(Sequence[float]):
    """``size`` values from ``start`` to ``stop``, both of which are among them."""

    start: float
    stop: float
    size: int

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, place: int) -> float: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[float]: ...
    def __getitem__(self, place: int | slice) -> float | Sequence[float]:
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(self.size))]
        if not -self.size <= place < self.size:
            raise IndexError(place)
        i = place % self.size
        if i == 0:
            return self.start
        # As people would write it: 0.16, not 0.15999999999999998.
        first, last = Fraction(repr(self.start)), Fraction(repr(self.stop))
        step = (last - first) / (self.size - 1)
        is_whole = isinstance(self.start, int) and step.denominator == 1
        return int(first + step * i) if is_whole else float(first + step * i)


Values = Spaced | tuple[Value, ...]


def read_values(given: Any, called: str) -> Values:
    """Return the values of a swept number.

    Args:
        given: ``a:b:n``, values with commas between them, a list, or the mapping of a
            bundle.
        called: What errors call it.

    Raises:
        ArgumentError: there is no value, one twice, or what is no value.
    """
    if isinstance(given, dict) and given.keys() == {"start", "stop", "count"}:
        return _spaced(given["start"], given["stop"], given["count"], called=called)
    if isinstance(given, str) and given.count(":") == 2:
        return _spaced(*given.split(":"), called=called)
    if isinstance(given, str):
        parts: list[Any] = [part.strip() for part in given.split(",")]
    elif isinstance(given, list | tuple):
        parts = list(given)
    else:
        parts = [given]
    if not parts or "" in parts:
        raise ArgumentError(
            f"{called} has no value in {given!r:.60}; wanted values such as 0,0.5,1 or "
            "a range such as 0.05:0.6:12"
        )
    values = tuple(read_value(part, called) for part in parts)
    for place, value in enumerate(values):
        if value in values[:place]:
            raise ArgumentError(f"{called} has the value {value} twice")
    return values


def plain(values: Values) -> Any:
    """Return values as a bundle holds them."""
    if isinstance(values, Spaced):
        return {"start": values.start, "stop": values.stop, "count": values.size}
    return list(values)


def read_value(given: Any, called: str) -> Value:
    """Return one value, a word if it is no number.

    Raises:
        ArgumentError: it is neither, or not finite; errors call it ``called``.
    """
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        raise ArgumentError(f"{called} has {given!r:.60}, which is no number or word")
    value = _number_or_word(given) if isinstance(given, str) else given
    if isinstance(value, str):
        return value
    if not math.isfinite(real(value)):
        raise ArgumentError(f"{called} has {shown(given)}, which is no finite number")
    return 0.0 if value == 0.0 and isinstance(value, float) else value  # not −0.0


def _number_or_word(text: str) -> Value:
    for kind in (int, float):
        with suppress(ValueError):
            return kind(text)
    return text


def _spaced(start: Any, stop: Any, count: Any, *, called: str) -> Spaced:
    text = f"{start}:{stop}:{count}"
    text = text if len(text) <= SHOWN_LENGTH else f"{text[:SHOWN_LENGTH]}…"
    try:
        first, last, number = _end(start), _end(stop), int(count)
    except (TypeError, ValueError):
        raise ArgumentError(
            f"{called} has {text}, which is no range; wanted START:STOP:COUNT, such "
            "as 0.05:0.6:12"
        ) from None
    if not (math.isfinite(real(first)) and math.isfinite(real(last))):
        raise ArgumentError(f"{called} has {text}, whose ends are not finite")
    if number < 1:
        raise ArgumentError(f"{called} has {text}, an empty range of {number:,} values")
    if number > MOST_VALUES:
        raise ArgumentError(
            f"{called} has {text}, a range of {number:,} values; a sweep has at most "
            f"{MOST_VALUES:,}"
        )
    if number == 1 and first != last:
        raise ArgumentError(
            f"{called} has {text}, but one value cannot be both {first:g} and {last:g}"
        )
    if number > 1 and first == last:
        raise ArgumentError(
            f"{called} has {text}, but from {first:g} to {last:g} there are no "
            f"{number:,} different values"
        )
    return Spaced(first, last, number)


def _end(given: Any) -> float:
    """Return an end of a range; whole numbers are those of counts and sizes."""
    if isinstance(given, str):
        try:
            return int(given)
        except ValueError:
            return float(given) + 0.0
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise ValueError(given)
    return given + 0.0 if isinstance(given, float) else given
