"""Curves sampled until a straight line between two points shows no difference."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

FIRST_POINTS = 25
# A middle point may lie so far off the chord of its neighbors, in the curve's span; the
# chords to it are then some four times nearer.
FLAT = 0.004
ROUNDING = 1e-11
"""Relative span below which a curve is constant."""
NARROW = 1e-7
"""Of the range: a jump between two points so near is one."""

Values = Mapping[str, float | None]


@dataclass(frozen=True)
class SampledLine:
    """One quantity against x.

    Attributes:
        x: Increasing, (P,).
        y: NaN where it is unknown, (P,).
        joined: Whether a straight line may join neighbors, (P − 1,).
    """

    x: list[float]
    y: list[float]
    joined: list[bool]


def sampled_lines(
    function: Callable[[float], Values], low: float, high: float, *, most: int
) -> dict[str, SampledLine]:
    """Return the quantities of ``function`` between two x, by name.

    Points are added where the curve bends, in rounds, until it is smooth to the eye or
    there are ``most`` of them. The first ones are even in x, and in ln x as well, as
    what happens at low temperature takes place in a small part of a wide range.

    Args:
        function: x to numbers by name, None where one is unknown.
        low: First x, not negative.
        high: Last x.
        most: Bound of the number of points.
    """
    found = {x: function(x) for x in _first(low, high, min(most, FIRST_POINTS))}
    while len(found) < most:
        x = sorted(found)
        rough = {i for name in _names(found) for i in _rough(x, _column(found, name))}
        if not rough:
            break
        for i in sorted(rough)[: most - len(found)]:
            middle = 0.5 * (x[i] + x[i + 1])
            found[middle] = function(middle)
    x = sorted(found)
    lines = {}
    for name in _names(found):
        y = _column(found, name)
        if any(math.isfinite(v) for v in y):
            rough = set(_rough(x, y))
            joined = [i not in rough for i in range(len(x) - 1)]
            lines[name] = SampledLine(x, y, joined)
    return lines


def _first(low: float, high: float, count: int) -> list[float]:
    even = max(2, (count + 1) // 2)
    shares = [i / (even - 1) for i in range(even)]
    inner = [(i + 1) / (count - even + 1) for i in range(count - even)]
    # From 0, where there is no logarithm, across six decades.
    start = low or 1e-6 * high
    ratio = high / start
    return [low + (high - low) * s for s in shares] + [start * ratio**s for s in inner]


def _names(found: Mapping[float, Values]) -> list[str]:
    return list(dict.fromkeys(name for values in found.values() for name in values))


def _column(found: Mapping[float, Values], name: str) -> list[float]:
    values = (found[x].get(name) for x in sorted(found))
    return [math.nan if value is None else value for value in values]


def _rough(x: list[float], y: list[float]) -> list[int]:
    """Return the intervals, by their left ends, that a straight line would not show."""
    known = [value for value in y if math.isfinite(value)]
    if len(known) < 2:
        return []
    span, width = max(known) - min(known), x[-1] - x[0]
    if span <= ROUNDING * max(map(abs, known)):
        return []
    rough = set()
    for i in range(1, len(x) - 1):
        a, b, c = x[i - 1], x[i], x[i + 1]
        chord = y[i - 1] + (y[i + 1] - y[i - 1]) * ((b - a) / (c - a))
        if abs(y[i] - chord) > FLAT * span:
            rough |= {j for j in (i - 1, i) if x[j + 1] - x[j] > NARROW * width}
    return sorted(rough)
