"""Averages over quantum trajectories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.arrays import FloatArray, IntArray
from spacewheat_sim.engine.analysis.table import Cell, Tabular
from spacewheat_sim.engine.bath.arguments import checked_count, checked_instance
from spacewheat_sim.engine.bath.ensemble.errors import standard_error, unseen_chance
from spacewheat_sim.engine.bath.ensemble.measurements import ScheduledMeasurement
from spacewheat_sim.engine.bath.ensemble.start import Start
from spacewheat_sim.engine.bath.recordings import exchange
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.ensembles.moments import Moments
from spacewheat_sim.quantum.evolution import Jump

if TYPE_CHECKING:
    import xarray


class Run(NamedTuple):
    """Trajectories of one seed.

    Attributes:
        start: What they began from.
        numbers: Which of its trajectories they are, in order.
    """

    start: Start
    numbers: tuple[range, ...]


@dataclass(frozen=True, repr=False)
class EnsembleResult(Tabular):
    """Mean populations over trajectories, at T times from the start on.

    Attributes:
        emojis: The N emojis, in basis order.
        time: Seconds, (T,); the first rows, if an interrupted one knows no others.
        populations: Mean over trajectories, (T, N).
        deviations: Σ (x − x̄)² of them over trajectories, (T, N).
        trajectories: How many were averaged, B.
        jump_counts: Jumps per channel, summed over trajectories, (K,).
        first_jumps: Seconds from the start to each trajectory's first jump, infinite
            for those that made none, (B,).
        first_passages: Seconds to each trajectory's first landing on the emoji that
            was asked for, infinite for those that never did, (B,).
        first_passage: That emoji, as the bath calls it, or None.
        outcomes: Outcome of each of Q measurements in each trajectory, (Q, B): 1 for
            north, −1 for south, 0 for neither.
        runs: What the trajectories began from, and which they are, by seed.
    """

    emojis: tuple[str, ...]
    time: FloatArray
    populations: FloatArray
    deviations: FloatArray
    trajectories: int
    jump_counts: IntArray
    first_jumps: FloatArray
    first_passages: FloatArray
    first_passage: str | None
    outcomes: NDArray[np.int8]
    runs: tuple[Run, ...] = field(repr=False)

    @property
    def measurements(self) -> tuple[ScheduledMeasurement, ...]:
        """What every trajectory underwent, Q measurements in order of time."""
        return self.runs[0].start.measurements

    @property
    def seeds(self) -> tuple[int, ...]:
        """Root seed of each ensemble of which this one is made."""
        return tuple(run.start.seed for run in self.runs)

    @property
    def seed(self) -> int:
        """Root seed of the streams; of a merged ensemble, that of its first part."""
        return self.runs[0].start.seed

    @cached_property
    def standard_error(self) -> FloatArray:
        """Standard error of the mean populations, (T, N); infinite for one trajectory.

        SE² = Σ (x − x̄)² / (B (B − 1)) + min(q, 1/B) (2 d)² / B. The second part is for
        what B trajectories have not shown: a bound q on the chance of events seen less
        than 50 times, and the largest change d = max(x̄, 1 − x̄). It is 0 where nothing
        can happen; see :mod:`spacewheat_sim.engine.bath.ensemble.errors`.
        """
        start = self.runs[0].start
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

    def to_xarray(self) -> xarray.Dataset:
        """Return means and standard errors over ``time`` and ``emoji``.

        Raises:
            RunError: xarray is not installed, which the extra ``analysis`` does.
        """
        dims = ("time", "emoji")
        variables = {
            "populations": (dims, self.populations, {"units": "1"}),
            "standard_error": (dims, self.standard_error, {"units": "1"}),
        }
        found = exchange.dataset(self.time, variables, {"emoji": list(self.emojis)})
        return found.assign_attrs(trajectories=self.trajectories, seed=self.seed)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        columns = {"time": self.time}
        for place, emoji in enumerate(self.emojis):
            columns[f"population {emoji}"] = self.populations[:, place]
            columns[f"standard_error {emoji}"] = self.standard_error[:, place]
        return exchange.arrow_stream(columns, requested_schema)

    def table(self) -> tuple[str, Sequence[str], Sequence[Sequence[Cell]]]:
        """Return the first, last, mean, least and largest value of each population."""
        title = (
            f"{self.trajectories:,} trajectories, {self.time.size} rows from "
            f"{self.time[0]:g} to {self.time[-1]:g} s"
        )
        return exchange.population_table(title, self.emojis, self.populations)

    def merge(self, other: EnsembleResult) -> EnsembleResult:
        """Return the ensemble of the trajectories of both, these first.

        Raises:
            ArgumentError: ``other`` is no ensemble, or one of another start, other
                operators, times or measurements, or shares a seed with this one.
        """
        checked_instance(other, EnsembleResult, "other")
        difference = self._differs_in(other)
        if difference is not None:
            raise ArgumentError(
                "Argument `other` must be an ensemble of the same operators, from the "
                "same state and time, with the same rows and measurements, but has "
                f"{difference}"
            )
        shared = sorted(set(self.seeds) & set(other.seeds))
        if shared:
            raise ArgumentError(
                f"Argument `other` must have trajectories of its own, but both "
                f"ensembles have those of seed {shared[0]}"
            )
        both = self._moments.merge(other._moments)
        return replace(
            self,
            populations=np.maximum(both.mean, 0.0),
            deviations=both.deviations,
            trajectories=self.trajectories + other.trajectories,
            jump_counts=self.jump_counts + other.jump_counts,
            first_jumps=np.append(self.first_jumps, other.first_jumps),
            first_passages=np.append(self.first_passages, other.first_passages),
            outcomes=np.append(self.outcomes, other.outcomes, axis=1),
            runs=self.runs + other.runs,
        )

    def _differs_in(self, other: EnsembleResult) -> str | None:
        """Return in what ``other`` differs but for its seeds; None if in nothing."""
        found = self.runs[0].start.differs_in(other.runs[0].start)
        if found is None and not np.array_equal(self.time, other.time):
            return f"other rows, {other.time.size} where this one has {self.time.size}"
        if found is None and self.first_passage != other.first_passage:
            names = other.first_passage or "none", self.first_passage or "none"
            return "the first passage {} where this one has {}".format(*names)
        return found

    @property
    def outcome_counts(self) -> IntArray:
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
        for run in self.runs:
            for numbers in run.numbers:
                if which < len(numbers):
                    return run.start.history(numbers[which])
                which -= len(numbers)
        raise IndexError(number)  # there are as many numbers as trajectories
