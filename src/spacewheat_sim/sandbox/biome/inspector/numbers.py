"""The numbers of an icon, each with limits, a reader and a writer."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.rhythms.driver import Driver
from spacewheat_sim.content.rhythms.rate import ChangingRate, as_changing
from spacewheat_sim.content.rhythms.rhythm import HIGHEST_FREQUENCY, Rhythm
from spacewheat_sim.sandbox.widgets.slider import Scale

ENERGY, DRIVERS, COUPLINGS = "Self-energy", "Drivers of the energy", "Couplings, rad/s"
OUTGOING, INCOMING, LOSSES = "Jumps out, 1/s", "Jumps in, 1/s", "Losses, 1/s"
SMALLEST_RATE = 1e-3
# How much shorter and longer than authored a rhythm can be made.
STRETCH = 100.0


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
        moves: Returns d(number)/d ln x of each number of the icon that it moves, by the
            number's path.
    """

    group: str
    label: str
    hint: str
    scale: Scale
    read: Callable[[Icon], float]
    write: Callable[[Icon, float], Icon]
    moves: Callable[[Icon], Mapping[str, float]]


def icon_numbers(icon: Icon, partners: Mapping[str, str]) -> Iterator[IconNumber]:
    """Yield the numbers of ``icon`` that have an effect.

    Args:
        icon: The icon as authored.
        partners: Label of each emoji of the biome, by canonical emoji; terms with
            other emojis are left out.
    """
    yield _energy(icon.self_energy)
    for place, driver in enumerate(icon.drivers):
        yield from _driver_numbers(place, driver)
    for partner, coupling in icon.couplings.items():
        if partner in partners:
            yield from _coupling_numbers(partner, partners[partner], coupling)
    for partner, rate in icon.transfers_to.items():
        if partner in partners:
            label, hint = f"→ {partners[partner]}", f"{icon.emoji} becomes {partner}"
            yield from _rate(OUTGOING, label, hint, f"transfers_to.{partner}", rate)
    for partner, rate in icon.transfers_from.items():
        if partner in partners:
            label, hint = f"← {partners[partner]}", f"{icon.emoji} takes {partner}"
            yield from _rate(INCOMING, label, hint, f"transfers_from.{partner}", rate)
    if icon.decay is not None and icon.decay.target in partners:
        label = f"decay → {partners[icon.decay.target]}"
        hint = f"rate at which {icon.emoji} decays"
        yield from _rate(LOSSES, label, hint, "decay.rate", icon.decay)
    hint = "destroys the phase and moves no probability"
    yield from _rate(LOSSES, "dephasing", hint, "dephasing", icon.dephasing)


def tidy(value: float, scale: Scale) -> float:
    """Return ``value`` rounded to three digits, and 0 if it is very small.

    A number set with a slider then looks like one written by hand.
    """
    if abs(value) < 1e-3 * (scale.high - scale.low) and scale.low <= 0.0:
        return 0.0
    return float(f"{value:.3g}")


def _at(group: str, label: str, hint: str, scale: Scale, path: str) -> IconNumber:
    """Return the number at a path."""
    return IconNumber(
        group,
        label,
        hint,
        scale,
        lambda icon: icon.number(path),
        lambda icon, value: icon.with_(path, value),
        lambda icon: {path: icon.number(path)},
    )


def _energy(authored: float) -> IconNumber:
    most = max(1.0, 2 * abs(authored))
    hint = "rotates the phase; a higher energy rotates it faster"
    return _at(ENERGY, "energy, rad/s", hint, Scale(-most, most), "self_energy")


def _driver_numbers(place: int, driver: Driver) -> Iterator[IconNumber]:
    most = max(1.0, 2 * abs(driver.amplitude))
    path, rhythm = f"drivers.{place}", driver.rhythm
    name = rhythm if isinstance(rhythm, str) else rhythm.shape
    yield _at(
        DRIVERS,
        f"{name}, rad/s",
        "how far the rhythm swings the energy",
        Scale(-most, most),
        f"{path}.amplitude",
    )
    if isinstance(rhythm, Rhythm):
        yield from _rhythm_numbers(DRIVERS, name, f"{path}.rhythm", rhythm)


def _rhythm_numbers(
    group: str, name: str, path: str, rhythm: Rhythm
) -> Iterator[IconNumber]:
    for key in ("period", "over"):
        seconds = getattr(rhythm, key)
        if seconds is not None:
            shortest = max(seconds / STRETCH, 1.0 / HIGHEST_FREQUENCY)
            scale = Scale(shortest, seconds * STRETCH, logarithmic=True)
            label, hint = f"{name}, {key}, s", "how long the rhythm takes"
            yield _at(group, label, hint, scale, f"{path}.{key}")
    if rhythm.period is not None:
        phase = rhythm.phase
        turn = Scale(min(0.0, phase), max(2 * math.pi, phase))
        hint = "phase of the rhythm at time 0"
        yield _at(group, f"{name}, phase, rad", hint, turn, f"{path}.phase")


def _coupling_numbers(
    partner: str, label: str, authored: complex
) -> Iterator[IconNumber]:
    most = max(1.0, 2 * abs(authored))
    path = f"couplings.{partner}"
    swings = f"probability oscillates to {partner} and back"
    if authored.imag == 0.0:
        yield _at(COUPLINGS, label, swings, Scale(-most, most), path)
        return
    authored_angle = cmath.phase(authored)

    def angle(icon: Icon) -> float:
        # A coupling of 0 has no angle; then the authored angle is kept.
        coupling = icon.couplings[partner]
        return cmath.phase(coupling) if coupling else authored_angle

    def size(icon: Icon) -> float:
        return abs(icon.couplings[partner])

    yield IconNumber(
        COUPLINGS,
        f"{label}, size",
        swings,
        Scale(0.0, most),
        size,
        lambda icon, value: icon.with_(path, cmath.rect(value, angle(icon))),
        lambda icon: _parts(path, icon.couplings[partner]),
    )
    yield IconNumber(
        COUPLINGS,
        f"{label}, angle",
        "phase of the coupling, in rad",
        Scale(-math.pi, math.pi),
        angle,
        lambda icon, turned: icon.with_(path, cmath.rect(size(icon), turned)),
        lambda icon: _parts(path, 1j * angle(icon) * icon.couplings[partner]),
    )


def _parts(path: str, move: complex) -> dict[str, float]:
    """Return how both parts of a coupling move."""
    return {f"{path}.re": move.real, f"{path}.im": move.imag}


def _rate(
    group: str, label: str, hint: str, path: str, rate: float | ChangingRate
) -> Iterator[IconNumber]:
    given = as_changing(rate)
    smallest = min(SMALLEST_RATE, given.rate / 100 or SMALLEST_RATE)
    scale = Scale(smallest, max(1.0, 10 * given.rate), logarithmic=True)
    yield _at(group, label, hint, scale, path)
    if given.rhythm is None:
        return
    base = path.removesuffix(".rate")
    name = given.rhythm if isinstance(given.rhythm, str) else given.rhythm.shape
    hint = "share of the rate that the rhythm takes away"
    yield _at(group, f"{label}, depth", hint, Scale(0.0, 1.0), f"{base}.depth")
    if isinstance(given.rhythm, Rhythm):
        yield from _rhythm_numbers(
            group, f"{label}, {name}", f"{base}.rhythm", given.rhythm
        )
