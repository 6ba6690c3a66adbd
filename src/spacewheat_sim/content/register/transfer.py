"""The rate of a transfer, with the gates that a register may put on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from spacewheat_sim.content.fields import EmojiKey, Rate
from spacewheat_sim.content.model import ContentModel

# Which of the two a value is, in the places of pydantic's errors.
NUMBER, MAPPING = "number", "mapping"


class Transfer(ContentModel):
    """A rate that may depend on another axis of a register.

    Attributes:
        rate: In 1/s.
        when: The pole that must be on for the transfer to act.
        unless: The pole that must be off.
    """

    rate: Annotated[Rate, Field(description="1/s")]
    when: Annotated[
        EmojiKey | None, Field(description="registers only: acts where this is on")
    ] = None
    unless: Annotated[
        EmojiKey | None, Field(description="registers only: acts where this is off")
    ] = None

    @property
    def is_gated(self) -> bool:
        """Whether it has a meaning in registers only."""
        return self.when is not None or self.unless is not None

    def with_rate(self, rate: float) -> float | Transfer:
        """Return what an icon says of this at another rate."""
        return self.model_copy(update={"rate": rate}) if self.is_gated else rate


def as_transfer(value: float | Transfer) -> Transfer:
    """Return what an icon says of a transfer: a number is a rate."""
    return value if isinstance(value, Transfer) else Transfer(rate=value)


def _which(value: Any) -> str:
    return MAPPING if isinstance(value, Mapping | Transfer) else NUMBER


TransferValue = Annotated[
    Annotated[Rate, Tag(NUMBER)] | Annotated[Transfer, Tag(MAPPING)],
    Discriminator(_which),
]
"""A rate in 1/s, or ``{rate, when, unless}``."""
