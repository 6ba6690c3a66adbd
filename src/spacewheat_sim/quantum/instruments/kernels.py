"""Compiled loops that use an instrument on each of many kets, and look at them.

Shapes: ``B`` baths, ``N`` states, ``I`` instruments, ``O`` outcomes, ``E`` entries;
kets in groups of eight as real and imaginary parts (G, N, 2, 8).

``table`` is the ``table`` of :class:`.Instruments`.
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.quantum.kernels.draws import next_uniform
from spacewheat_sim.quantum.kernels.lanes import LANES
from spacewheat_sim.quantum.limits import IMPOSSIBLE

NOTHING = -1


@njit(error_model="numpy")
def use_instruments(psi, table, chosen, streams, found):
    """Use an instrument on each ket; write the outcome to ``found`` (B,).

    Args:
        psi: The kets, (G, N, 2, 8).
        table: The instruments.
        chosen: Number of the instrument for each, −1 for none, (B,).
        streams: What each draws from, the ``table`` of :class:`BatchStreams`.
        found: Receives the number of the outcome among all; −1 where nothing was done.
    """
    first_outcome, needed, first_entry, _, _, _ = table
    probabilities = np.empty(np.diff(first_outcome).max())
    work = np.empty((psi.shape[1], 2))
    drawn, numbers, keys = streams
    for b in range(chosen.size):
        found[b] = NOTHING
        i = chosen[b]
        if i < 0:
            continue
        ket = psi[b // LANES]
        v = b % LANES
        count = first_outcome[i + 1] - first_outcome[i]
        there = False
        for o in range(count):
            p = outcome_probability(ket, v, table, first_outcome[i] + o)
            probabilities[o] = p
            there = there or (o < needed[i] and p > 0.0)
        if there:
            draw = next_uniform(drawn, b, numbers[b], keys[b])
            o = first_outcome[i] + chosen_outcome(probabilities[:count], draw)
            found[b] = o
            apply_outcome(ket, v, table, first_entry[o], first_entry[o + 1], work)


@njit(error_model="numpy", forceinline=True)
def outcome_probability(ket, v, table, o):
    """Return ‖Kψ‖² of lane ``v`` for outcome ``o``, or 0 where it is rounding."""
    _, _, first_entry, sources, _, factors = table
    total = 0.0
    for e in range(first_entry[o], first_entry[o + 1]):
        a = ket[sources[e], 0, v]
        b = ket[sources[e], 1, v]
        total += (a * a + b * b) * (factors[e] * factors[e])
    return 0.0 if total < IMPOSSIBLE else total


@njit(error_model="numpy", forceinline=True)
def chosen_outcome(probabilities, uniform):
    """Return the outcome that ``uniform`` in [0, 1) selects by its probability."""
    whole = 0.0
    for p in probabilities:
        whole += p
    draw = uniform * whole
    reached = 0.0
    for o in range(probabilities.size):
        reached += probabilities[o]
        if reached > draw:
            return o
    return np.argmax(probabilities)


@njit(error_model="numpy", forceinline=True)
def apply_outcome(ket, v, table, begin, stop, work):
    """Put Kψ/‖Kψ‖ in lane ``v``, for K of entries ``begin`` … ``stop − 1``."""
    _, _, _, sources, targets, factors = table
    total = 0.0
    for e in range(begin, stop):
        re = factors[e] * ket[sources[e], 0, v]
        im = factors[e] * ket[sources[e], 1, v]
        work[e - begin, 0] = re
        work[e - begin, 1] = im
        total += re * re + im * im
    norm = 1.0 / np.sqrt(total)
    for i in range(ket.shape[0]):
        ket[i, 0, v] = 0.0
        ket[i, 1, v] = 0.0
    for e in range(begin, stop):
        ket[targets[e], 0, v] = work[e - begin, 0] * norm
        ket[targets[e], 1, v] = work[e - begin, 1] * norm


@njit(error_model="numpy")
def lane_populations(psi, out):
    """Write |ψ_i|² of all kets to ``out`` (B, N)."""
    for g in range(psi.shape[0]):
        lanes = min(LANES, out.shape[0] - g * LANES)
        for v in range(lanes):
            row = out[g * LANES + v]
            for i in range(row.size):
                a = psi[g, i, 0, v]
                b = psi[g, i, 1, v]
                row[i] = a * a + b * b
