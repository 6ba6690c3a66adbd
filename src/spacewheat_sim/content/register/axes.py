"""The axes of a register, and what the rules of registers read of a biome."""

from __future__ import annotations

from typing import Any, Protocol

from spacewheat_sim.content.claims.asked import Asked
from spacewheat_sim.content.evolution import Evolution
from spacewheat_sim.content.fields import Emoji
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.initial import Initial
from spacewheat_sim.content.model import ContentModel


class RegisterAxis(ContentModel):
    """A qubit whose two poles are emojis: one of them is always on.

    Attributes:
        north: The emoji of |0⟩.
        south: The emoji of |1⟩.
        harvest: The pole to which a harvest brings it; by default the south.
    """

    north: Emoji
    south: Emoji
    harvest: Emoji | None = None


class AnyBiome(Protocol):
    """What the rules of registers read of a biome's file."""

    @property
    def model_fields_set(self) -> set[str]:
        """The fields that were given."""

    @property
    def emojis(self) -> tuple[str, ...]:
        """The emojis of a level biome."""

    @property
    def register_axes(self) -> tuple[RegisterAxis, ...]:
        """The axes of a register."""

    @property
    def axes(self) -> tuple[Any, ...]:
        """The axes that are watched."""

    @property
    def claims(self) -> tuple[Asked, ...]:
        """What is claimed of it."""

    @property
    def icons(self) -> tuple[Icon, ...]:
        """The biome's own icons."""

    @property
    def initial(self) -> Initial:
        """Where it starts."""

    @property
    def evolution(self) -> Evolution:
        """How it evolves."""

    @property
    def markov(self) -> Any:
        """Its chain."""

    @property
    def members(self) -> tuple[str, ...]:
        """Its emojis or poles."""

    @property
    def partners(self) -> dict[str, str]:
        """The other pole of each pole."""
