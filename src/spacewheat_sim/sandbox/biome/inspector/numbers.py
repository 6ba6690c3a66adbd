"""The numbers of an icon, each with limits, a reader and a writer."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from spacewheat_sim.content.icon import HIGHEST_FREQUENCY, Driver, Icon
from spacewheat_sim.content.model import FrozenMapping
from spacewheat_sim.content.register.transfer import Transfer, as_transfer
from spacewheat_sim.sandbox.widgets.slider import Scale

ENERGY, DRIVER, COUPLINGS = "Self-energy", "Driver of the energy", "Couplings, rad/s"
OUTGOING, INCOMING, LOSSES = "Jumps out, 1/s", "Jumps in, 1/s", "Losses, 1/s"
SMALLEST_RATE, SMALLEST_FREQUENCY = 1e-3, 1e-3


@dataclass(frozen=True)
class IconNumber:
    """A number of an icon that a player may change.

    Attributes:
        group: Its heading.
        label: Its label.
        hint: Its tooltip.
        scale: Its limits, which follow from the authored value.
        read: Returns the number.
        write: Returns the icon with another number.
    """

    group: str
    label: str
    hint: str
    scale: Scale
    read: Callable[[Icon], float]
    write: Callable[[Icon, float], Icon]


def icon_numbers(icon: Icon, partners: Mapping[str, str]) -> Iterator[IconNumber]:
    """Yield the numbers of ``icon`` that have an effect.

    Args:
        icon: The icon as authored.
        partners: Label of each emoji of the biome, by canonical emoji; terms with
            other emojis are left out.
    """
    yield _energy(icon.self_energy)
    if icon.driver is not None:
        yield from _driver_numbers(icon.driver)
    for partner, coupling in icon.couplings.items():
        if partner in partners:
            yield from _coupling_numbers(partner, partners[partner], coupling)
    for partner, value in icon.transfers_to.items():
        transfer = as_transfer(value)
        if partner in partners:
            label, hint = f"→ {partners[partner]}", f"{icon.emoji} becomes {partner}"
            yield _jump(OUTGOING, label, hint, "transfers_to", partner, transfer)
    for partner, value in icon.transfers_from.items():
        transfer = as_transfer(value)
        if partner in partners:
            label, hint = f"← {partners[partner]}", f"{icon.emoji} takes {partner}"
            yield _jump(INCOMING, label, hint, "transfers_from", partner, transfer)
    if icon.decay is not None and icon.decay.target in partners:
        yield _decay(icon, partners[icon.decay.target], icon.decay.rate)
    yield IconNumber(
        LOSSES,
        "dephasing",
        "destroys the phase and moves no probability",
        _rate_scale(icon.dephasing),
        lambda i: i.dephasing,
        lambda i, rate: i.model_copy(update={"dephasing": rate}),
    )


def tidy(value: float, scale: Scale) -> float:
    """Return ``value`` rounded to three digits, and 0 if it is very small.

    A number set with a slider then looks like one written by hand.
    """
    if abs(value) < 1e-3 * (scale.high - scale.low) and scale.low <= 0.0:
        return 0.0
    return float(f"{value:.3g}")


def _energy(authored: float) -> IconNumber:
    most = max(1.0, 2 * abs(authored))
    return IconNumber(
        ENERGY,
        "energy, rad/s",
        "rotates the phase; a higher energy rotates it faster",
        Scale(-most, most),
        lambda icon: icon.self_energy,
        lambda icon, value: icon.model_copy(update={"self_energy": value}),
    )


def _driver_numbers(driver: Driver) -> Iterator[IconNumber]:
    frequency, phase, amplitude = driver.frequency, driver.phase, driver.amplitude
    fastest = min(max(1.0, 10 * frequency), HIGHEST_FREQUENCY)
    slowest = min(SMALLEST_FREQUENCY, frequency / 100 or SMALLEST_FREQUENCY)
    yield _driver_number(
        "frequency",
        "frequency, Hz",
        "oscillations of the energy per second",
        Scale(slowest, fastest, logarithmic=True),
    )
    turn = Scale(min(0.0, phase), max(2 * math.pi, phase))
    yield _driver_number(
        "phase", "phase, rad", "phase of the oscillation at time 0", turn
    )
    swing = Scale(min(0.0, 2 * amplitude), max(2.0, 2 * amplitude))
    yield _driver_number("amplitude", "amplitude", "multiplies the energy", swing)


def _driver_number(key: str, label: str, hint: str, scale: Scale) -> IconNumber:
    def read(icon: Icon) -> float:
        return float(getattr(icon.driver, key))

    def write(icon: Icon, value: float) -> Icon:
        return icon.model_copy(update={"driver": _with(icon.driver, key, value)})

    return IconNumber(DRIVER, label, hint, scale, read, write)


def _coupling_numbers(
    partner: str, label: str, authored: complex
) -> Iterator[IconNumber]:
    most = max(1.0, 2 * abs(authored))

    def write(icon: Icon, value: complex) -> Icon:
        return _with_entry(icon, "couplings", partner, complex(value))

    if authored.imag == 0.0:
        yield IconNumber(
            COUPLINGS,
            label,
            f"probability oscillates to {partner} and back",
            Scale(-most, most),
            lambda icon: icon.couplings[partner].real,
            write,
        )
        return
    authored_angle = cmath.phase(authored)

    def angle(icon: Icon) -> float:
        # A coupling of 0 has no angle; then the authored angle is kept.
        coupling = icon.couplings[partner]
        return cmath.phase(coupling) if coupling else authored_angle

    yield IconNumber(
        COUPLINGS,
        f"{label}, size",
        f"probability oscillates to {partner} and back",
        Scale(0.0, most),
        lambda icon: abs(icon.couplings[partner]),
        lambda icon, size: write(icon, cmath.rect(size, angle(icon))),
    )
    yield IconNumber(
        COUPLINGS,
        f"{label}, angle",
        "phase of the coupling, in rad",
        Scale(-math.pi, math.pi),
        angle,
        lambda icon, turned: write(
            icon, cmath.rect(abs(icon.couplings[partner]), turned)
        ),
    )


def _jump(
    group: str, label: str, hint: str, key: str, partner: str, transfer: Transfer
) -> IconNumber:
    return IconNumber(
        group,
        label,
        hint,
        _rate_scale(transfer.rate),
        lambda icon: as_transfer(getattr(icon, key)[partner]).rate,
        lambda icon, value: _with_rate(icon, key, partner, value),
    )


def _with_rate(icon: Icon, key: str, partner: str, rate: float) -> Icon:
    transfer = as_transfer(getattr(icon, key)[partner])
    entries = {**getattr(icon, key), partner: transfer.with_rate(rate)}
    return icon.model_copy(update={key: FrozenMapping(entries)})


def _decay(icon: Icon, target: str, rate: float) -> IconNumber:
    def read(icon: Icon) -> float:
        return 0.0 if icon.decay is None else icon.decay.rate

    def write(icon: Icon, value: float) -> Icon:
        return icon.model_copy(update={"decay": _with(icon.decay, "rate", value)})

    label, hint = f"decay → {target}", f"rate at which {icon.emoji} decays"
    return IconNumber(LOSSES, label, hint, _rate_scale(rate), read, write)


def _rate_scale(authored: float) -> Scale:
    smallest = min(SMALLEST_RATE, authored / 100 or SMALLEST_RATE)
    return Scale(smallest, max(1.0, 10 * authored), logarithmic=True)


def _with(part: Any, key: str, value: float) -> Any:
    return part.model_copy(update={key: value})


def _with_entry(icon: Icon, key: str, partner: str, value: complex) -> Icon:
    entries = {**getattr(icon, key), partner: value}
    return icon.model_copy(update={key: FrozenMapping(entries)})
