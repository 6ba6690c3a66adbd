"""The rate of a transfer, with the gates that a register may put on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from spacewheat_sim.content.fields import EmojiKey, Rate
from spacewheat_sim.content.rhythms.rate import ChangingRate


class Transfer(ChangingRate):
    """A rate that may change in a rhythm, and depend on another axis of a register.

    Attributes:
        when: The pole that must be on for the transfer to act.
        unless: The pole that must be off.
    """

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


def as_transfer(value: complex | Transfer) -> Transfer:
    """Return what an icon says of a transfer: a number is a rate."""
    return value if isinstance(value, Transfer) else Transfer(rate=abs(value))


def _which(value: Any) -> str:
    return "[changing]" if isinstance(value, Mapping | Transfer) else "[number]"


TransferValue = Annotated[
    Annotated[Rate, Tag("[number]")] | Annotated[Transfer, Tag("[changing]")],
    Discriminator(_which),
]
"""A rate in 1/s, or ``{rate, rhythm, depth, when, unless}``."""
