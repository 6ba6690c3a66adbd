"""What a challenge asks for: harvests, quantities of what happens, a right guess."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from spacewheat_sim.content.claims.asked import Asked, Statistic
from spacewheat_sim.content.claims.bound import Bound
from spacewheat_sim.content.claims.rules import claim_violations
from spacewheat_sim.content.fields import EmojiMapping, Number
from spacewheat_sim.content.model import ContentModel, FrozenMapping, Violation
from spacewheat_sim.emoji import canonical_emoji

# The statistics of what has happened once, step by step; the others are of the mean of
# all runs.
PLAYED: tuple[Statistic, ...] = (
    "value",
    "mean",
    "min",
    "max",
    "swing",
    "rate",
    "probability",
)
Positive = Annotated[Number, Field(gt=0)]


class Wanted(Asked):
    """A quantity of what happens in the challenge, with its bound.

    Attributes:
        worth: Points for one unit of it.
    """

    worth: Positive = 1.0

    def points(self, value: float) -> float:
        """Return what ``value`` of the quantity is worth.

        It is ``worth`` times x where the bound is ``at_least``, −x where it is
        ``at_most``, and minus the distance from x to ``near`` where that is given; so
        more is always better.
        """
        bound = self.bound
        if bound is None:
            return 0.0
        if bound.near is not None:
            return -self.worth * abs(value - bound.near)
        return self.worth * (value if bound.at_least is not None else -value)


class Goal(ContentModel):
    """What is asked for; at least one of the three.

    Attributes:
        harvested: How much of which emojis is to be harvested: amount times value.
        quantities: What is to be true of what happens.
        guessed: Points for a right guess of the hidden number.
    """

    harvested: EmojiMapping[Positive] = Field(default_factory=lambda: FrozenMapping({}))
    quantities: tuple[Wanted, ...] = ()
    guessed: Positive | None = None

    @property
    def emojis(self) -> tuple[str, ...]:
        """The emojis that it speaks of, in canonical form, each once."""
        harvested = (canonical_emoji(emoji) for emoji in self.harvested)
        asked = (name for wanted in self.quantities for name in wanted.names)
        return tuple(dict.fromkeys((*harvested, *asked)))


def wanted_violations(wanted: Wanted, steps: int, step: float) -> Iterator[Violation]:
    """Yield what keeps a quantity from being seen in ``steps`` steps of ``step`` s."""
    found = tuple(claim_violations(wanted))
    yield from found
    if found:
        return
    if wanted.kind == "steady" or wanted.statistic not in PLAYED:
        asked = wanted.kind if wanted.kind == "steady" else wanted.statistic
        yield Violation(
            (asked,),
            f"{asked} is of all runs, and a challenge is one",
            f"one of {', '.join(PLAYED)}",
            at_key=True,
        )
        return
    if wanted.when == "always":
        return
    for second in wanted.span:
        if not is_whole(second / step) or second > steps * step * (1 + 1e-9):
            yield Violation(
                (wanted.when,),
                f"{second:g} s is not the end of a step",
                f"whole steps of {step:g} s, up to {steps * step:g} s",
            )
            return
    if both_bounds(wanted.bound):
        yield Violation(
            (wanted.statistic,),
            "at_least and at_most together say not which way is better",
            "one of them, or near … within",
        )


def both_bounds(bound: Bound | None) -> bool:
    """Return whether a bound has a least and a most of its own."""
    return bound is not None and None not in (bound.at_least, bound.at_most)


def is_whole(ratio: float) -> bool:
    """Return whether ``ratio`` is a whole number but for rounding."""
    if not math.isfinite(ratio):
        return False
    return abs(ratio - round(ratio)) <= 1e-9 * max(1.0, abs(ratio))


def goal_violations(goal: Goal, steps: int, step: float) -> Iterator[Violation]:
    """Yield what is wrong with a goal, apart from the names in it."""
    if not (goal.harvested or goal.quantities or goal.guessed):
        yield Violation((), "it asks for nothing", "harvested, quantities or guessed")
    for position, wanted in enumerate(goal.quantities):
        for found in wanted_violations(wanted, steps, step):
            path = ("quantities", position, *found.key_path)
            yield replace(found, key_path=path)
