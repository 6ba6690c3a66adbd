"""A biome: its emojis, or axes of them, their initial state, and their evolution."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, ClassVar, Self

from pydantic import (
    BeforeValidator,
    Field,
    Strict,
    ValidationError,
    WithJsonSchema,
)

from spacewheat_sim.content.claims.asked import Asked
from spacewheat_sim.content.evolution import Evolution
from spacewheat_sim.content.fields import (
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
from spacewheat_sim.content.initial import INITIAL_SCHEMA, Initial, read_initial
from spacewheat_sim.content.model import (
    ContentModel,
    FrozenMapping,
    Rule,
)
from spacewheat_sim.content.numbers.paths import checked_path, number_at, with_number
from spacewheat_sim.content.problems import KeyPath
from spacewheat_sim.content.register.axes import RegisterAxis
from spacewheat_sim.content.rules.axes import AXIS_RULES
from spacewheat_sim.content.rules.chain import CHAIN_RULES
from spacewheat_sim.content.rules.claims import CLAIM_RULES
from spacewheat_sim.content.rules.ground import GROUND_RULES
from spacewheat_sim.content.rules.members import MEMBER_RULES
from spacewheat_sim.content.rules.register import REGISTER_RULES
from spacewheat_sim.content.rules.start import START_RULES
from spacewheat_sim.content.schema_errors import problem_text
from spacewheat_sim.content.yaml.free_data import FreeMapping
from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.errors import ArgumentError

# What a density matrix of that many takes, 64 MB, any machine has.
MOST_EMOJIS = 2048


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


class Ground(ContentModel):
    """Where what is harvested goes."""

    to: Emoji


class BiomeFile(ContentModel):
    """The content of a file ``biomes/*.yaml``: of a level biome, or of a register.

    Attributes:
        emojis: Of a level biome, its basis states.
        register_axes: Of a register, its axes, each of which is a qubit.
        meta: What its author keeps with it: sources, notes, data of other programs. It
            is kept, and changes nothing.
    """

    # Violations are reported in this order.
    rules: ClassVar[tuple[Rule, ...]] = (
        *REGISTER_RULES,
        *MEMBER_RULES,
        *START_RULES,
        *AXIS_RULES,
        *CHAIN_RULES,
        *GROUND_RULES,
        *CLAIM_RULES,
    )

    schema_version: Annotated[SchemaVersion, Field(alias="schema")]
    name: Text
    description: Annotated[str, Strict()] = ""
    meta: FreeMapping = Field(default_factory=lambda: FrozenMapping({}))
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
        Initial, BeforeValidator(read_initial), WithJsonSchema(INITIAL_SCHEMA)
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
            ArgumentError: A field is malformed, or breaks a rule.
        """
        kept = self._without_idle_options()
        data = {name: getattr(kept, name) for name in self.model_fields_set}
        try:
            found = type(self).model_validate({**data, **fields})
        except ValidationError as error:
            told = problem_text(type(self), error)
            raise ArgumentError(f"{self.name} cannot be changed so: {told}") from None
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
        first, _, rest = checked_path(path).partition(".")
        for icon in self.icons:
            if icon.key == canonical_emoji(first):
                return icon, rest, f"the icon of {icon.emoji}"
        return self, path, self.key or self.name
