"""Measurements that every trajectory of an ensemble undergoes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spacewheat_sim.choices import MeasurementKind
from spacewheat_sim.engine.bath.arguments import checked_instance, checked_items
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.plain_values import real, shown


@dataclass(frozen=True)
class ScheduledMeasurement:
    """A measurement of one axis at one time.

    Attributes:
        time: Seconds since the start of the ensemble.
        north: Emoji at the north pole.
        south: Emoji at the south pole.
        kind: ``game``, ``projective`` or ``weak``; see
            :func:`spacewheat_sim.quantum.measurement.axis_kraus`.
        strength: k of a game measurement or κ of a weak one, 0.5 where None.
    """

    time: float
    north: str
    south: str
    kind: MeasurementKind = "game"
    strength: float | None = None


def in_order(
    measurements: Sequence[ScheduledMeasurement], duration: float
) -> tuple[ScheduledMeasurement, ...]:
    """Return ``measurements`` by time; those at one time stay as they were.

    Raises:
        ArgumentError: something is no measurement, or a time is not within 0 to
            ``duration`` seconds.
    """
    items = checked_items(measurements, "measurements", "ScheduledMeasurement")
    given = [
        checked_instance(each, ScheduledMeasurement, f"measurements[{number}]")
        for number, each in enumerate(items)
    ]
    for each in given:
        if not 0.0 <= real(each.time) <= duration:
            raise ArgumentError(
                f"Argument `measurements` must have times from 0 to {duration:g} s, "
                f"the duration of the ensemble, but {each.north}/{each.south} is to "
                f"be measured at {shown(each.time)}"
            )
    return tuple(sorted(given, key=lambda each: each.time))
