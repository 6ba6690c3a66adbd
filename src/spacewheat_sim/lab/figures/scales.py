"""Axes with readable numbers for any values."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import (
    FixedLocator,
    FuncFormatter,
    LogLocator,
    NullLocator,
    ScalarFormatter,
)

LOWEST = -307
"""Exponent of the smallest power of ten that a double holds with all its digits."""
MOST_DECADES = 8
"""Largest number of labels of a logarithmic axis."""
HEADROOM = 0.06
"""Margin of an axis beyond the values, as a share of its span."""
LONGEST_BAR = 0.5
"""Room for error bars beyond the values, as a share of their span."""


class OffsetFormatter(ScalarFormatter):
    """Numbers on an axis, with their offset in words."""

    def get_offset(self) -> str:
        """Return the power of ten of the numbers, and what to add to them."""
        offset, self.offset = self.offset, 0.0
        power = super().get_offset()
        self.offset = offset
        if not offset:
            return power
        return f"{power}, add {offset:.10g}".replace("-", "−").removeprefix(", ")


def decades(values: Iterable[float]) -> tuple[int, int] | None:
    """Return powers of ten around the positive ones of ``values``, at least one apart.

    None if none is positive. What no power of ten of full precision is below lies
    outside.
    """
    logs = [math.log10(v) for v in values if 0.0 < v < math.inf]
    if not logs:
        return None
    low, high = math.floor(min(logs) - 0.08), math.ceil(max(logs) + 0.08)
    low = max(low, LOWEST)
    return low, max(high, low + 1)


def set_decades(axes: Axes, name: Literal["x", "y"], low: int, high: int) -> None:
    """Make an axis logarithmic from 10^low to 10^high, with labels at powers of ten."""
    axes.set(**{f"{name}scale": "log", f"{name}lim": (10.0**low, 10.0**high)})
    axis: Axis = axes.xaxis if name == "x" else axes.yaxis
    every = math.ceil((high - low) / MOST_DECADES)
    ticks = LogLocator(base=10.0**every, numticks=MOST_DECADES + 2)
    axis.set_major_locator(ticks)
    axis.set_minor_locator(NullLocator())


def fit_values(
    axes: Axes, values: Iterable[float], bars: Iterable[float] = (), *, low: float = 0.0
) -> None:
    """Fit the y axis to finite ``values``, and to the ends of error ``bars`` near them.

    A bar much longer than the span of the values leaves the frame. If all values are
    equal, bars have all the room they need.

    Args:
        axes: The axes.
        values: The values.
        bars: Lower and upper ends of error bars.
        low: Least span, around equal values.
    """
    known = [v for v in values if math.isfinite(v)]
    ends = [v for v in bars if math.isfinite(v)]
    if not known:
        return
    bottom, top = min(known), max(known)
    reach = LONGEST_BAR * (top - bottom) or math.inf
    bottom = max(min([bottom, *ends]), bottom - reach)
    top = min(max([top, *ends]), top + reach)
    if top - bottom <= max(low, 1e-13 * max(abs(top), abs(bottom))):
        middle, half = 0.5 * (bottom + top), 0.5 * low
        half = half or 0.05 * abs(middle) or 0.5
        bottom, top = middle - half, middle + half
    room = HEADROOM * (top - bottom)
    axes.set_ylim(bottom - room, top + room)
    axes.yaxis.set_major_formatter(OffsetFormatter())


def fit_log(axes: Axes, name: Literal["x", "y"], values: Iterable[float]) -> None:
    """Make an axis logarithmic and fit it closely to positive ``values``.

    Over few decades numbers between the powers of ten are labeled too.
    """
    logs = [math.log10(v) for v in values if 0.0 < v < math.inf]
    low, high = min(logs), max(logs)
    room = HEADROOM * (high - low) or 0.3
    low, high = low - room, high + room
    if high - low > 2.5:
        set_decades(axes, name, math.floor(low), math.ceil(high))
        limits = (10.0**low, 10.0**high)
        axes.set(**{f"{name}lim": limits})
        return
    axes.set(**{f"{name}scale": "log", f"{name}lim": (10.0**low, 10.0**high)})
    digits = (1, 2, 5) if high - low > 0.7 else range(1, 10)
    powers = range(math.floor(low), math.ceil(high) + 1)
    ticks = [digit * 10.0**power for power in powers for digit in digits]
    inside = [tick for tick in ticks if low <= math.log10(tick) <= high]
    axis: Axis = axes.xaxis if name == "x" else axes.yaxis
    axis.set_major_locator(FixedLocator(inside or [10.0 ** (0.5 * (low + high))]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.3g}"))
    axis.set_minor_locator(NullLocator())
