"""Measurements at given times, as plain arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from spacewheat_sim.quantum.ensembles.inputs import Schedule
from spacewheat_sim.quantum.measurement import AxisMeasurement, axis_kraus
from spacewheat_sim.quantum.register.layout import emoji_states


def compiled(measurements: Sequence[AxisMeasurement], n: int) -> Schedule:
    """Return ``measurements`` of N = ``n`` states for the compiled loops.

    Raises:
        ArgumentError: unknown kind, or a strength out of its range.
    """
    kraus = np.zeros((len(measurements), 3, n))
    for q, each in enumerate(measurements):
        outcomes, diagonals = axis_kraus(n, each)
        kraus[q, : len(outcomes)] = diagonals
    poles = np.zeros((len(measurements), 2, n))
    for q, each in enumerate(measurements):
        poles[q, 0, emoji_states(each.north, each.qubits)] = 1.0
        poles[q, 1, emoji_states(each.south, each.qubits)] = 1.0
    return Schedule(
        kraus,
        poles,
        np.array([each.kind == "game" for each in measurements], dtype=np.bool_),
    )
