"""Averages over quantum trajectories."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim import seeding
from spacewheat_sim.engine.evolvers import EvolverOptions, ket_series
from spacewheat_sim.engine.operators import BathOperators
from spacewheat_sim.quantum.renewal.sums import TrajectorySums
from spacewheat_sim.quantum.trajectory import Jump, Trajectory

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]

# Tables beyond this many bytes are not made: every trajectory is then evolved.
MOST_TABLE_BYTES = 2.0**30


@dataclass(frozen=True)
class Start:
    """What all trajectories of an ensemble have in common.

    Attributes:
        operators: What they evolve under.
        weights: Probability of each first ket, (M,).
        kets: The first kets, (M, N).
        time: When they begin, in seconds.
        duration: Seconds that they run.
        seed: Root seed; trajectory i draws from its own stream of it.
        options: How to integrate.
    """

    operators: BathOperators
    weights: FloatArray
    kets: ComplexArray
    time: float
    duration: float
    seed: int
    options: EvolverOptions

    def trajectory(self, number: int) -> Trajectory:
        """Return trajectory ``number`` at its beginning."""
        rng = seeding.trajectory_stream(self.seed, number)
        first = 0
        if self.weights.size > 1:
            first = int(np.searchsorted(np.cumsum(self.weights), rng.random(), "right"))
        ket = self.kets[min(first, self.weights.size - 1)]
        series = ket_series(self.operators, self.options)
        return Trajectory(self.operators.generator, series, ket, rng)


@dataclass(frozen=True)
class EnsembleResult:
    """Mean populations over trajectories, at T times from the start on.

    Attributes:
        emojis: The N emojis, in basis order.
        time: Seconds, (T,).
        populations: Mean over trajectories, (T, N).
        standard_error: Standard error of that mean, (T, N); infinite for a single
            trajectory.
        trajectories: How many were averaged, B.
        jump_counts: Jumps per channel, summed over trajectories, (K,).
        first_jumps: Seconds from the start to each trajectory's first jump, infinite
            for those that made none, (B,).
        first_passages: Seconds to each trajectory's first landing on the emoji that
            was asked for, infinite for those that never did, (B,).
        seed: Root seed of the trajectories' streams.
    """

    emojis: tuple[str, ...]
    time: FloatArray
    populations: FloatArray
    standard_error: FloatArray
    trajectories: int
    jump_counts: NDArray[np.int64]
    first_jumps: FloatArray
    first_passages: FloatArray
    seed: int
    start: Start = field(repr=False)

    def history(self, number: int) -> list[Jump]:
        """Return the jumps of one trajectory, by running it alone on its stream."""
        return self.start.trajectory(number).advance(
            self.start.time, self.start.duration
        )


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
    target: int = -1,
) -> EnsembleResult:
    """Average ``trajectories`` runs from ``state`` at ``time``.

    Trajectory i draws from its own counter-based stream of ``seed``, whatever the
    others do. A mixed state is unravelled first: each trajectory starts in one of its
    eigenvectors, drawn with the eigenvalue as its weight.

    A static bath is a renewal process: its trajectories are drawn from tables, with
    waiting times and populations to the bath's tolerance. A driven one, or one whose
    tables would be too large or dearer than the trajectories, is evolved trajectory by
    trajectory.

    Args:
        operators: What they evolve under.
        state: Ket (N,) or density matrix (N, N) at the start.
        time: When they begin, in seconds.
        duration: Seconds to run.
        trajectories: How many.
        interval: Seconds between output rows.
        seed: Root seed.
        options: How to integrate.
        target: State whose first landing is wanted, or −1.
    """
    rows = math.floor(duration / interval * (1 + 1e-12))
    outputs = interval * np.arange(0.0, rows + 1)
    end = max(duration, float(outputs[-1]))
    weights, kets = _pure_components(state)
    start = Start(operators, weights, kets, time, end, seed, options)
    if _worth_tables(start, trajectories):
        sums = _from_tables(start, outputs, trajectories, target)
    else:
        sums = _one_by_one(start, outputs, trajectories, target)
    mean = sums.populations / trajectories
    return EnsembleResult(
        operators.emojis,
        time + outputs,
        mean,
        _standard_error(mean, sums.squares, trajectories),
        trajectories,
        sums.jump_counts,
        sums.first_jumps,
        sums.first_landings,
        seed,
        start,
    )


def _worth_tables(start: Start, trajectories: int) -> bool:
    from spacewheat_sim.quantum.renewal.tables import table_bytes

    generator = start.operators.generator
    if not start.operators.drive.is_static or generator.jump_rates.size == 0:
        return False
    size = table_bytes(
        generator.dimension, start.weights.size, start.duration, generator.ket_bound
    )
    return trajectories >= generator.dimension and size <= MOST_TABLE_BYTES


def _from_tables(
    start: Start, outputs: FloatArray, trajectories: int, target: int
) -> TrajectorySums:
    # Loaded here: the tables' linear algebra is not for every start-up to wait for.
    from spacewheat_sim.quantum.renewal.process import run_process
    from spacewheat_sim.quantum.renewal.tables import build_tables

    operators = start.operators
    tables = build_tables(
        operators.generator,
        operators.hamiltonian.toarray(),
        start.kets,
        start.duration,
        start.options.tolerance,
    )
    return run_process(
        tables,
        operators.generator,
        start.weights,
        outputs,
        start.duration,
        seeding.trajectory_key(start.seed),
        trajectories,
        target,
    )


def _one_by_one(
    start: Start, outputs: FloatArray, trajectories: int, target: int
) -> TrajectorySums:
    generator = start.operators.generator
    shape = (outputs.size, generator.dimension)
    total, square, populations = np.zeros(shape), np.zeros(shape), np.empty(shape)
    counts = np.zeros(generator.jump_rates.size, dtype=np.int64)
    first_jumps = np.full(trajectories, math.inf)
    landings = np.full(trajectories, math.inf)
    for number in range(trajectories):
        trajectory = start.trajectory(number)
        populations[0] = trajectory.populations()
        jumps = trajectory.advance(
            start.time, start.duration, 1, outputs[1:], populations[1:]
        )
        for jump in jumps:
            counts[jump.channel] += 1
            waited = jump.time - start.time
            first_jumps[number] = min(first_jumps[number], waited)
            if generator.jump_targets[jump.channel] == target:
                landings[number] = min(landings[number], waited)
        total += populations
        square += populations * populations
    return TrajectorySums(total, square, counts, first_jumps, landings)


def _pure_components(state: ComplexArray) -> tuple[FloatArray, ComplexArray]:
    """Return weights (M,) and kets (M, N) of which ``state`` is the mixture."""
    if state.ndim == 1:
        return np.ones(1), state[None, :]
    eigenvalues, vectors = np.linalg.eigh(state)
    likely = eigenvalues > 1e-15
    weights = eigenvalues[likely]
    return weights / weights.sum(), np.ascontiguousarray(vectors.T[likely])


def _standard_error(mean: FloatArray, square: FloatArray, count: int) -> FloatArray:
    if count == 1:
        return np.full_like(mean, math.inf)
    variance = np.clip(square / count - mean * mean, 0.0, None)
    return np.asarray(np.sqrt(variance / (count - 1)))
