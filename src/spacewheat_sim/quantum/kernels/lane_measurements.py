"""Compiled loops that measure one lane's ket out of eight.

Shapes: ``N`` states, ``Q`` measurements, ``B`` trajectories; kets (N, 2, 8).
``lanes`` is a record of :data:`LANES_RECORD`, ``schedule`` a :class:`Schedule`.
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.quantum.axis import SMALLEST_SHARE
from spacewheat_sim.quantum.kernels.draws import draw_outcome
from spacewheat_sim.quantum.kernels.lane_jumps import lane_uniform

OUTCOMES = (1, -1, 0)  # north, south, neither


@njit(error_model="numpy")
def measure(lanes, v, schedule, q, key, kets):
    """Make measurement ``q`` of ``schedule`` on lane ``v``; return its outcome."""
    probability = np.zeros(3)
    measurement_probabilities(kets, v, schedule, q, probability)
    chosen = 2
    if probability.sum() > 0.0:
        chosen = draw_outcome(probability, lane_uniform(lanes, v, key))
        apply_kraus(kets, v, schedule.kraus[q, chosen])
    return OUTCOMES[chosen]


@njit(error_model="numpy")
def measurement_probabilities(kets, v, schedule, q, out):
    """Write the probabilities of north, south and neither to ``out`` (3,)."""
    if schedule.by_share[q]:
        poles = schedule.poles[q]
        north = 0.0
        for i in range(poles.shape[1]):
            if poles[0, i] > 0.0:
                north += kets[i, 0, v] ** 2 + kets[i, 1, v] ** 2
        both = north
        for i in range(poles.shape[1]):
            if poles[1, i] > 0.0:
                both = both + kets[i, 0, v] ** 2 + kets[i, 1, v] ** 2
        if both >= SMALLEST_SHARE:
            out[0] = north / both
            out[1] = 1.0 - out[0]
        return
    for o in range(3):
        kraus = schedule.kraus[q, o]
        for i in range(kraus.size):
            p = kets[i, 0, v] ** 2 + kets[i, 1, v] ** 2
            out[o] += kraus[i] ** 2 * p


@njit(error_model="numpy")
def apply_kraus(kets, v, kraus):
    """Multiply lane ``v`` of ``kets`` (N, 2, 8) by a diagonal (N,) and normalize it."""
    square = 0.0
    for i in range(kraus.size):
        for part in range(2):
            kets[i, part, v] *= kraus[i]
            square += kets[i, part, v] ** 2
    norm = 1.0 / np.sqrt(square)
    for i in range(kraus.size):
        for part in range(2):
            kets[i, part, v] *= norm
