"""A rate that changes in a rhythm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Discriminator, Field, Tag

from spacewheat_sim.content.fields import Number, Rate
from spacewheat_sim.content.model import ContentModel, Rule, Violation
from spacewheat_sim.content.rhythms.rhythm import RhythmLike


def _depth_of_nothing(rate: ChangingRate) -> Iterator[Violation]:
    if rate.rhythm is None and rate.depth != 1.0:
        yield Violation(
            ("depth",),
            "a rate without a rhythm has no depth",
            "a `rhythm`, or no depth",
            at_key=True,
        )


class ChangingRate(ContentModel):
    """A rate γ(t) = rate · (1 − depth + depth · f₊(t)), never negative.

    f₊ is (1 + f)/2 of a cosine or sine, and f of the other shapes. Without a rhythm it
    is constant.
    """

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule("depth-of-nothing", ("rhythm", "depth"), _depth_of_nothing),
    )

    rate: Annotated[Rate, Field(description="1/s, the largest that it gets")]
    rhythm: Annotated[RhythmLike | None, Field(description="a name, or {shape: …}")] = (
        None
    )
    depth: Annotated[
        Number, Field(ge=0, le=1, description="share of the rate that changes")
    ] = 1.0


def _kind(value: Any) -> str:
    is_changing = isinstance(value, Mapping | ChangingRate)
    return "[changing]" if is_changing else "[number]"


RateLike = Annotated[
    Annotated[Rate, Tag("[number]")] | Annotated[ChangingRate, Tag("[changing]")],
    Discriminator(_kind),
]
"""A rate in 1/s, or one that changes: ``{rate, rhythm, depth}``."""


def as_changing(rate: float | ChangingRate) -> ChangingRate:
    """Return a rate with its rhythm, if it has one."""
    return rate if isinstance(rate, ChangingRate) else ChangingRate(rate=rate)
