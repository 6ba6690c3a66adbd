"""Measurements that an ensemble makes at times of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spacewheat_sim.choices import MeasurementKind
from spacewheat_sim.engine.bath.acts.measurement import measuring
from spacewheat_sim.engine.bath.arguments import checked_instance, checked_items
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.plain_values import real, shown
from spacewheat_sim.quantum.measurement import AxisMeasurement


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

    def compiled(self, operators: BathOperators) -> AxisMeasurement:
        """Return the same by the emojis' indices; raises as :func:`measuring` does."""
        axis = operators, self.north, self.south
        return measuring(*axis, self.kind, self.strength, self.time).what


def in_order(
    measurements: Sequence[ScheduledMeasurement],
    operators: BathOperators,
    duration: float,
) -> tuple[ScheduledMeasurement, ...]:
    """Return ``measurements`` by time; those at one time stay as they were.

    Raises:
        ArgumentError: something is no measurement of the bath, or a time is not within
            0 to ``duration`` seconds.
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
        each.compiled(operators)
    return tuple(sorted(given, key=lambda each: each.time))
