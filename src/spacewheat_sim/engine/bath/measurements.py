"""Measurements as callers say them, and as the physics takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spacewheat_sim.choices import DEFAULT_STRENGTH, MeasurementKind
from spacewheat_sim.engine.bath.arguments import checked_instance, checked_items
from spacewheat_sim.engine.bath.axes import axis_poles
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.plain_values import real, shown
from spacewheat_sim.quantum.measurement import (
    AxisMeasurement,
    check_kind,
    checked_sharpness,
    checked_strength,
)


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
        """Return the same by the emojis' indices; raises as :func:`compiled` does."""
        axis = operators, self.north, self.south
        return compiled(*axis, self.kind, self.strength, self.time)


def compiled(
    operators: BathOperators,
    north: str,
    south: str,
    kind: MeasurementKind,
    strength: float | None,
    time: float,
) -> AxisMeasurement:
    """Return a measurement by the emojis' indices, with the strength that is used.

    Raises:
        UnknownNameError: an emoji is not in the bath.
        ArgumentError: no axis of the bath, an unknown kind, a strength out of its
            range, or one of a projective measurement.
    """
    n, s = axis_poles(operators, north, south)
    amount = _strength(kind, strength)
    return AxisMeasurement(n, s, kind, amount, time, operators.qubits)


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


def chosen_strength(
    kind: MeasurementKind, strength: float | None, collapse_strength: float
) -> float | None:
    """Return which of two strengths a measurement of ``kind`` was given.

    ``collapse_strength`` is that of a game measurement which is given no ``strength``.

    Raises:
        ArgumentError: there is no such kind, or ``collapse_strength`` is out of its
            range, even where it is not in use.
    """
    check_kind(kind)
    collapse = checked_strength(collapse_strength, "collapse_strength")
    return collapse if kind == "game" and strength is None else strength


def _strength(kind: MeasurementKind, strength: float | None) -> float:
    """Return the strength that a measurement of ``kind`` is made with."""
    check_kind(kind)
    if kind == "projective":
        if strength is not None:
            raise ArgumentError(
                "A projective measurement has no `strength`, but was given "
                f"{shown(strength)}"
            )
        return 1.0
    if strength is None:
        return DEFAULT_STRENGTH
    return checked_strength(strength) if kind == "game" else checked_sharpness(strength)
