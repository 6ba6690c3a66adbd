"""A rhythm: a function of time with a name, which many icons may use."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Discriminator, Field, Tag

from spacewheat_sim.choices import DriverShape
from spacewheat_sim.content.fields import Name, Number
from spacewheat_sim.content.model import ContentModel, Rule, Violation

# Hz; at this frequency a frame of 1/60 s takes 0.1 s to compute, a step of 1 s 6 s.
HIGHEST_FREQUENCY = 1e5

KEYS_OF_SHAPE: dict[DriverShape, tuple[str, ...]] = {
    "cosine": ("period", "phase"),
    "sine": ("period", "phase"),
    "pulse": ("period", "phase", "duty"),
    "ramp": ("over",),
    "fade": ("over",),
}
"""The keys that each shape has besides ``shape``; the first is required."""


def _idle_key(rhythm: Rhythm) -> Iterator[Violation]:
    keys = KEYS_OF_SHAPE[rhythm.shape]
    for key in ("period", "phase", "duty", "over"):
        default = type(rhythm).model_fields[key].default
        if getattr(rhythm, key) != default and key not in keys:
            yield Violation(
                (key,),
                f"a {rhythm.shape} has no {key}",
                f"{' and '.join(keys)}",
                at_key=True,
            )


def _no_length(rhythm: Rhythm) -> Iterator[Violation]:
    key = KEYS_OF_SHAPE[rhythm.shape][0]
    if getattr(rhythm, key) is None:
        yield Violation(
            (), f"a {rhythm.shape} needs a {key}", f"`{key}`, a time in seconds"
        )


def _too_fast(rhythm: Rhythm) -> Iterator[Violation]:
    for key in ("period", "over"):
        seconds = getattr(rhythm, key)
        if seconds is not None and seconds * HIGHEST_FREQUENCY < 1.0:
            yield Violation(
                (key,),
                f"a rhythm of {seconds:g} s takes {2 * math.pi / seconds:.2g} steps "
                "for each second of game time",
                f"at least {1 / HIGHEST_FREQUENCY:g} s",
            )


class Rhythm(ContentModel):
    """A function f of time t in seconds, without a unit.

    cosine, sine: cos, sin(2πt/period + phase); pulse: 1 while frac(t/period + phase/2π)
    < duty, else 0; ramp: min(1, t/over); fade: exp(−t/over).
    """

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule("idle-key", ("shape",), _idle_key),
        Rule("no-length", ("shape", "period", "over"), _no_length),
        Rule("fast-rhythm", ("period", "over"), _too_fast),
    )

    shape: DriverShape
    period: Annotated[Number, Field(gt=0, description="s")] | None = None
    phase: Annotated[Number, Field(description="rad")] = 0.0
    duty: Annotated[
        Number, Field(gt=0, lt=1, description="share of a period that a pulse is on")
    ] = 0.5
    over: Annotated[Number, Field(gt=0, description="s")] | None = None

    @property
    def frequency(self) -> float:
        """1/period, or 1/over, in Hz."""
        return 1.0 / (self.period or self.over or math.inf)

    def __str__(self) -> str:
        text = f"{self.shape} {self.period or self.over:g} s"
        if self.phase:
            text += f", phase {self.phase:.4g}"
        return text + (f", duty {self.duty:g}" if self.shape == "pulse" else "")


def _kind(value: Any) -> str:
    return "[own]" if isinstance(value, Mapping | Rhythm) else "[name]"


RhythmLike = Annotated[
    Annotated[Name, Tag("[name]")] | Annotated[Rhythm, Tag("[own]")],
    Discriminator(_kind),
]
"""A rhythm, or the name of one."""
