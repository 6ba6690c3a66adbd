"""The standard error of an ensemble, with what it has not seen."""

from __future__ import annotations

import math

import numpy as np

from spacewheat_sim.arrays import FloatArray, IntArray
from spacewheat_sim.engine.bath.ensemble.start import Start
from spacewheat_sim.quantum.arithmetic.kernels.elementary import chances
from spacewheat_sim.quantum.ensembles.inputs import Schedule
from spacewheat_sim.quantum.ensembles.moments import Moments

# An event seen so often tells of itself in the spread of the sample.
OFTEN = 50
# Trajectories that may have been missed: with 2² = 4 added to a count of k events, the
# mean of a Poisson law lies beyond 3 errors with a probability below 1 %.
MISSED = 2.0


def standard_error(moments: Moments, unseen: FloatArray) -> FloatArray:
    """Return the standard error of the means of B trajectories, (T, N).

    SE² = Σ (x − x̄)² / (B (B − 1)) + min(q, 1/B) (2 d)² / B

    The second part is for events that are too rare to have been seen: at most q of all
    trajectories have them, and one changes a population by at most
    d = max(x̄, 1 − x̄). It is 0 where nothing can happen. Where an event of probability
    p was not seen at all, p d is within three errors unless pB > 6, which has the
    probability e⁻⁶ = 0.25 %.

    Args:
        moments: Of the populations, (T, N).
        unseen: q by the time of each row, (T,); see :func:`unseen_chance`.
    """
    count = float(moments.number)
    if count == 1.0:
        return np.full_like(moments.mean, math.inf)
    share = np.minimum(unseen, 1.0 / count) / count
    change = MISSED * np.maximum(moments.mean, 1.0 - moments.mean)
    seen = moments.deviations / (count * (count - 1.0))
    return np.asarray(np.sqrt(seen + share[:, None] * change**2))


def unseen_chance(
    start: Start,
    times: FloatArray,
    first_jumps: FloatArray,
    jump_counts: IntArray,
    outcome_counts: IntArray,
) -> FloatArray:
    """Return a bound on the chance of events seen less than 50 times, (T,).

    By the time t a trajectory has jumped with a probability of at most 1 − e^{−Γt},
    Γ the largest total rate out of a state, and through a channel of rate γ with at
    most 1 − e^{−γt}. The outcomes of a measurement have any probability.

    Args:
        start: What the trajectories have in common.
        times: Seconds since the start, (T,).
        first_jumps: When each of B trajectories first jumped, or inf, (B,).
        jump_counts: Jumps per channel in the whole run, (K,).
        outcome_counts: North, south and neither of each measurement, (Q, 3).
    """
    generator, jumps = start.operators.generator, start.operators.jumps
    most = np.array([jump.largest_rate for jump in jumps])
    few = min(OFTEN, first_jumps.size) - 1
    before = times <= np.partition(first_jumps, few)[few]
    decay = generator.jumps.decay(most, generator.dimension)
    largest = float(np.max(decay, initial=0.0))
    chance = np.where(before, _jump_chance(largest, times), 0.0)
    for rate in most[jump_counts < OFTEN].tolist():
        chance += _jump_chance(rate, times)
    # To start in the likeliest ket is what the others depart from.
    others = np.sort(start.weights)[:-1]
    chance += math.fsum(others[others * first_jumps.size < OFTEN].tolist())
    kraus = Schedule.of(start.schedule, generator.dimension).kraus
    possible = kraus.any(axis=2)
    for each, rare in zip(
        start.schedule, possible & (outcome_counts < OFTEN), strict=True
    ):
        # A row at the very time of a measurement is of the state before it.
        chance[times > each.time] += float(rare.any())
    return np.minimum(chance, 1.0)


def _jump_chance(rate: float, times: FloatArray) -> FloatArray:
    """Return 1 − e^{−γt} of a ``rate`` γ at ``times`` (T,)."""
    found = np.empty_like(times)
    chances(rate * times, found)
    return found
