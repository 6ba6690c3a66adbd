"""An icon: an emoji with physics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Self

from pydantic import Field, Strict

from spacewheat_sim.content.fields import (
    Coupling,
    Emoji,
    EmojiKey,
    EmojiMapping,
    Name,
    NameMapping,
    Number,
    SchemaVersion,
    Text,
)
from spacewheat_sim.content.model import ContentModel, FrozenMapping, Rule, Violation
from spacewheat_sim.content.numbers.paths import number_at, with_number
from spacewheat_sim.content.register.transfer import Transfer, TransferValue
from spacewheat_sim.content.rhythms.driver import Driver
from spacewheat_sim.content.rhythms.rate import ChangingRate, RateLike
from spacewheat_sim.content.rhythms.rhythm import Rhythm
from spacewheat_sim.emoji import canonical_emoji

BASE_LAYER = "base"
"""The layer of an icon that names none."""


def _nothing() -> FrozenMapping[str, complex]:
    return FrozenMapping({})


def _no_energies() -> FrozenMapping[str, float]:
    return FrozenMapping({})


def _no_transfers() -> FrozenMapping[str, float | Transfer]:
    return FrozenMapping({})


class Decay(ChangingRate):
    """A jump from the icon's emoji to ``target`` at ``rate``."""

    target: EmojiKey = "🍂"


def _self_coupling(icon: Icon) -> Iterator[Violation]:
    for field in ("couplings", "pair_couplings", "alignments"):
        if icon.key in getattr(icon, field):
            yield Violation(
                (field, icon.key),
                f"{icon.emoji} couples to itself",
                "`self_energy` for the energy of the emoji itself",
                at_key=True,
            )


def _self_transfer(icon: Icon) -> Iterator[Violation]:
    for field, partners in (
        ("transfers_to", icon.transfers_to),
        ("transfers_from", icon.transfers_from),
    ):
        if icon.key in partners:
            yield Violation(
                (field, icon.key),
                f"{icon.emoji} transfers to itself",
                "`dephasing` for a jump from an emoji to itself",
                at_key=True,
            )


def _self_decay(icon: Icon) -> Iterator[Violation]:
    if icon.decay is not None and icon.decay.target == icon.key:
        yield Violation(
            ("decay", "target"),
            f"{icon.emoji} decays into itself",
            "another emoji as target, or no decay",
        )


ICON_RULES = (
    Rule(
        "self-coupling",
        ("emoji", "couplings", "pair_couplings", "alignments"),
        _self_coupling,
    ),
    Rule("self-transfer", ("emoji", "transfers_to", "transfers_from"), _self_transfer),
    Rule("self-decay", ("emoji", "decay"), _self_decay),
)


class Icon(ContentModel):
    """The physics of an emoji; references to other emojis are in canonical form."""

    rules: ClassVar[tuple[Rule, ...]] = ICON_RULES

    emoji: Annotated[Emoji, Field(description="the emoji, as it is shown")]
    name: Text
    description: Annotated[str, Strict()] = ""
    tags: tuple[Text, ...] = ()
    trophic_level: Annotated[
        int, Strict(), Field(ge=0, description="0 abiotic … 3 predator")
    ] = 0
    self_energy: Annotated[Number, Field(description="rad/s")] = 0.0
    drivers: tuple[Driver, ...] = Field(
        default=(), description="energies that change, which add to self_energy"
    )
    couplings: EmojiMapping[Coupling] = Field(
        default_factory=_nothing,
        description="rad/s; the Hamiltonian gets half from each of the two icons",
    )
    transfers_to: EmojiMapping[TransferValue] = Field(
        default_factory=_no_transfers,
        description="rates in 1/s of jumps to other emojis, or {rate, when, unless}",
    )
    transfers_from: EmojiMapping[TransferValue] = Field(
        default_factory=_no_transfers,
        description="rates in 1/s of jumps from other emojis, or {rate, when, unless}",
    )
    decay: Decay | None = None
    dephasing: Annotated[
        RateLike, Field(description="1/s; rate of the jump from the emoji to itself")
    ] = 0.0
    pair_couplings: EmojiMapping[Coupling] = Field(
        default_factory=_nothing,
        description="rad/s; registers only: both on from both off",
    )
    alignments: EmojiMapping[Number] = Field(
        default_factory=_no_energies,
        description="rad/s; registers only: energy of both being on",
    )

    layer: Annotated[
        Name, Field(description="icons of one emoji in several layers add")
    ] = BASE_LAYER
    extends: Annotated[
        bool,
        Strict(),
        Field(description="in a biome: adds to the shared icon, else replaces it"),
    ] = False

    @property
    def key(self) -> str:
        """The emoji in canonical form."""
        return canonical_emoji(self.emoji)

    def number(self, path: str) -> float:
        """Return the number at a path, such as ``transfers_from.🐇``.

        Raises:
            UnknownNameError: There is none; the message suggests the nearest.
        """
        return number_at(self, path, f"the icon of {self.emoji}")

    def with_(self, path: str, value: float | complex) -> Self:
        """Return a checked copy with another number at a path.

        Raises:
            UnknownNameError: There is no such number; the message suggests the nearest.
            ArgumentError: ``value`` is no number that may stand there.

        Example:
            >>> wolf = Icon(emoji="🐺", name="Wolf", decay={"rate": 0.1})
            >>> wolf.with_("decay.rate", 0.2).decay.rate
            0.2
        """
        return with_number(self, path, value, f"the icon of {self.emoji}")


def _empty_file(file: IconFile) -> Iterator[Violation]:
    if not file.icons and not file.rhythms:
        yield Violation((), "there are neither icons nor rhythms", "`icons`")


def _extending_nothing(file: IconFile) -> Iterator[Violation]:
    for position, icon in enumerate(file.icons):
        if icon.extends:
            yield Violation(
                ("icons", position, "extends"),
                f"the shared icon of {icon.emoji} has none to extend",
                "`extends` in the icons of a biome, or a `layer` of its own",
                at_key=True,
            )


class IconFile(ContentModel):
    """A file of icons or rhythms, ``icons/*.yaml``.

    Attributes:
        layer: The layer of its icons that name none.
        rhythms: Functions of time by name, for the icons of all files.
        icons: The icons.
    """

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule("empty-file", ("icons", "rhythms"), _empty_file),
        Rule("extends-nothing", ("icons",), _extending_nothing),
    )

    schema_version: Annotated[SchemaVersion, Field(alias="schema")]
    layer: Name = BASE_LAYER
    rhythms: NameMapping[Rhythm] = Field(default_factory=lambda: FrozenMapping({}))
    icons: tuple[Icon, ...] = ()
