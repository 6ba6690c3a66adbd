"""Where many attempts stand, as arrays: what was spent, harvested, guessed and seen."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from spacewheat_sim.arrays import BoolArray, FloatArray, IndexArray, IntArray
from spacewheat_sim.content.challenge.challenge import Challenge
from spacewheat_sim.engine.challenges.attempt import ROUNDING
from spacewheat_sim.engine.challenges.tally import Tally


@dataclass
class Standings:
    """Where B attempts stand.

    Attributes:
        steps: How many steps each has done, (B,).
        content: Number of what its bath is made of, (B,).
        spent: What its acts have cost, (B,).
        acts: How many there were, (B,).
        harvested: Amount times value of each emoji of the goal, (B, H).
        guess: What was guessed, NaN before, (B,).
        hidden: The hidden number, NaN if there is none, (B,).
        place: Emoji in which a jump or an act last left the bath, −1 before, (B,).
        since: When that was, in s, (B,).
        acts_since: Acts that have left it nowhere since, (B,).
        counts: How many values of each quantity were seen, or jumps, (B, Q).
        totals: Their sums, (B, Q).
        lows: The least, (B, Q).
        highs: The largest, (B, Q).
    """

    steps: IntArray
    content: IntArray
    spent: FloatArray
    acts: IntArray
    harvested: FloatArray
    guess: FloatArray
    hidden: FloatArray
    place: IntArray
    since: FloatArray
    acts_since: IntArray
    counts: IntArray
    totals: FloatArray
    lows: FloatArray
    highs: FloatArray

    @classmethod
    def of(cls, challenge: Challenge, count: int) -> Standings:
        """Return ``count`` attempts that are over."""
        goal = challenge.goal
        goals, many = len(goal.harvested), (count, len(goal.quantities))
        return cls(
            np.full(count, challenge.steps, dtype=np.int64),
            np.zeros(count, dtype=np.int64),
            np.zeros(count),
            np.zeros(count, dtype=np.int64),
            np.zeros((count, goals)),
            np.full(count, np.nan),
            np.full(count, np.nan),
            np.full(count, -1, dtype=np.int64),
            np.zeros(count),
            np.zeros(count, dtype=np.int64),
            np.zeros(many, dtype=np.int64),
            np.zeros(many),
            np.zeros(many),
            np.zeros(many),
        )

    def restart(self, which: IndexArray) -> None:
        """Let the attempts ``which`` (W,) begin anew; content and hidden stay."""
        for field in fields(self):
            if field.name not in ("content", "hidden"):
                getattr(self, field.name)[which] = 0
        self.guess[which] = np.nan
        self.place[which] = -1

    def copy(self) -> Standings:
        """Return a copy."""
        return Standings(*(getattr(self, f.name).copy() for f in fields(self)))


class Scores:
    """What standings are worth; see :class:`.Attempt`.

    Args:
        challenge: The challenge.

    Attributes:
        tallies: How each quantity of its goal is counted.
    """

    def __init__(self, challenge: Challenge) -> None:
        self._challenge = challenge
        steps, step = challenge.steps, challenge.step
        self.tallies = [Tally(q, steps, step) for q in challenge.goal.quantities]

    def scores(self, at: Standings) -> FloatArray:
        """Return the scores so far, (B,)."""
        points = np.zeros(at.spent.size)
        for column in at.harvested.T:
            points = points + column
        for q, tally in enumerate(self.tallies):
            value, counts = self.value(at, q)
            points = points + np.where(counts, tally.wanted.points(value), 0.0)
        if self._challenge.goal.guessed is not None:
            is_right = at.guess == at.hidden
            points = points + np.where(is_right, self._challenge.goal.guessed, 0.0)
        return np.asarray(points - at.spent)

    def are_reached(self, at: Standings) -> BoolArray:
        """Return in which attempts all that the goal asks for is so, (B,)."""
        goal = self._challenge.goal
        found = np.ones(at.spent.size, dtype=np.bool_)
        for column, least in zip(at.harvested.T, goal.harvested.values(), strict=True):
            found &= column >= least - ROUNDING
        for q, tally in enumerate(self.tallies):
            value, counts = self.value(at, q)
            bound = tally.wanted.bound
            if bound is not None:
                met = [bound.holds(each) for each in value.tolist()]
                found &= counts & np.array(met)
        if goal.guessed is not None:
            found &= at.guess == at.hidden
        return found

    def value(self, at: Standings, q: int) -> tuple[Any, BoolArray]:
        """Return a quantity's value so far, and where there is one, both (B,)."""
        tally, number = self.tallies[q], at.counts[:, q]
        found = tally.statistic(number, at.totals[:, q], at.lows[:, q], at.highs[:, q])
        return found, (number > 0) | tally.is_of_jumps

    def see(self, at: Standings, q: int, which: IndexArray, values: FloatArray) -> None:
        """Count ``values`` (W,) of a quantity in the attempts ``which`` (W,)."""
        first = at.counts[which, q] == 0
        at.counts[which, q] += 1
        at.totals[which, q] = np.where(first, values, at.totals[which, q] + values)
        low, high = at.lows[which, q], at.highs[which, q]
        at.lows[which, q] = np.where(first, values, np.minimum(low, values))
        at.highs[which, q] = np.where(first, values, np.maximum(high, values))
