"""A biome: a set of emojis, how they begin, and how they evolve."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field, Strict, WithJsonSchema

from spacewheat_sim.content.biome_rules import BIOME_RULES
from spacewheat_sim.content.evolution import Evolution
from spacewheat_sim.content.fields import (
    Emoji,
    EmojiKey,
    EmojiMapping,
    Number,
    SchemaVersion,
    Text,
    Weight,
)
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.initial import Initial, read_initial
from spacewheat_sim.content.model import ContentModel, Rule
from spacewheat_sim.emoji import canonical_emoji

_EMOJI_SCHEMA = {"type": "string"}
_INITIAL_SCHEMA = {
    "oneOf": [
        {"const": "uniform"},
        {
            "type": "object",
            "properties": {
                "weights": {
                    "type": "object",
                    "additionalProperties": {"type": "number", "minimum": 0},
                },
                "emoji": _EMOJI_SCHEMA,
                "markov": {"const": "stationary"},
            },
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
        },
    ]
}


class Axis(ContentModel):
    """Two emojis seen as the poles of a Bloch sphere."""

    north: EmojiKey
    south: EmojiKey


class Markov(ContentModel):
    """A chain of transition probabilities, from which missing icons are derived.

    Attributes:
        chain: Row per emoji, from which to each emoji to which; rows are normalized.
        coupling_scale: Energy (rad/s) of a coupling per unit of symmetric probability.
        rate_scale: Rate (1/s) of a transfer per unit of surplus probability.
        symmetric_threshold: Symmetric part above which a coupling is derived.
        asymmetric_threshold: Surplus above which a transfer is derived.
    """

    chain: EmojiMapping[EmojiMapping[Weight]]
    coupling_scale: Annotated[Number, Field(ge=0)] = 0.5
    rate_scale: Annotated[Number, Field(ge=0)] = 0.3
    symmetric_threshold: Annotated[Number, Field(ge=0)] = 0.05
    asymmetric_threshold: Annotated[Number, Field(ge=0)] = 0.02


class BiomeFile(ContentModel):
    """What a file ``biomes/*.yaml`` says."""

    rules: ClassVar[tuple[Rule, ...]] = BIOME_RULES

    schema_version: Annotated[SchemaVersion, Field(alias="schema")]
    name: Text
    description: Annotated[str, Strict()] = ""
    emojis: Annotated[tuple[Emoji, ...], Field(min_length=1)]
    initial: Annotated[
        Initial, BeforeValidator(read_initial), WithJsonSchema(_INITIAL_SCHEMA)
    ] = Initial()
    evolution: Evolution = Evolution()
    axes: tuple[Axis, ...] = ()
    markov: Markov | None = None
    icons: tuple[Icon, ...] = ()

    @property
    def emoji_keys(self) -> tuple[str, ...]:
        """The emojis in the form by which they are compared, in basis order."""
        return tuple(canonical_emoji(emoji) for emoji in self.emojis)


class Biome(BiomeFile):
    """A biome, and where it came from.

    Attributes:
        key: The name by which it is loaded: its file's stem. Empty if made in Python.
        source: Its file, or None if made in Python.
    """

    schema_version: Annotated[SchemaVersion, Field(alias="schema")] = 1
    key: str = ""
    source: Annotated[Path | None, Field(exclude=True, repr=False)] = None
