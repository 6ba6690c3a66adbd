"""The initial state of a biome."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from spacewheat_sim.content.fields import (
    EMOJI_SCHEMA,
    MAX_WEIGHT,
    EmojiKey,
    EmojiMapping,
    Weight,
)
from spacewheat_sim.content.model import ContentModel
from spacewheat_sim.content.problems import show_value, suggestion

CHOICES = "`uniform`, or one of `weights`, `emoji`, `poles`, `markov: stationary`"

_STARTS = {
    "weights": {
        "type": "object",
        "propertyNames": EMOJI_SCHEMA,
        "additionalProperties": {"type": "number", "minimum": 0, "maximum": MAX_WEIGHT},
    },
    "emoji": EMOJI_SCHEMA,
    "poles": {"type": "array", "items": EMOJI_SCHEMA},
    "markov": {"const": "stationary"},
}
INITIAL_SCHEMA = {
    "type": ["string", "object"],
    "oneOf": [
        {"const": "uniform"},
        *(
            {
                "title": key,
                "type": "object",
                "properties": {key: value},
                "required": [key],
                "additionalProperties": False,
            }
            for key, value in _STARTS.items()
        ),
    ],
}


class Initial(ContentModel):
    """At most one of four initial states; without any, all emojis are equally likely.

    Attributes:
        weights: Relative probabilities; emojis that are not named have 0. In a register
            the probability of a pole on its axis; an axis not named is in an equal
            superposition.
        emoji: The emoji that has probability 1.
        poles: In a register, the poles that are on; axes not named are in the south.
        markov: ``stationary``, the chain's stationary distribution.
    """

    weights: EmojiMapping[Weight] | None = None
    emoji: EmojiKey | None = None
    poles: tuple[EmojiKey, ...] | None = None
    markov: Literal["stationary"] | None = None

    @property
    def uniform(self) -> bool:
        """Whether every emoji is equally likely."""
        return not any(
            given is not None
            for given in (self.weights, self.emoji, self.poles, self.markov)
        )

    @model_validator(mode="before")
    @classmethod
    def _choose_one(cls, data: Any) -> Any:
        known = isinstance(data, dict) and set(data) <= set(cls.model_fields)
        if known and len(data) > 1:
            named = " and ".join(map(str, data))
            raise PydanticCustomError(
                "initial",
                "{named} cannot be combined",
                {"named": named, "wanted": CHOICES},
            )
        return data


def read_initial(value: Any) -> Any:
    """Return the input of :class:`Initial` for a value in a file.

    Raises:
        PydanticCustomError: ``value`` is another word than ``uniform``, or empty.
    """
    if value == "uniform":
        return Initial()
    if value is None or value == {} or isinstance(value, str):
        near = suggestion(str(value), ["uniform"])
        raise PydanticCustomError(
            "initial",
            "{shown} is not an initial state",
            {"shown": show_value(value), "wanted": CHOICES + near},
        )
    return value
