"""A biome: its emojis, or axes of them, their initial state, and their evolution."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Annotated, ClassVar, Self

from pydantic import BeforeValidator, Field, Strict, WithJsonSchema

from spacewheat_sim.content.claims.asked import Asked
from spacewheat_sim.content.claims.rules import claim_violations, named_keys
from spacewheat_sim.content.evolution import METHODS_OF_OPTION, Evolution
from spacewheat_sim.content.fields import (
    EMOJI_SCHEMA,
    MAX_WEIGHT,
    Emoji,
    EmojiKey,
    EmojiMapping,
    NameMapping,
    Number,
    SchemaVersion,
    Text,
    Weight,
)
from spacewheat_sim.content.icon import BASE_LAYER, Icon
from spacewheat_sim.content.initial import Initial, read_initial
from spacewheat_sim.content.model import (
    ContentModel,
    FrozenMapping,
    Rule,
    Violation,
)
from spacewheat_sim.content.numbers.paths import number_at, with_number
from spacewheat_sim.content.problems import KeyPath
from spacewheat_sim.content.register.axes import RegisterAxis
from spacewheat_sim.content.register.rules import REGISTER_RULES
from spacewheat_sim.emoji import canonical_emoji

ROW_SUM_TOLERANCE = 1e-9
# What a density matrix of that many takes, 64 MB, any machine has.
MOST_EMOJIS = 2048
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
_INITIAL_SCHEMA = {
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


class Axis(ContentModel):
    """Two emojis as the poles of a Bloch sphere."""

    north: EmojiKey
    south: EmojiKey


class Markov(ContentModel):
    """A chain of transition probabilities, from which missing icons are derived.

    Attributes:
        chain: A row per emoji: emoji to probability; rows are normalized.
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


def _twin_emojis(biome: BiomeFile) -> Iterator[Violation]:
    first: dict[str, int] = {}
    for position, emoji in enumerate(biome.emojis):
        earlier = first.setdefault(canonical_emoji(emoji), position)
        if earlier != position:
            same = emoji == biome.emojis[earlier]
            how = "appears twice" if same else "is the same emoji as an earlier one"
            yield Violation(
                ("emojis", position),
                f"{emoji} {how}",
                "each emoji once",
                first=("emojis", earlier),
            )


def _twin_icons(biome: BiomeFile) -> Iterator[Violation]:
    first: dict[tuple[str, str, bool], int] = {}
    for position, icon in enumerate(biome.icons):
        same = icon.key, icon.layer, icon.extends
        earlier = first.setdefault(same, position)
        if earlier != position:
            where = "" if icon.layer == BASE_LAYER else f" in layer {icon.layer}"
            yield Violation(
                ("icons", position, "emoji"),
                f"{icon.emoji} has two icons{where}",
                "one icon for each emoji in a layer, and one that extends it",
                first=("icons", earlier, "emoji"),
            )


def _idle_icons(biome: BiomeFile) -> Iterator[Violation]:
    for position, icon in enumerate(biome.icons):
        if icon.key not in biome.emoji_keys:
            yield Violation(
                ("icons", position, "emoji"),
                f"the icon of {icon.emoji} is never used",
                "an icon of an emoji in `emojis`, or of a pole of the `register`",
            )


def _absent(biome: BiomeFile, key_path: KeyPath, emoji: str) -> Iterator[Violation]:
    if emoji not in biome.emoji_keys:
        yield Violation(
            key_path,
            f"{emoji} is not in the biome",
            f"one of {' '.join(biome.members)}",
            at_key=True,
        )


def _absent_initial(biome: BiomeFile) -> Iterator[Violation]:
    for emoji in biome.initial.weights or {}:
        yield from _absent(biome, ("initial", "weights", emoji), emoji)
    if biome.initial.emoji is not None:
        key_path = ("initial", "emoji")
        for violation in _absent(biome, key_path, biome.initial.emoji):
            yield Violation(key_path, violation.message, violation.wanted)


def _zero_weights(biome: BiomeFile) -> Iterator[Violation]:
    weights = biome.initial.weights
    if biome.register_axes:
        return  # each axis has a weight of its own
    if weights is not None and not any(weights.values()):
        yield Violation(
            ("initial", "weights"), "all weights are zero", "a weight above 0"
        )


def _stationary_without_chain(biome: BiomeFile) -> Iterator[Violation]:
    if biome.initial.markov is not None and biome.markov is None:
        yield Violation(
            ("initial", "markov"),
            "the biome has no chain, so there is no stationary distribution",
            "a `markov` block",
        )


def _idle_option(biome: BiomeFile) -> Iterator[Violation]:
    evolution = biome.evolution
    for option, methods in METHODS_OF_OPTION.items():
        if option in evolution.model_fields_set and evolution.method not in methods:
            yield Violation(
                ("evolution", option),
                f"{option} is not an option of method {evolution.method}",
                f"method {' or '.join(methods)}, or no {option}",
                at_key=True,
            )


def _absent_axis(biome: BiomeFile) -> Iterator[Violation]:
    for position, axis in enumerate(biome.axes):
        for pole, emoji in (("north", axis.north), ("south", axis.south)):
            key_path = ("axes", position, pole)
            for violation in _absent(biome, key_path, emoji):
                yield Violation(key_path, violation.message, violation.wanted)


def _flat_axis(biome: BiomeFile) -> Iterator[Violation]:
    for position, axis in enumerate(biome.axes):
        if axis.north == axis.south:
            yield Violation(
                ("axes", position, "south"),
                f"{axis.south} is at both poles of the axis",
                "two different emojis",
            )


def _absent_in_chain(biome: BiomeFile) -> Iterator[Violation]:
    if biome.markov is None:
        return
    for start, row in biome.markov.chain.items():
        yield from _absent(biome, ("markov", "chain", start), start)
        for end in row:
            yield from _absent(biome, ("markov", "chain", start, end), end)


def _empty_row(biome: BiomeFile) -> Iterator[Violation]:
    if biome.markov is None:
        return
    for start, row in biome.markov.chain.items():
        if not any(row.values()):
            yield Violation(
                ("markov", "chain", start),
                f"the row of {start} is empty",
                "a probability above 0",
                at_key=True,
            )


def _missing_row(biome: BiomeFile) -> Iterator[Violation]:
    if biome.markov is None or biome.initial.markov is None:
        return
    chain = biome.markov.chain
    for emoji in biome.emoji_keys:
        if emoji not in chain:
            yield Violation(
                ("markov", "chain"),
                f"{emoji} has no row, so the chain has no stationary distribution",
                "a row for every emoji",
                at_key=True,
            )


def _row_sum(biome: BiomeFile) -> Iterator[Violation]:
    if biome.markov is None:
        return
    for start, row in biome.markov.chain.items():
        total = math.fsum(row.values())
        if total > 0 and abs(total - 1) > ROW_SUM_TOLERANCE:
            yield Violation(
                ("markov", "chain", start),
                f"the row of {start} sums to {total:.12g} and is normalized",
                "a sum of 1",
                at_key=True,
            )


def _harvest_of_nothing(biome: BiomeFile) -> Iterator[Violation]:
    if biome.harvest is not None and biome.register_axes:
        yield Violation(
            ("harvest",),
            "a register has a ground of its own on each axis",
            "`harvest: EMOJI` on an axis, one of its poles",
        )
    elif biome.harvest is not None:
        ground = canonical_emoji(biome.harvest.to)
        for absent in _absent(biome, ("harvest", "to"), ground):
            yield replace(absent, at_key=False)
    for position, axis in enumerate(biome.register_axes):
        poles = canonical_emoji(axis.north), canonical_emoji(axis.south)
        if axis.harvest is not None and canonical_emoji(axis.harvest) not in poles:
            yield Violation(
                ("register", position, "harvest"),
                f"{axis.harvest} is no pole of this axis",
                f"{axis.north} or {axis.south}",
            )


def _unsound_claims(biome: BiomeFile) -> Iterator[Violation]:
    for position, claim in enumerate(biome.claims):
        for found in claim_violations(claim):
            yield replace(found, key_path=("claims", position, *found.key_path))


def _absent_in_claims(biome: BiomeFile) -> Iterator[Violation]:
    for position, claim in enumerate(biome.claims):
        for kind, names in named_keys(claim).items():
            for name in names:
                key_path = ("claims", position, kind)
                for violation in _absent(biome, key_path, name):
                    yield Violation(key_path, violation.message, violation.wanted)


BIOME_RULES = (
    *REGISTER_RULES,
    Rule("twin-emojis", ("emojis",), _twin_emojis),
    Rule("twin-icons", ("icons",), _twin_icons),
    Rule("idle-icon", ("emojis", "register", "icons"), _idle_icons, "warning"),
    Rule("absent-initial", ("emojis", "register", "initial"), _absent_initial),
    Rule("zero-weights", ("register", "initial"), _zero_weights),
    Rule("no-chain", ("initial", "markov"), _stationary_without_chain),
    Rule("idle-option", ("evolution",), _idle_option),
    Rule("absent-axis", ("emojis", "register", "axes"), _absent_axis),
    Rule("flat-axis", ("axes",), _flat_axis),
    Rule("absent-in-chain", ("emojis", "markov"), _absent_in_chain),
    Rule("empty-row", ("markov",), _empty_row),
    Rule("missing-row", ("emojis", "initial", "markov"), _missing_row),
    Rule("row-sum", ("markov",), _row_sum, "warning"),
    Rule("absent-ground", ("emojis", "register", "harvest"), _harvest_of_nothing),
    Rule("claim", ("claims",), _unsound_claims),
    Rule("absent-in-claim", ("emojis", "claims"), _absent_in_claims),
)


class Ground(ContentModel):
    """Where what is harvested goes."""

    to: Emoji


class BiomeFile(ContentModel):
    """The content of a file ``biomes/*.yaml``: of a level biome, or of a register.

    Attributes:
        emojis: Of a level biome, its basis states.
        register_axes: Of a register, its axes, each of which is a qubit.
    """

    rules: ClassVar[tuple[Rule, ...]] = BIOME_RULES

    schema_version: Annotated[SchemaVersion, Field(alias="schema")]
    name: Text
    description: Annotated[str, Strict()] = ""
    emojis: Annotated[tuple[Emoji, ...], Field(max_length=MOST_EMOJIS)] = ()
    # Python's abstract classes have a method `register`.
    register_axes: Annotated[
        tuple[RegisterAxis, ...],
        Field(
            alias="register",
            description="instead of emojis: each axis is a qubit",
        ),
    ] = ()
    initial: Annotated[
        Initial, BeforeValidator(read_initial), WithJsonSchema(_INITIAL_SCHEMA)
    ] = Initial()
    evolution: Evolution = Evolution()
    axes: tuple[Axis, ...] = ()
    layers: NameMapping[Weight] = Field(
        default_factory=lambda: FrozenMapping({}),
        description="weights; base is 1 and any other layer 0 where it is not named",
    )
    markov: Markov | None = None
    icons: tuple[Icon, ...] = ()
    harvest: Ground | None = None
    claims: Annotated[
        tuple[Asked, ...], Field(description="what is true of it, with bounds")
    ] = ()

    @property
    def grounds(self) -> tuple[str, ...] | None:
        """The emojis to which harvests bring what they take; None where undeclared."""
        if self.register_axes:
            return tuple(axis.harvest or axis.south for axis in self.register_axes)
        return None if self.harvest is None else (self.harvest.to,)

    @property
    def members(self) -> tuple[str, ...]:
        """The emojis as authored; of a register the poles, north first, by axis."""
        if not self.register_axes:
            return self.emojis
        return tuple(pole for a in self.register_axes for pole in (a.north, a.south))

    @property
    def emoji_keys(self) -> tuple[str, ...]:
        """The members in canonical form, in their order."""
        return _canonical(self.members)

    def place(self, member: int) -> KeyPath:
        """Return where a member is named."""
        if not self.register_axes:
            return "emojis", member
        return "register", member // 2, ("north", "south")[member % 2]

    @property
    def partners(self) -> dict[str, str]:
        """Of a register, the other pole of each pole, in canonical form."""
        found = {}
        for axis in self.register_axes:
            north, south = canonical_emoji(axis.north), canonical_emoji(axis.south)
            found[north], found[south] = south, north
        return found

    def weight_of(self, layer: str) -> float:
        """Return the weight of a layer: 1 of the base and 0 of others, unless named."""
        return self.layers.get(layer, 1.0 if layer == BASE_LAYER else 0.0)


@lru_cache
def _canonical(emojis: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(canonical_emoji(emoji) for emoji in emojis)


class Biome(BiomeFile):
    """A biome, with its key and its file.

    Attributes:
        key: The name by which it is loaded: its file's stem. Empty if made in Python.
        source: Its file, or None if made in Python.
    """

    schema_version: Annotated[SchemaVersion, Field(alias="schema")] = 1
    key: str = ""
    source: Annotated[Path | None, Field(exclude=True, repr=False)] = None

    def number(self, path: str) -> float:
        """Return a number of its own or of an icon of its own, by path.

        Raises:
            UnknownNameError: There is none; the message suggests the nearest.
        """
        model, rest, called = self._part(path)
        return number_at(model, rest, called)

    def with_(self, path: str, value: float | complex) -> Self:
        """Return a checked copy with another number at a path.

        It is one of its own, such as ``initial.weights.🐺``, or of an icon of its own,
        ``🐺.transfers_from.🐇``. Numbers of shared icons are those of a loaded biome:
        see :meth:`spacewheat_sim.engine.compile.CompiledBiome.with_`.

        Raises:
            UnknownNameError: There is no such number; the message suggests the nearest.
            ArgumentError: ``value`` is no number that may stand there.
        """
        model, rest, called = self._part(path)
        if model is self:
            model = self._without_idle_options()
        changed = with_number(model, rest, value, called)
        if isinstance(changed, Icon):
            icons = tuple(changed if each is model else each for each in self.icons)
            return self.with_fields(icons=icons)
        field = path.split(".", maxsplit=1)[0]
        return self.with_fields(**{field: getattr(changed, field)})

    def with_fields(self, **fields: object) -> Self:
        """Return a checked copy with other fields.

        What has run may hold options of a method that it was under before: these are
        an author's mistakes in a file alone, and stay.

        Raises:
            pydantic.ValidationError: A field is malformed, or breaks a rule.
        """
        kept = self._without_idle_options()
        data = {name: getattr(kept, name) for name in self.model_fields_set}
        found = type(self).model_validate({**data, **fields})
        if kept is self or "evolution" in fields:
            return found
        return found.model_copy(update={"evolution": self.evolution})

    def _without_idle_options(self) -> Self:
        evolution = self.evolution.without_idle_options()
        if evolution.model_fields_set == self.evolution.model_fields_set:
            return self
        return self.model_copy(update={"evolution": evolution})

    def _part(self, path: str) -> tuple[ContentModel, str, str]:
        """Return what a path leads into, the rest of it, and what that is called."""
        first, _, rest = path.partition(".")
        for icon in self.icons:
            if icon.key == canonical_emoji(first):
                return icon, rest, f"the icon of {icon.emoji}"
        return self, path, self.key or self.name
