"""Averages over quantum trajectories."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.engine.arguments import check_room, checked_count, checked_instance
from spacewheat_sim.engine.ensemble_errors import standard_error, unseen_chance
from spacewheat_sim.engine.ensemble_measurements import ScheduledMeasurement
from spacewheat_sim.engine.ensemble_roads import run_trajectories
from spacewheat_sim.engine.ensemble_start import Start, pure_components
from spacewheat_sim.engine.operators import BathOperators
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.batch.histories.schedule import TimedMeasurement
from spacewheat_sim.quantum.renewal.moments import Moments
from spacewheat_sim.quantum.trajectory import Jump

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]

# Times that differ by this share of the duration are the same.
ROUNDING = 1e-12


@dataclass(frozen=True)
class EnsembleResult:
    """Mean populations over trajectories, at T times from the start on.

    Attributes:
        emojis: The N emojis, in basis order.
        time: Seconds, (T,).
        populations: Mean over trajectories, (T, N).
        deviations: Σ (x − x̄)² of them over trajectories, (T, N).
        trajectories: How many were averaged, B.
        jump_counts: Jumps per channel, summed over trajectories, (K,).
        first_jumps: Seconds from the start to each trajectory's first jump, infinite
            for those that made none, (B,).
        first_passages: Seconds to each trajectory's first landing on the emoji that
            was asked for, infinite for those that never did, (B,).
        measurements: What every trajectory underwent, Q measurements in order of time.
        outcomes: Outcome of each in each trajectory, (Q, B): 1 for north, −1 for
            south, 0 for neither.
        runs: What the trajectories began from, and how many did, by seed.
    """

    emojis: tuple[str, ...]
    time: FloatArray
    populations: FloatArray
    deviations: FloatArray
    trajectories: int
    jump_counts: NDArray[np.int64]
    first_jumps: FloatArray
    first_passages: FloatArray
    measurements: tuple[ScheduledMeasurement, ...]
    outcomes: NDArray[np.int8]
    runs: tuple[tuple[Start, int], ...] = field(repr=False)

    @property
    def seeds(self) -> tuple[int, ...]:
        """Root seed of each ensemble of which this one is made."""
        return tuple(start.seed for start, _ in self.runs)

    @property
    def seed(self) -> int:
        """Root seed of the streams; of a merged ensemble, that of its first part."""
        return self.runs[0][0].seed

    @cached_property
    def standard_error(self) -> FloatArray:
        """Standard error of the mean populations, (T, N); infinite for one trajectory.

        SE² = Σ (x − x̄)² / (B (B − 1)) + min(q, 1/B) (2 d)² / B. The second part is for
        what B trajectories have not shown: a bound q on the chance of events seen less
        than 50 times, and the largest change d = max(x̄, 1 − x̄). It is 0 where nothing
        can happen; see :mod:`spacewheat_sim.engine.ensemble_errors`.
        """
        start = self.runs[0][0]
        unseen = unseen_chance(
            start,
            self.time - start.time,
            self.first_jumps,
            self.jump_counts,
            self.outcome_counts,
        )
        return standard_error(self._moments, unseen)

    @property
    def _moments(self) -> Moments:
        count = np.array(self.trajectories, dtype=np.float64)
        return Moments(count, self.populations, self.deviations)

    def merge(self, other: EnsembleResult) -> EnsembleResult:
        """Return the ensemble of the trajectories of both, these first.

        Raises:
            ArgumentError: ``other`` is no ensemble, or one of another start, other
                operators, times or measurements, or shares a seed with this one.
        """
        checked_instance(other, EnsembleResult, "other")
        (start, _), (its, _) = self.runs[0], other.runs[0]
        if not (
            start.is_like(its)
            and self.emojis == other.emojis
            and np.array_equal(self.time, other.time)
        ):
            raise ArgumentError(
                "Argument `other` must be an ensemble of the same operators, from the "
                "same state and time, with the same rows and measurements"
            )
        shared = sorted(set(self.seeds) & set(other.seeds))
        if shared:
            raise ArgumentError(
                f"Argument `other` must have trajectories of its own, but both "
                f"ensembles have those of seed {shared[0]}"
            )
        both = self._moments.merge(other._moments)
        return EnsembleResult(
            self.emojis,
            self.time,
            np.maximum(both.mean, 0.0),
            both.deviations,
            self.trajectories + other.trajectories,
            self.jump_counts + other.jump_counts,
            np.append(self.first_jumps, other.first_jumps),
            np.append(self.first_passages, other.first_passages),
            self.measurements,
            np.append(self.outcomes, other.outcomes, axis=1),
            self.runs + other.runs,
        )

    @property
    def outcome_counts(self) -> NDArray[np.int64]:
        """How many trajectories gave north, south and neither, (Q, 3)."""
        each = [np.count_nonzero(self.outcomes == code, axis=1) for code in (1, -1, 0)]
        return np.stack(each, axis=1).astype(np.int64)

    def history(self, number: int) -> list[Jump]:
        """Return the jumps of one trajectory, by running it alone on its stream.

        Raises:
            ArgumentError: ``number`` is not from 0 to ``trajectories`` − 1.
        """
        which = checked_count(number, "number", at_least=0)
        if which >= self.trajectories:
            raise ArgumentError(
                f"Argument `number` must be below {self.trajectories}, the number of "
                f"trajectories, but is {which}"
            )
        run = 0
        while which >= self.runs[run][1]:
            which -= self.runs[run][1]
            run += 1
        return self.runs[run][0].history(which)


def run_ensemble(
    operators: BathOperators,
    state: ComplexArray,
    time: float,
    *,
    duration: float,
    trajectories: int,
    interval: float,
    seed: int,
    tolerance: float,
    max_step: float,
    target: int = -1,
    measurements: Sequence[ScheduledMeasurement] = (),
    schedule: Sequence[TimedMeasurement] = (),
) -> EnsembleResult:
    """Average ``trajectories`` runs from ``state`` at ``time``.

    Trajectory i draws from its own counter-based stream of ``seed``, whatever the
    others do. A mixed state is unravelled first: each trajectory starts in one of its
    eigenvectors, drawn with the eigenvalue as its weight.

    A static bath is a renewal process: its trajectories are drawn from tables, with
    waiting times and populations to the bath's tolerance. Those of a driven or a
    measured one, or of one whose tables would be too large or dearer than the
    trajectories, are evolved eight at a time, or, where a static bath is stiff, one by
    one by powers of propagators. All roads make the same draws, and their
    times agree to the tolerance, not to the bit: which one is cheaper depends on
    ``trajectories``, so a small ensemble is to the last bit the beginning of a large
    one only where both take the same road.

    Args:
        operators: What they evolve under.
        state: Ket (N,) or density matrix (N, N) at the start.
        time: When they begin, in seconds.
        duration: Seconds to run.
        trajectories: How many.
        interval: Seconds between output rows.
        seed: Root seed.
        tolerance: Error allowed in populations per second.
        max_step: Longest time in seconds between two looks at a driver's function.
        target: State whose first landing is wanted, or −1.
        measurements: What every trajectory undergoes, in order of time.
        schedule: The same by the states' indices; a row at the very time of one is of
            the state before it.
    """
    outputs = _output_times(duration, interval, len(operators))
    check_room(32.0 * trajectories, f"What is kept of {trajectories:,} trajectories")
    weights, kets = pure_components(state)
    start = Start(
        operators,
        weights,
        kets,
        time,
        duration,
        seed,
        tolerance,
        tuple(schedule),
        max_step,
    )
    sums = run_trajectories(start, outputs, trajectories, target)
    return EnsembleResult(
        operators.emojis,
        time + outputs,
        np.maximum(sums.populations.mean, 0.0),  # rounding may leave less
        sums.populations.deviations,
        trajectories,
        sums.jump_counts,
        sums.first_jumps,
        sums.first_landings,
        tuple(measurements),
        sums.outcomes,
        ((start, trajectories),),
    )


def _output_times(duration: float, interval: float, n: int) -> FloatArray:
    """Return the multiples of ``interval`` from 0 to ``duration``, (T,).

    One that is the end but for rounding is the end: each of N states has a row there.
    """
    count = duration / interval * (1 + ROUNDING)
    check_room(count * (16.0 * n + 8.0), f"An ensemble of {count:.3g} rows")
    times = interval * np.arange(0.0, math.floor(count) + 1)
    if abs(float(times[-1]) - duration) <= ROUNDING * duration:
        times[-1] = duration
    return np.asarray(times)
