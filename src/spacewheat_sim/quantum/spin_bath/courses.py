"""How the two branches part, as `crossing` asks for it, by either method."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.quantum.spin_bath import kernels
from spacewheat_sim.quantum.spin_bath.model import SpinBath, norm
from spacewheat_sim.quantum.spin_bath.product import BLOCK, log_overlaps
from spacewheat_sim.quantum.spin_bath.state_vector import (
    BranchSeries,
    branch_series,
)

# Moments of a spin's period at which its overlap is looked at.
MOMENTS = 512


class ProductCourse:
    """Where the spins of the environment do not meet: equal ones count as one."""

    def __init__(self, bath: SpinBath) -> None:
        """Find the spins that differ in coupling or start."""
        kinds = np.column_stack([bath.couplings, bath.spinors.real, bath.spinors.imag])
        _, first, counts = np.unique(
            kinds, axis=0, return_index=True, return_counts=True
        )
        self._counts = counts.astype(np.float64)
        spinors = bath.spinors[first]
        self._bath = SpinBath(bath.couplings[first], bath.field, 0.0, spinors)
        self.speed = 2.0 * norm(bath.couplings)
        self.at_once = int(np.clip(BLOCK // len(first), 4, 2**14))
        turns = np.hypot(self._bath.couplings, bath.field)
        fastest = float(turns.max())
        alike = fastest == float(turns.min()) > 0.0
        self.period = math.pi / fastest if alike else math.inf
        self.farthest = self._farthest(turns)

    @property
    def kinds(self) -> int:
        """How many spins differ."""
        return int(self._counts.size)

    def _farthest(self, turns: FloatArray) -> float:
        """Return the angle if every spin were at its least overlap, each with its own.

        |⟨e₋|e₊⟩| repeats after π/ω, and its angle changes no faster than 2 |g|.
        """
        if self.kinds * MOMENTS > BLOCK:
            return float(0.5 * np.pi)
        total = 0.0
        for k, count in enumerate(self._counts):
            one = slice(k, k + 1)
            spin = SpinBath(
                self._bath.couplings[one],
                self._bath.field,
                0.0,
                self._bath.spinors[one],
            )
            turn = float(turns[k])
            period = math.pi / turn if turn > 0.0 else math.inf
            if period == math.inf:  # it does not turn in any time that there is
                continue
            logs = log_overlaps(spin, np.linspace(0.0, period, MOMENTS))[0]
            slack = abs(spin.couplings[0]) * period / (MOMENTS - 1)
            angle = float(np.arccos(np.exp(logs.min()))) + slack
            if angle >= 0.5 * np.pi:
                return float(0.5 * np.pi)
            total += count * np.log(np.cos(angle))
        return float(np.arccos(np.exp(total)))

    def angles(self, times: FloatArray) -> FloatArray:
        """Return θ at ``times`` (T,)."""
        logs = self._counts @ log_overlaps(self._bath, times)
        return np.asarray(np.arccos(np.exp(np.minimum(logs, 0.0))))

    def advance(self, time: float) -> None:
        """Do nothing: every time is as near as any other."""


class StateCourse:
    """Where they do: both branches are evolved from the last time forgotten."""

    at_once = 8
    period = np.inf
    farthest = 0.5 * np.pi

    def __init__(self, bath: SpinBath) -> None:
        """Start at the time 0."""
        self.speed = 2.0 * float(np.sum(np.abs(bath.couplings)))
        self._branches: list[BranchSeries] = branch_series(bath)
        self._time = 0.0

    def angles(self, times: FloatArray) -> FloatArray:
        """Return θ at ``times`` (T,)."""
        ahead = np.asarray(times - self._time, dtype=np.float64)
        kets = [each.after(ahead) for each in self._branches]
        return np.array([_angle(rows) for rows in zip(*kets, strict=True)])

    def advance(self, time: float) -> None:
        """Evolve both branches up to ``time``."""
        for each in self._branches:
            each.advance(time - self._time)
        self._time = time


def _angle(kets: tuple[Any, ...]) -> float:
    """Return arccos |r| of E_+ and of the mirrored E_−, which may be the same."""
    overlap = kernels.mirrored_overlap(kets[-1], kets[0])
    return float(np.arccos(min(1.0, abs(overlap))))
