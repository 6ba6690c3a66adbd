"""An ensemble whose trajectories run one after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import FloatArray, IntArray
from spacewheat_sim.engine.bath.ensemble.start import EnsemblePlan, SingleRun
from spacewheat_sim.quantum.ensembles.moments import Moments
from spacewheat_sim.quantum.ensembles.sums import TrajectorySums, of_numbers


class Sums(NamedTuple):
    """What the first of them add up to.

    Attributes:
        number: How many they are.
        populations: Σ (x − r) at the output times, (T, N); r is the first one's.
        squares: Σ (x − r)², (T, N).
        jump_counts: Jumps per channel, (K,).
    """

    number: int
    populations: FloatArray
    squares: FloatArray
    jump_counts: IntArray


class SingleTrajectories:
    """Trajectories that run one after the other."""

    def __init__(self, plan: EnsemblePlan) -> None:
        start, outputs, trajectories, target = plan
        self._start, self._outputs, self._count = start, outputs, trajectories
        self._reference = np.zeros((outputs.size, len(start.operators)))
        self._lands = start.operators.lands(target)
        channels = start.operators.generator.jumps.size
        self._sums = Sums(
            0,
            np.zeros_like(self._reference),
            np.zeros_like(self._reference),
            np.zeros(channels, dtype=np.int64),
        )
        self._first_jumps, self._first_landings = np.full((2, trajectories), np.inf)
        self._outcomes = np.zeros(
            (len(start.measurements), trajectories), dtype=np.int8
        )

    def run(self, tell: Callable[[float], object]) -> None:
        """Run all of them; ``tell`` hears the share that is done, from 0 to 1."""
        series = self._start.series()
        for number in range(self._count):
            lone = self._start.run(number, series, self._outputs)
            if number == 0:
                self._reference = lone.populations
            # What a request to stop would leave half done is put in place at once.
            self._sums = self._with(number, lone)
            tell((number + 1) / self._count)

    def sums(self) -> TrajectorySums | None:
        """Return the sums over those that have come to their end; None if none has."""
        number, populations, squares, jump_counts = self._sums
        if not number:
            return None
        numbers = (range(number),)
        return TrajectorySums(
            numbers,
            Moments.about(self._reference, number, populations, squares),
            jump_counts,
            of_numbers(self._first_jumps, numbers),
            of_numbers(self._first_landings, numbers),
            of_numbers(self._outcomes, numbers),
        )

    def _with(self, number: int, lone: SingleRun) -> Sums:
        """Return the sums with trajectory ``number``."""
        jump_counts = self._sums.jump_counts.copy()
        self._outcomes[:, number] = lone.outcomes
        for jump in reversed(lone.jumps):
            jump_counts[jump.channel] += 1
            self._first_jumps[number] = jump.time - self._start.time
            if self._lands[jump.channel]:
                self._first_landings[number] = jump.time - self._start.time
        off = lone.populations - self._reference
        return Sums(
            number + 1,
            self._sums.populations + off,
            self._sums.squares + off**2,
            jump_counts,
        )
