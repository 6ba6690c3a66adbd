"""An icon: an emoji with physics."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, Strict

from spacewheat_sim.content.fields import (
    Coupling,
    Emoji,
    EmojiKey,
    EmojiMapping,
    Number,
    Rate,
    SchemaVersion,
    Text,
)
from spacewheat_sim.content.frozen_mapping import FrozenMapping
from spacewheat_sim.content.icon_rules import ICON_RULES
from spacewheat_sim.content.model import ContentModel, Rule
from spacewheat_sim.emoji import canonical_emoji


def _nothing() -> FrozenMapping[str, float]:
    return FrozenMapping({})


class Driver(ContentModel):
    """A rhythm that multiplies an icon's self-energy.

    ``cosine`` is A cos(2πft + φ), ``sine`` likewise; ``pulse`` is A during the first
    half of each period and 0 during the second.
    """

    shape: Literal["cosine", "sine", "pulse"]
    frequency: Annotated[Number, Field(ge=0, description="f in Hz")]
    phase: Annotated[Number, Field(description="φ in rad")] = 0.0
    amplitude: Annotated[Number, Field(description="A, a pure number")] = 1.0


class Decay(ContentModel):
    """A jump from the icon to ``target`` at ``rate``."""

    rate: Annotated[Rate, Field(description="1/s")]
    target: EmojiKey = "🍂"


class Icon(ContentModel):
    """What an emoji is and does; references to other emojis are in canonical form."""

    rules: ClassVar[tuple[Rule, ...]] = ICON_RULES

    emoji: Annotated[Emoji, Field(description="the emoji, as it is to be shown")]
    name: Text
    description: Annotated[str, Strict()] = ""
    tags: tuple[Text, ...] = ()
    trophic_level: Annotated[
        int, Strict(), Field(ge=0, description="0 abiotic … 3 predator")
    ] = 0
    self_energy: Annotated[Number, Field(description="rad/s")] = 0.0
    driver: Driver | None = None
    couplings: EmojiMapping[Coupling] = Field(
        default_factory=_nothing,
        description="rad/s; the Hamiltonian gets half from each side",
    )
    transfers_to: EmojiMapping[Rate] = Field(
        default_factory=_nothing, description="rates in 1/s of jumps to other emojis"
    )
    transfers_from: EmojiMapping[Rate] = Field(
        default_factory=_nothing, description="rates in 1/s of jumps from others"
    )
    decay: Decay | None = None
    dephasing: Annotated[
        Rate, Field(description="1/s; rate of the jump from the emoji to itself")
    ] = 0.0

    @property
    def key(self) -> str:
        """The emoji in the form by which emojis are compared."""
        return canonical_emoji(self.emoji)


class IconFile(ContentModel):
    """A file of icons, ``icons/*.yaml``."""

    schema_version: Annotated[SchemaVersion, Field(alias="schema")]
    icons: tuple[Icon, ...]
