"""Measurements of an axis, from what callers say to what becomes of the baths."""

from __future__ import annotations

from spacewheat_sim.arrays import IndexArray
from spacewheat_sim.choices import DEFAULT_STRENGTH, MeasurementKind
from spacewheat_sim.engine.bath.acts.baths import ALONE, Baths
from spacewheat_sim.engine.bath.axes import axis_poles
from spacewheat_sim.engine.bath.events import Measured
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.plain_values import shown
from spacewheat_sim.quantum.instruments.instruments import Measuring
from spacewheat_sim.quantum.measurement import (
    AxisMeasurement,
    apply_diagonals,
    axis_probabilities,
    check_kind,
    checked_sharpness,
    checked_strength,
    choose_outcomes,
)


def measuring(
    operators: BathOperators,
    north: str,
    south: str,
    kind: MeasurementKind,
    strength: float | None,
    time: float,
) -> Measuring:
    """Return a measurement by the emojis' indices, with the strength that is used.

    Raises:
        UnknownNameError: an emoji is not in the bath.
        ArgumentError: no axis of the bath, an unknown kind, a strength out of its
            range, or one of a projective measurement.
    """
    n, s = axis_poles(operators, north, south)
    amount = _strength(kind, strength)
    what = AxisMeasurement(n, s, kind, amount, time, operators.qubits)
    return Measuring.of(what, operators.dimension)


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


def measure(
    baths: Baths, which: IndexArray, instrument: Measuring
) -> tuple[IndexArray, IndexArray]:
    """Measure the baths ``which``; return those on the axis, and their outcomes."""
    what, kraus = instrument.what, instrument.kraus
    probabilities = axis_probabilities(baths.state_populations()[which], what, kraus)
    there = probabilities.any(axis=1)
    which, probabilities = which[there], probabilities[there]
    chosen = choose_outcomes(probabilities, baths.draw(which))
    baths.put(which, apply_diagonals(baths.get(which), kraus[chosen]))
    return which, chosen


def measure_alone(bath: Baths, instrument: Measuring) -> Measured:
    """Measure a single bath; return the event."""
    what, emojis = instrument.what, bath.operators.emojis
    outcome: str | None = None
    for number in measure(bath, ALONE, instrument)[1].tolist():
        found = instrument.outcomes[number]
        outcome = None if found is None else emojis[found]
    poles = emojis[what.north], emojis[what.south]
    return Measured(what.time, *poles, what.kind, what.strength, outcome)


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
