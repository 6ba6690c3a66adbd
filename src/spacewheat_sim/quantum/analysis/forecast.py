"""The next jump from any present state: which, and when."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy import linalg, optimize

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.quantum.analysis.static_bath import StaticBath

# Survival is looked at until this many mean waits have passed.
LONGEST = 2.0**60
# Error of a median, relative.
ACCURACY = 1e-12


class NextJump(NamedTuple):
    """The next jump from ρ.

    Attributes:
        channels: Probability of each jump operator to be the next, (K,).
        never: Probability that none ever comes.
        mean: Mean time in s until it, ∞ where none may come.
        median: When the probability of no jump yet has fallen to 1/2; ∞ if it never
            does.
    """

    channels: FloatArray
    never: float
    mean: float
    median: float


def next_jump(bath: StaticBath, rho: ComplexArray) -> NextJump:
    """Return what is next from ρ (N, N).

    Channel k is it with the probability γ_k ∫ ⟨s_k|e^{Bτ} ρ e^{B†τ}|s_k⟩ dτ.
    """
    spent = np.maximum(bath.no_jump.integral(rho).diagonal().real, 0.0)
    channels = bath.flows.rates * spent[bath.flows.sources]
    never = max(0.0, 1.0 - float(channels.sum()))
    if never < ACCURACY:
        never = 0.0
    mean = math.inf if never else float(spent.sum())
    return NextJump(channels, never, mean, _median(bath, rho, never, float(spent.sum())))


def survival(bath: StaticBath, rho: ComplexArray, times: FloatArray) -> FloatArray:
    """Return S(τ) = tr e^{Bτ} ρ e^{B†τ}, that no jump has come after ``times``, (T,)."""
    values, vectors = np.linalg.eigh((rho + rho.conj().T) / 2)
    kept = values > 1e-15 * values[-1]
    kets = vectors[:, kept] * np.sqrt(values[kept])
    found = np.empty(times.size)
    for place, time in enumerate(times.tolist()):
        moved = linalg.expm(bath.b * time) @ kets
        found[place] = float((np.abs(moved) ** 2).sum())
    return np.minimum(found, 1.0)


def _median(bath: StaticBath, rho: ComplexArray, never: float, mean: float) -> float:
    if never >= 0.5:
        return math.inf

    def above(time: float) -> float:
        return float(survival(bath, rho, np.array([time]))[0]) - 0.5

    late = mean / 2
    while above(late) > 0.0:
        late *= 2
        if late > LONGEST * mean:
            return math.inf
    return float(optimize.brentq(above, 0.0, late, rtol=ACCURACY))
