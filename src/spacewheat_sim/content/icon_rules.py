"""What a well-formed icon must not say."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from spacewheat_sim.content.model import Rule, Violation

if TYPE_CHECKING:
    from spacewheat_sim.content.icon import Icon

# Hz: a frame of 1/60 s then takes a tenth of a second, and a second's step six.
HIGHEST_FREQUENCY = 1e5


def _self_coupling(icon: Icon) -> Iterator[Violation]:
    if icon.key in icon.couplings:
        yield Violation(
            ("couplings", icon.key),
            f"{icon.emoji} couples to itself",
            "`self_energy` for an energy of its own",
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
                "`dephasing` for a jump onto itself",
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
            f"the driver of {icon.emoji} multiplies a self_energy of 0 in vain",
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
    Rule("self-coupling", ("emoji", "couplings"), _self_coupling),
    Rule("self-transfer", ("emoji", "transfers_to", "transfers_from"), _self_transfer),
    Rule("self-decay", ("emoji", "decay"), _self_decay),
    Rule("fast-driver", ("driver",), _fast_driver),
    Rule("idle-driver", ("self_energy", "driver"), _idle_driver, "warning"),
)
