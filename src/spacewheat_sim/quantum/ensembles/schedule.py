"""Measurements at given times, as plain arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from spacewheat_sim.choices import MeasurementKind
from spacewheat_sim.quantum.ensembles.inputs import Schedule
from spacewheat_sim.quantum.measurement import axis_kraus


class TimedMeasurement(NamedTuple):
    """A measurement of the axis from state ``south`` to ``north`` at ``time``.

    ``time`` is in seconds since the start; for kind and strength see
    :func:`spacewheat_sim.quantum.measurement.axis_kraus`.
    """

    time: float
    north: int
    south: int
    kind: MeasurementKind
    strength: float


def compiled(measurements: Sequence[TimedMeasurement], n: int) -> Schedule:
    """Return ``measurements`` of N = ``n`` states for the compiled loops.

    Raises:
        ArgumentError: unknown kind, or a strength out of its range.
    """
    kraus = np.zeros((len(measurements), 3, n))
    for q, each in enumerate(measurements):
        outcomes, diagonals = axis_kraus(
            n, each.north, each.south, each.kind, each.strength
        )
        kraus[q, : len(outcomes)] = diagonals
    poles = [(each.north, each.south) for each in measurements]
    return Schedule(
        kraus,
        np.array(poles, dtype=np.int64).reshape(-1, 2),
        np.array([each.kind == "game" for each in measurements], dtype=np.bool_),
    )
