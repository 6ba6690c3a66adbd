"""Field types that the content models share: numbers, rates, emojis."""

from __future__ import annotations

import cmath
import re
import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    AllowInfNan,
    BeforeValidator,
    Field,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    Strict,
    StringConstraints,
    WithJsonSchema,
    WrapSerializer,
)
from pydantic_core import PydanticCustomError

from spacewheat_sim.content.model import FrozenMapping
from spacewheat_sim.content.problems import show_value
from spacewheat_sim.emoji import canonical_emoji, is_emoji, split_emojis

V = TypeVar("V")

SCHEMA_VERSION = 1
MAX_WEIGHT = 1e100
MAX_NAME_LENGTH = 64
MAX_EMOJI_LENGTH = 32  # code points; the longest emoji in use have about ten

EMOJI_SCHEMA = {"type": "string", "format": "emoji"}
"""An emoji in JSON Schema; what that is, ``content/schema`` spells out."""
# As in `_name`, in the regular expressions of JSON Schema.
NAME_PATTERN = r"^[\p{L}\p{Nl}\p{No}][\p{L}\p{N}\p{M}_-]*$"

# Control and format characters, of which emojis hold the zero-width joiner and tags.
INVISIBLE = ("Cc", "Cf", "Cs")
JOINERS = frozenset("\u200d") | frozenset(map(chr, range(0xE0020, 0xE0080)))
TEXT_STYLE = "\ufe0e"  # asks for a glyph in the color of the text
# What authors put between emojis or around one, as if it were YAML's own.
COMMAS = "、，､"
QUOTES = "'\"“”„‘’«»「」"


def _emoji(text: str) -> str:
    """Return ``text`` if it is one emoji of Unicode's list."""
    if len(text) <= MAX_EMOJI_LENGTH and is_emoji(text):
        return text
    message, wanted = _why_no_emoji(text)
    raise PydanticCustomError(
        "emoji",
        "{shown} {message}",
        {"shown": show_value(text), "message": message, "wanted": wanted},
    )


def _why_no_emoji(text: str) -> tuple[str, str]:
    """Return what keeps ``text`` from being an emoji, and what is wanted."""
    if len(text) > MAX_EMOJI_LENGTH:
        return "is too long to be an emoji", "an emoji"
    for letter in text:
        if unicodedata.category(letter) in INVISIBLE and letter not in JOINERS:
            named = f"U+{ord(letter):04X}"
            return f"holds the invisible character {named}", "an emoji without it"
    if TEXT_STYLE in text:
        return "holds U+FE0E, which asks for text instead of a picture", "an emoji"
    if any(mark in text for mark in COMMAS):
        return "holds a comma that YAML does not know", "`, ` between emojis"
    if any(mark in text for mark in QUOTES):
        return "holds quotes", "an emoji without them"
    parts = split_emojis(text)
    if parts is not None and len(parts) > 1:
        return (
            "is several emojis run together",
            f"one emoji, or {', '.join(parts)} (did you forget a comma?)",
        )
    return "is not an emoji", "an emoji"


def _name(text: str) -> str:
    """Return ``text`` if it is one word, which begins with a letter."""
    if not re.fullmatch(r"[^\W\d_][\w-]*", text) or len(text) > MAX_NAME_LENGTH:
        raise PydanticCustomError(
            "name",
            "{shown} is not a name",
            {
                "shown": show_value(text),
                "wanted": "a letter followed by letters, digits, hyphens or "
                "underscores",
            },
        )
    return text


def _refuse_twins(mapping: Any) -> Any:
    """Raise if two keys of a mapping are the same emoji."""
    if not isinstance(mapping, Mapping):
        return mapping
    keys = [canonical_emoji(key) for key in mapping if isinstance(key, str)]
    if len(set(keys)) < len(keys):
        raise PydanticCustomError(
            "duplicate-key",
            "an emoji appears twice, with and without U+FE0F",
            {"wanted": "each emoji once"},
        )
    return mapping


def _complex(value: Any) -> complex:
    """Return a real number, a complex one, or ``{re, im}`` as a complex number."""
    if isinstance(value, complex):
        return value
    if isinstance(value, Mapping) and value and set(value) <= {"re", "im"}:
        parts = [value.get("re", 0.0), value.get("im", 0.0)]
    else:
        parts = [value, 0.0]
    if not all(isinstance(p, int | float) and not isinstance(p, bool) for p in parts):
        raise PydanticCustomError(
            "complex",
            "{shown} is not a coupling",
            {
                "shown": show_value(value),
                "wanted": "a number, or {re: number, im: number}",
            },
        )
    try:
        return complex(*parts)
    except OverflowError:
        return complex("inf")


def _known_version(version: int) -> int:
    if version != SCHEMA_VERSION:
        raise PydanticCustomError(
            "schema",
            "unknown version {shown}",
            {"shown": show_value(version), "wanted": f"schema: {SCHEMA_VERSION}"},
        )
    return version


def _dump_mapping(
    mapping: Mapping[str, V], handler: SerializerFunctionWrapHandler
) -> Any:
    return handler(dict(mapping))


def _finite(value: complex) -> complex:
    if not cmath.isfinite(value):
        raise PydanticCustomError(
            "finite_number",
            "{shown} is not finite",
            {"shown": str(value), "wanted": "a finite number"},
        )
    return value


def _show_complex(value: complex) -> float | dict[str, float]:
    return value.real if value.imag == 0 else {"re": value.real, "im": value.imag}


_PARTS = {"re": {"type": "number"}, "im": {"type": "number"}}

Number = Annotated[float, Strict(), AllowInfNan(False)]
"""A finite number; not text, and not true or false."""

Rate = Annotated[Number, Field(ge=0)]
"""A finite number that is not negative, in 1/s."""

Weight = Annotated[Rate, Field(le=MAX_WEIGHT)]
"""A relative probability; bounded, so that no sum of weights overflows."""

Coupling = Annotated[
    complex,
    BeforeValidator(_complex),
    AfterValidator(_finite),
    PlainSerializer(_show_complex, when_used="json"),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number"},
                {
                    "type": "object",
                    "properties": _PARTS,
                    "additionalProperties": False,
                    "minProperties": 1,
                },
            ]
        }
    ),
]
"""An energy in rad/s, real or complex."""

SchemaVersion = Annotated[
    int,
    Strict(),
    AfterValidator(_known_version),
    WithJsonSchema({"const": SCHEMA_VERSION}),
]
"""The version of the file format."""

Text = Annotated[str, Strict(), StringConstraints(min_length=1)]
"""Text of at least one character."""

Name = Annotated[
    str,
    Strict(),
    AfterValidator(_name),
    WithJsonSchema(
        {"type": "string", "pattern": NAME_PATTERN, "maxLength": MAX_NAME_LENGTH}
    ),
]
"""The name of a layer or a rhythm: letters, digits, hyphens and underscores."""

Emoji = Annotated[str, Strict(), AfterValidator(_emoji), WithJsonSchema(EMOJI_SCHEMA)]
"""An emoji as its author wrote it."""

EmojiKey = Annotated[Emoji, AfterValidator(canonical_emoji)]
"""A reference to an emoji, in canonical form."""

NameMapping = Annotated[
    Mapping[Name, V], AfterValidator(FrozenMapping), WrapSerializer(_dump_mapping)
]
"""A read-only mapping from names, in the authored order."""

EmojiMapping = Annotated[
    Mapping[EmojiKey, V],
    BeforeValidator(_refuse_twins),
    AfterValidator(FrozenMapping),
    WrapSerializer(_dump_mapping),
]
"""A read-only mapping from emojis, in canonical form and in the authored order."""
