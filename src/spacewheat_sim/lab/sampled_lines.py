"""Curves sampled until straight lines between points look smooth."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

FIRST_POINTS = 25
# Largest distance of a middle point from the chord of its neighbors, as a share of the
# curve's span; the chords to it are then about four times closer.
FLAT = 0.004
ROUNDING = 1e-11
"""Relative span below which a curve is constant."""
NARROW = 1e-7
"""Share of the range; a jump between two points this close is a discontinuity."""

Values = Mapping[str, float | None]


@dataclass(frozen=True)
class SampledLine:
    """One quantity against x.

    Attributes:
        x: Increasing, (P,).
        y: NaN if unknown, (P,).
        joined: Whether a straight line joins neighbors, (P − 1,).
    """

    x: list[float]
    y: list[float]
    joined: list[bool]


def sampled_lines(
    function: Callable[[float], Values], low: float, high: float, *, most: int
) -> dict[str, SampledLine]:
    """Return the quantities of ``function`` between two x, by name.

    Points are added where the curve bends, in rounds, until it looks smooth or there
    are ``most`` of them. The first points are evenly spaced in x, and also in ln x,
    because low temperatures are a small part of a wide range.

    Args:
        function: Maps x to numbers by name, None if unknown.
        low: First x, not negative.
        high: Last x.
        most: Largest number of points.
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
    """Return the intervals, by their left ends, that need more points."""
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
