"""What the rules of biomes read of one."""

from __future__ import annotations

from typing import Any, Protocol

from spacewheat_sim.content.claims.asked import Asked
from spacewheat_sim.content.evolution import Evolution
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.initial import Initial
from spacewheat_sim.content.register.axes import RegisterAxis


class AnyBiome(Protocol):
    """What rules read of a biome's file, which has them and cannot be imported."""

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

    @property
    def emoji_keys(self) -> tuple[str, ...]:
        """The members in canonical form."""

    @property
    def harvest(self) -> Any:
        """Where what is harvested goes."""
