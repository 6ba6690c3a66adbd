"""Averages over quantum trajectories."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim import seeding
from spacewheat_sim.engine.evolvers import EvolverOptions, ket_series
from spacewheat_sim.engine.operators import BathOperators
from spacewheat_sim.quantum.trajectory import Trajectory

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]


@dataclass(frozen=True)
class EnsembleResult:
    """Mean populations over trajectories, at T times from the start on.

    Attributes:
        emojis: The N emojis, in basis order.
        time: Seconds, (T,).
        populations: Mean over trajectories, (T, N).
        standard_error: Standard error of that mean, (T, N); infinite for a single
            trajectory.
        trajectories: How many were averaged.
        jump_counts: Jumps per channel, summed over trajectories, (K,).
        seed: Root seed of the trajectories' streams.
    """

    emojis: tuple[str, ...]
    time: FloatArray
    populations: FloatArray
    standard_error: FloatArray
    trajectories: int
    jump_counts: NDArray[np.int64]
    seed: int


def run_ensemble(
    operators: BathOperators,
    state: ComplexArray,
    time: float,
    *,
    duration: float,
    trajectories: int,
    interval: float,
    seed: int,
    options: EvolverOptions,
) -> EnsembleResult:
    """Average ``trajectories`` runs from ``state`` at ``time``.

    Trajectory i draws from the stream ("trajectory", i) of ``seed``, whatever the
    others do. A mixed state is unravelled first: each trajectory starts in one of its
    eigenvectors, drawn with the eigenvalue as its weight.
    """
    rows = math.floor(duration / interval * (1 + 1e-12))
    offsets = interval * np.arange(1.0, rows + 1)
    end = max(duration, float(offsets[-1])) if rows else duration
    n = len(operators)
    total, square = np.zeros((rows + 1, n)), np.zeros((rows + 1, n))
    populations = np.empty((rows + 1, n))
    counts = np.zeros(len(operators.jumps), dtype=np.int64)
    series = ket_series(operators, options)
    weights, kets = _pure_components(state)
    for number in range(trajectories):
        rng = seeding.stream(seed, "trajectory", number)
        start = 0 if weights.size == 1 else int(rng.choice(weights.size, p=weights))
        trajectory = Trajectory(operators.generator, series, kets[start], rng)
        populations[0] = trajectory.populations()
        for jump in trajectory.advance(time, end, 1, offsets, populations[1:]):
            counts[jump.channel] += 1
        total += populations
        square += populations * populations
    mean = total / trajectories
    return EnsembleResult(
        operators.emojis,
        time + np.concatenate(([0.0], offsets)),
        mean,
        _standard_error(mean, square, trajectories),
        trajectories,
        counts,
        seed,
    )


def _pure_components(state: ComplexArray) -> tuple[FloatArray, ComplexArray]:
    """Return weights (M,) and kets (M, N) of which ``state`` is the mixture."""
    if state.ndim == 1:
        return np.ones(1), state[None, :]
    eigenvalues, vectors = np.linalg.eigh(state)
    weights = np.clip(eigenvalues, 0.0, None)
    return weights / weights.sum(), np.ascontiguousarray(vectors.T)


def _standard_error(mean: FloatArray, square: FloatArray, count: int) -> FloatArray:
    if count == 1:
        return np.full_like(mean, math.inf)
    variance = np.clip(square / count - mean * mean, 0.0, None)
    return np.asarray(np.sqrt(variance / (count - 1)))
