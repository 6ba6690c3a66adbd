"""What a benchmark returns: a figure with its quartiles, its unit and its bar."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, Self

Sense = Literal["lower", "higher"]
SECONDS = {"s": 1.0, "ms": 1e3, "µs": 1e6}


@dataclass(frozen=True)
class Measurement:
    """One figure.

    Attributes:
        name: The problem; ours and the peers' figures of one problem share it.
        by: What solved it: one of our calls, or a peer.
        unit: Of the figures; empty for pure numbers.
        median: The figure; None where a peer is not installed.
        q1: First quartile.
        q3: Third quartile.
        sense: Whether lower or higher figures are better.
        symbol: What ``size`` counts: "N" states, "L" sites, ...
        size: Of the problem, where it has one.
        bar: What the project asks for, in ``unit``; None where it asks nothing.
        is_peer: Whether somebody else's code was measured.
        error: Largest deviation of the result from an exact or more exact one.
        note: What else one should know, in a few words.
    """

    name: str
    by: str
    unit: str
    median: float | None
    q1: float | None
    q3: float | None
    sense: Sense = "lower"
    symbol: str = ""
    size: float | None = None
    bar: float | None = None
    is_peer: bool = False
    error: float | None = None
    note: str = ""

    @classmethod
    def of(
        cls, name: str, by: str, unit: str, figures: Sequence[float], **rest: Any
    ) -> Self:
        """Return the median and quartiles of repeated figures."""
        return cls(name, by, unit, *median_and_quartiles(figures), **rest)

    @classmethod
    def timed(
        cls,
        name: str,
        by: str,
        unit: str,
        seconds: Sequence[float],
        work: float = 1.0,
        **rest: Any,
    ) -> Self:
        """Return a time, or for any other unit ``work`` per second.

        Args:
            name: The problem.
            by: What solved it.
            unit: One of s, ms, µs; or the unit of a rate.
            seconds: Of each repeat.
            work: What one repeat does, in the unit of the rate times seconds.
            rest: Further attributes.
        """
        if unit in SECONDS:
            return cls.of(name, by, unit, [SECONDS[unit] * s for s in seconds], **rest)
        rates = [work / s for s in seconds]
        return cls.of(name, by, unit, rates, sense="higher", **rest)

    @classmethod
    def missing(cls, name: str, by: str, unit: str, **rest: Any) -> Self:
        """Return the row of a peer that is not installed."""
        note = "not installed (make peers)"
        return cls(name, by, unit, None, None, None, is_peer=True, note=note, **rest)

    @property
    def key(self) -> tuple[str, str, float | None, str, str]:
        """What tells a measurement from the others of a run."""
        return self.name, self.symbol, self.size, self.by, self.unit

    @property
    def holds(self) -> bool | None:
        """Whether the median meets the bar; None where either is missing."""
        if self.bar is None or self.median is None:
            return None
        if self.sense == "lower":
            return self.median <= self.bar
        return self.median >= self.bar

    def as_peer(self) -> Self:
        """Return the same figure as somebody else's."""
        return replace(self, is_peer=True)

    def as_json(self) -> dict[str, Any]:
        """Return all attributes, and whether the bar holds."""
        return asdict(self) | {"holds": self.holds}


def speed_ratio(theirs: Measurement, ours: Measurement) -> float | None:
    """Return how many times better ours is; below 1 theirs is better."""
    if not theirs.median or not ours.median or not ours.unit == theirs.unit != "":
        return None
    ratio = theirs.median / ours.median
    return ratio if ours.sense == "lower" else 1.0 / ratio


def faster_than_peers(
    rows: Sequence[Measurement], bar: float | None
) -> list[Measurement]:
    """Return how many times the first row is better than the best of the peers.

    The quartiles are those of ours against the peer's median; nothing is returned
    where no peer was measured.
    """
    ours = rows[0]
    peers = [row for row in rows if row.is_peer and row.median is not None]
    if not peers or ours.median is None:
        return []
    best = (min if ours.sense == "lower" else max)(peers, key=lambda row: row.median)
    ratios = [
        speed_ratio(best, replace(ours, median=figure))
        for figure in (ours.q1, ours.median, ours.q3)
    ]
    low, middle, high = sorted(ratio for ratio in ratios if ratio is not None)
    return [
        replace(
            ours,
            by="gain over the best peer",
            unit="×",
            median=middle,
            q1=low,
            q3=high,
            sense="higher",
            bar=bar,
            error=None,
            note=best.by,
        )
    ]


def median_and_quartiles(figures: Sequence[float]) -> tuple[float, float, float]:
    """Return median, first and third quartile."""
    middle = statistics.median(figures)
    if len(figures) < 2:
        return middle, middle, middle
    first, _, third = statistics.quantiles(figures, n=4, method="inclusive")
    return middle, first, third
