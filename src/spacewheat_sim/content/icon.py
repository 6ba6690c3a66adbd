"""An icon: an emoji with physics."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field, Strict

from spacewheat_sim.choices import DriverShape
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
from spacewheat_sim.content.model import ContentModel, FrozenMapping, Rule, Violation
from spacewheat_sim.content.register.transfer import Transfer, TransferValue
from spacewheat_sim.emoji import canonical_emoji

# Hz; at this frequency a frame of 1/60 s takes 0.1 s to compute, a step of 1 s 6 s.
HIGHEST_FREQUENCY = 1e5


def _nothing() -> FrozenMapping[str, complex]:
    return FrozenMapping({})


def _no_energies() -> FrozenMapping[str, float]:
    return FrozenMapping({})


def _no_transfers() -> FrozenMapping[str, float | Transfer]:
    return FrozenMapping({})


class Driver(ContentModel):
    """A function of time that multiplies an icon's self-energy.

    ``cosine`` is A cos(2πft + φ), ``sine`` likewise; ``pulse`` is A during the first
    half of each period and 0 during the second.
    """

    shape: DriverShape
    frequency: Annotated[Number, Field(ge=0, description="f in Hz")]
    phase: Annotated[Number, Field(description="φ in rad")] = 0.0
    amplitude: Annotated[Number, Field(description="A, a dimensionless factor")] = 1.0


class Decay(ContentModel):
    """A jump from the icon's emoji to ``target`` at ``rate``."""

    rate: Annotated[Rate, Field(description="1/s")]
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


def _idle_driver(icon: Icon) -> Iterator[Violation]:
    if icon.driver is not None and icon.self_energy == 0:
        yield Violation(
            ("driver",),
            f"the driver of {icon.emoji} has no effect, because self_energy is 0",
            "a self_energy other than 0, or no driver",
            at_key=True,
        )


def _fast_driver(icon: Icon) -> Iterator[Violation]:
    driver = icon.driver
    if driver is not None and driver.frequency > HIGHEST_FREQUENCY:
        yield Violation(
            ("driver", "frequency"),
            f"a driver of {driver.frequency:g} Hz takes "
            f"{2 * math.pi * driver.frequency:.2g} steps for each second of game time",
            f"at most {HIGHEST_FREQUENCY:g} Hz",
        )


ICON_RULES = (
    Rule(
        "self-coupling",
        ("emoji", "couplings", "pair_couplings", "alignments"),
        _self_coupling,
    ),
    Rule("self-transfer", ("emoji", "transfers_to", "transfers_from"), _self_transfer),
    Rule("self-decay", ("emoji", "decay"), _self_decay),
    Rule("fast-driver", ("driver",), _fast_driver),
    Rule("idle-driver", ("self_energy", "driver"), _idle_driver, "warning"),
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
    value: Annotated[Rate, Field(description="worth of one harvested")] = 1.0
    self_energy: Annotated[Number, Field(description="rad/s")] = 0.0
    driver: Driver | None = None
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
        Rate, Field(description="1/s; rate of the jump from the emoji to itself")
    ] = 0.0
    pair_couplings: EmojiMapping[Coupling] = Field(
        default_factory=_nothing,
        description="rad/s; registers only: both on from both off",
    )
    alignments: EmojiMapping[Number] = Field(
        default_factory=_no_energies,
        description="rad/s; registers only: energy of both being on",
    )

    @property
    def key(self) -> str:
        """The emoji in canonical form."""
        return canonical_emoji(self.emoji)


class IconFile(ContentModel):
    """A file of icons, ``icons/*.yaml``."""

    schema_version: Annotated[SchemaVersion, Field(alias="schema")]
    icons: tuple[Icon, ...]
