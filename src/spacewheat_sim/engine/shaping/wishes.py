"""How far claims are from being true, as numbers that an optimizer can lower."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.content.claims.asked import Asked
from spacewheat_sim.engine.quantities.claims import bound_of
from spacewheat_sim.engine.quantities.evaluate import evaluate
from spacewheat_sim.engine.quantities.problem import Problem
from spacewheat_sim.engine.quantities.sensitivities import Sensitivities
from spacewheat_sim.engine.shaping.free_numbers import FreeNumbers
from spacewheat_sim.errors import ArgumentError, RunError

# How far inside of a bound a claim is brought, as a share of the bound's size.
MARGIN = 1e-3
# What a claim misses that has no value, as where nothing has a period.
NO_VALUE = 1.0


class Wishes:
    """Claims as functions of free numbers.

    Attributes:
        claims: The claims, C of them.
        free: The numbers.
    """

    def __init__(self, claims: Sequence[Asked], free: FreeNumbers) -> None:
        """Take claims and numbers."""
        self.claims, self.free = tuple(claims), free
        self._known: Sensitivities | None = None

    def values(self, numbers: FloatArray) -> list[float]:
        """Return the claims' values at values of the numbers (P,); NaN of none."""
        try:
            return evaluate(Problem.of(self.free.applied(numbers)), self.claims)
        except (ArgumentError, RunError):
            return [math.nan] * len(self.claims)

    def present(self) -> list[float]:
        """Return the claims' values at the present numbers; NaN of none.

        Raises:
            RunError: a run with these numbers cannot be followed.
        """
        try:
            return evaluate(Problem.of(self.free.biome), self.claims)
        except ArgumentError:  # other numbers may have a steady state, for one
            return [math.nan] * len(self.claims)

    def holds(self, values: Sequence[float]) -> bool:
        """Return whether all claims hold."""
        pairs = zip(self.claims, values, strict=True)
        return all(bound_of(claim).holds(value) for claim, value in pairs)

    def misses(self, values: Sequence[float]) -> FloatArray:
        """Return by how much of its bound's size each claim is missed, (C,)."""
        pairs = zip(self.claims, values, strict=True)
        return np.array([_miss(claim, value)[0] for claim, value in pairs])

    def missed(self, numbers: FloatArray) -> float:
        """Return Σ miss² at values of the numbers (P,)."""
        return float((self.misses(self.values(numbers)) ** 2).sum())

    def residuals(self, u: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the misses (C,) and their derivatives by ``u``, (C, P)."""
        numbers = self.free.at(u)
        try:
            known = Sensitivities(
                self.free.applied(numbers), self.free.paths, self._known
            )
        except (ArgumentError, RunError):
            count = len(self.claims)
            return np.full(count, NO_VALUE), np.zeros((count, u.size))
        self._known = self._known or known
        slopes = self.free.slopes(u)
        misses, rows = [], []
        for claim in self.claims:
            miss, row = self._row(known, claim)
            misses.append(miss)
            rows.append(row * slopes)
        return np.array(misses), np.array(rows)

    def _row(self, known: Sensitivities, claim: Asked) -> tuple[float, FloatArray]:
        try:
            value, found = known.of(claim)
        except (ArgumentError, RunError):
            return NO_VALUE, np.zeros(len(self.free.paths))
        miss, factor = _miss(claim, value)
        row = np.array([found[path] for path in self.free.paths])
        unknown = [p for p, x in zip(self.free.paths, row, strict=True) if np.isnan(x)]
        if unknown and not math.isnan(value):
            raise ArgumentError(
                f"How {claim} follows {unknown[0]} is not known: leave that number as "
                "it is, or change the claim to one over some seconds"
            )
        return miss, np.nan_to_num(factor * row)


def _miss(claim: Asked, value: float) -> tuple[float, float]:
    """Return by how much a claim is missed, and its slope by the value."""
    bound = bound_of(claim)
    if math.isnan(value):
        return NO_VALUE, 0.0
    low, high = bound.low, bound.high
    size = max(abs(low or 0.0), abs(high or 0.0), 1e-12)
    margin = MARGIN * size
    if low is not None and high is not None:
        margin = min(margin, (high - low) / 4)
        size = min(size, max(high - low, 1e-12))
    if low is not None and value < low + margin:
        return (low + margin - value) / size, -1.0 / size
    if high is not None and value > high - margin:
        return (value - high + margin) / size, 1.0 / size
    return 0.0, 0.0
