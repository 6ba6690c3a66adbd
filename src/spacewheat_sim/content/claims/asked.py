"""A quantity, when it is looked at, and the statistic with or without its bound."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from spacewheat_sim.content.claims.bound import Bound
from spacewheat_sim.content.fields import EmojiKey, Number
from spacewheat_sim.content.model import ContentModel
from spacewheat_sim.content.problems import show_value
from spacewheat_sim.emoji import canonical_emoji

Kind = Literal[
    "population",
    "coherence",
    "radius",
    "steady",
    "jumps",
    "first",
    "purity",
    "entropy",
    "energy",
    "information",
]
Statistic = Literal[
    "value",
    "mean",
    "min",
    "max",
    "swing",
    "peak_time",
    "period",
    "rate",
    "probability",
]
When = Literal["at", "over", "before", "always"]

COURSE: tuple[Statistic, ...] = ("mean", "min", "max", "swing", "peak_time", "period")
_LEVEL: dict[When, tuple[Statistic, ...]] = {"at": ("value",), "over": COURSE}
# What can be asked of each kind, and when.
ASKED: dict[Kind, dict[When, tuple[Statistic, ...]]] = {
    "population": _LEVEL,
    "coherence": _LEVEL,
    "radius": _LEVEL,
    "purity": _LEVEL,
    "entropy": _LEVEL,
    "energy": _LEVEL,
    "information": _LEVEL,
    "steady": {"always": ("value",)},
    "jumps": {"over": ("rate",), "always": ("rate",)},
    "first": {"before": ("probability",)},
}
STATISTICS = tuple(
    dict.fromkeys(s for each in ASKED.values() for t in each.values() for s in t)
)


def _two(sign: str) -> Any:
    """Return a validator of two emojis with ``sign`` between them."""

    def read(value: Any) -> Any:
        text = value.replace("->", "→") if isinstance(value, str) else value
        if isinstance(text, tuple):
            return text
        names = text.split(sign) if isinstance(text, str) else ()
        if len(names) != 2 or not all(name.strip() for name in names):
            raise PydanticCustomError(
                "pair",
                "{shown} is not a pair of emojis",
                {"shown": show_value(value), "wanted": f"two emojis, as in 🐇{sign}🐺"},
            )
        return tuple(canonical_emoji(name.strip()) for name in names)

    return read


def _schema(sign: str) -> dict[str, str]:
    return {"type": "string", "format": f"emoji{sign}emoji"}


AxisPair = Annotated[
    tuple[EmojiKey, EmojiKey],
    BeforeValidator(_two("/")),
    PlainSerializer("/".join, return_type=str),
    WithJsonSchema(_schema("/")),
]
"""Two emojis as the poles of an axis, written 🌾/💀."""

JumpPair = Annotated[
    tuple[EmojiKey, EmojiKey],
    BeforeValidator(_two("→")),
    PlainSerializer("→".join, return_type=str),
    WithJsonSchema(_schema("→")),
]
"""Two emojis as source and target of a jump, written 🐇→🐺."""

Seconds = Annotated[Number, Field(ge=0)]


def _bound(value: Any) -> Any:
    """Let a quantity without a bound name its statistic: ``mean: true`` or null."""
    return {} if value is True or value is None else value


OptionalBound = Annotated[Bound | None, BeforeValidator(_bound)]


class Asked(ContentModel):
    """A quantity, when it is looked at, and the statistic with or without its bound."""

    population: EmojiKey | None = None
    coherence: AxisPair | None = None
    radius: AxisPair | None = None
    steady: EmojiKey | None = None
    jumps: JumpPair | None = None
    first: JumpPair | None = None
    purity: Literal[True] | None = None
    entropy: Literal[True] | None = None
    energy: Literal[True] | None = None
    information: tuple[AxisPair, AxisPair] | None = None
    at: Seconds | None = None
    over: tuple[Seconds, Seconds] | None = None
    before: Annotated[Number, Field(gt=0)] | None = None
    value: OptionalBound = None
    mean: OptionalBound = None
    min: OptionalBound = None
    max: OptionalBound = None
    swing: OptionalBound = None
    peak_time: OptionalBound = None
    period: OptionalBound = None
    rate: OptionalBound = None
    probability: OptionalBound = None

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The quantities that it names: one, if it is sound."""
        return tuple(kind for kind in ASKED if getattr(self, kind) is not None)

    @property
    def whens(self) -> tuple[When, ...]:
        """When it is looked at, as it says."""
        whens: tuple[When, ...] = ("at", "over", "before")
        return tuple(when for when in whens if getattr(self, when) is not None)

    @property
    def statistics(self) -> tuple[Statistic, ...]:
        """The statistics that it names."""
        return tuple(name for name in STATISTICS if name in self.model_fields_set)

    @property
    def kind(self) -> Kind:
        """The quantity."""
        return self.kinds[0]

    @property
    def names(self) -> tuple[str, ...]:
        """The emojis that the quantity is of, in canonical form."""
        named = getattr(self, self.kind)
        if named is True:
            return ()
        if self.information is not None:
            return tuple(pole for axis in self.information for pole in axis)
        return (named,) if isinstance(named, str) else tuple(named)

    @property
    def when(self) -> When:
        """When it is looked at."""
        return self.whens[0] if self.whens else "always"

    @property
    def span(self) -> tuple[float, float]:
        """The first and the last second that matter."""
        if self.at is not None:
            return self.at, self.at
        if self.over is not None:
            return self.over
        return 0.0, self.before or 0.0

    @property
    def statistic(self) -> Statistic:
        """The statistic, which is the first that there is where none is named."""
        return self.statistics[0] if self.statistics else ASKED[self.kind][self.when][0]

    @property
    def bound(self) -> Bound | None:
        """Its bound."""
        return getattr(self, self.statistic, None)

    def __str__(self) -> str:
        sign = "→" if self.kind in ("jumps", "first") else "/"
        named = sign.join(self.names)
        if self.information is not None:
            named = ", ".join("/".join(axis) for axis in self.information)
        said = f"{self.kind} {named}".strip()
        begin, end = self.span
        if self.when == "at":
            said += f" at {begin:g} s"
        elif self.when == "over":
            said += f" over {begin:g}–{end:g} s"
        elif self.when == "before":
            said += f" before {end:g} s"
        return f"{said}: {self.statistic.replace('_', ' ')}"
