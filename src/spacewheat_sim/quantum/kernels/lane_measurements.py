"""Compiled loops that measure one lane's ket out of eight.

Shapes: ``N`` states, ``Q`` measurements, ``B`` trajectories; kets (N, 2, 8).
``lanes`` is a record of :data:`LANES_RECORD`, ``schedule`` a :class:`Schedule`.
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.quantum.axis import SMALLEST_SHARE
from spacewheat_sim.quantum.kernels.lane_jumps import lane_uniform

OUTCOMES = (1, -1, 0)  # north, south, neither


@njit(error_model="numpy")
def measure(lanes, v, schedule, q, key, kets):
    """Make measurement ``q`` of ``schedule`` on lane ``v``; return its outcome."""
    probability = np.zeros(3)
    measurement_probabilities(kets, v, schedule, q, probability)
    total = probability[0] + probability[1] + probability[2]
    chosen = 2
    if total > 0.0:
        draw = lane_uniform(lanes, v, key) * total
        chosen = 0
        for o in range(1, 3):
            if probability[o] > probability[chosen]:
                chosen = o
        reached = 0.0
        for o in range(3):
            reached += probability[o]
            if reached > draw:
                chosen = o
                break
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
