"""Measurements at given times, as plain arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from spacewheat_sim.quantum.ensembles.inputs import Schedule
from spacewheat_sim.quantum.measurement import AxisMeasurement, axis_kraus


def compiled(measurements: Sequence[AxisMeasurement], n: int) -> Schedule:
    """Return ``measurements`` of N = ``n`` states for the compiled loops.

    Raises:
        ArgumentError: unknown kind, or a strength out of its range.
    """
    kraus = np.zeros((len(measurements), 3, n))
    for q, each in enumerate(measurements):
        outcomes, diagonals = axis_kraus(n, each)
        kraus[q, : len(outcomes)] = diagonals
    poles = [(each.north, each.south) for each in measurements]
    return Schedule(
        kraus,
        np.array(poles, dtype=np.int64).reshape(-1, 2),
        np.array([each.kind == "game" for each in measurements], dtype=np.bool_),
    )
