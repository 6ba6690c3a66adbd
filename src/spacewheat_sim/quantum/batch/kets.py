"""Many quantum trajectories under the same operators and clock."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.quantum.batch import kernels
from spacewheat_sim.quantum.batch.kernels import LANES
from spacewheat_sim.quantum.batch.streams import BatchStreams
from spacewheat_sim.quantum.drive import Drive, Reach
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.trajectory import (
    LARGEST_REACH,
    MOST_TERMS,
    SERIES_SHARE,
    FullKetSeries,
    Jump,
    JumpClock,
    Trajectory,
    shorter_step,
)

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
ComplexArray = NDArray[np.complex128]


class KetBatch:
    """B trajectories, stepped together between jumps.

    A step of eight kets costs little more than that of one. Where a ket's survival
    meets its threshold, that one is taken through the step again by itself, as a
    single :class:`Trajectory` on its own stream: its jumps are those of a single bath.
    """

    def __init__(
        self,
        generator: Generator,
        drive: Drive,
        tolerance: float,
        kets: ComplexArray,
        streams: BatchStreams,
    ) -> None:
        """Start from normalized ``kets`` (B, N)."""
        count, n = kets.shape
        groups = -(-count // LANES)
        self._generator = generator
        self._drive = drive
        self._tolerance = tolerance * SERIES_SHARE
        self._count = count
        self._streams = streams
        self._psi = np.zeros((groups, n, 2, LANES))
        self._psi[:, 0, 0] = 1.0  # lanes beyond the last bath hold some ket too
        self._end = np.empty_like(self._psi)
        self._survival = np.ones((groups, LANES))
        self._single = FullKetSeries(generator, drive, tolerance)
        self.survival = np.ones(count)
        self.threshold = np.zeros(count)
        bound = generator.ket_bound
        self._reach = Reach(LARGEST_REACH, bound, weight=1.0)
        self._longest = LARGEST_REACH / bound if bound else math.inf
        self.set(np.arange(count), kets)

    def get(self, which: NDArray[np.intp]) -> ComplexArray:
        """Return the kets of the baths ``which``, (W, N)."""
        parts = self._psi[which // LANES, :, :, which % LANES]  # (W, N, 2)
        return parts[:, :, 0] + 1j * parts[:, :, 1]

    def set(self, which: NDArray[np.intp], kets: ComplexArray) -> None:
        """Put normalized ``kets`` (W, N) in the place of those of ``which``."""
        parts = np.stack((kets.real, kets.imag), axis=-1)
        self._psi[which // LANES, :, :, which % LANES] = parts

    def restart_clocks(self, which: NDArray[np.intp]) -> None:
        """Begin new histories for the baths ``which``."""
        self.survival[which] = 1.0
        self.threshold[which] = 0.0

    def populations(self) -> FloatArray:
        """Return |ψ_i|², (B, N)."""
        weights = (self._psi**2).sum(axis=2)  # (G, N, LANES)
        flat = weights.transpose(0, 2, 1).reshape(-1, weights.shape[1])
        return np.ascontiguousarray(flat[: self._count])

    def blocks(self, n: int, s: int) -> tuple[FloatArray, FloatArray, ComplexArray]:
        """Return p_n, p_s and ρ_ns = α_n α_s* of all baths, each (B,)."""
        north, south = (
            (self._psi[:, i, 0] + 1j * self._psi[:, i, 1]).reshape(-1)[: self._count]
            for i in (n, s)
        )
        return np.abs(north) ** 2, np.abs(south) ** 2, north * south.conj()

    def advance(
        self, time: float, duration: float, chosen: BoolArray
    ) -> list[tuple[int, Jump]]:
        """Evolve the ``chosen`` (B,) baths; return (bath, jump) in order of bath."""
        jumps: list[tuple[int, Jump]] = []
        done = 0.0
        while done < duration:
            h = self._expand(time + done, duration - done)
            jumps += self._commit(time + done, h, chosen)
            done = duration if h >= duration - done else done + h
        return jumps

    def _expand(self, time: float, h: float) -> float:
        """Compute the next step of all kets; return its length."""
        g = self._generator
        bound, series = g.ket_bound, np.empty((0, 1))
        h = min(h, self._longest)
        while True:
            if not self._drive.is_static:
                h, series, bound = self._drive.series(
                    time, h, self._reach, self._tolerance
                )
            converged = kernels.batch_ket_step(
                g.static,
                self._drive.states,
                series,
                self._psi,
                h,
                bound,
                self._tolerance * h,
                MOST_TERMS,
                self._end,
                self._survival,
            )
            if converged:
                return h
            h = shorter_step(self._drive, h, bound, time)

    def _commit(
        self, time: float, h: float, chosen: BoolArray
    ) -> list[tuple[int, Jump]]:
        """Take the computed step for all that do not jump in it, and jump the rest."""
        left = self._survival.reshape(-1)[: self._count]
        jumping = np.zeros(0, dtype=np.intp)
        if self._generator.jump_rates.size:
            undrawn = np.flatnonzero(chosen & (self.threshold == 0.0))
            if undrawn.size:
                self.threshold[undrawn] = 1.0 - self._streams.draw(undrawn)
            jumping = np.flatnonzero(chosen & (self.survival * left <= self.threshold))
        before = self.get(jumping)
        if chosen.all():
            self._psi, self._end = self._end, self._psi
        else:
            moved = np.flatnonzero(chosen)
            group, lane = moved // LANES, moved % LANES
            self._psi[group, :, :, lane] = self._end[group, :, :, lane]
        self.survival[chosen] *= left[chosen]
        jumps: list[tuple[int, Jump]] = []
        for b, ket in zip(jumping.tolist(), before, strict=True):
            # The survival before this step, as a single bath would have it.
            clock = JumpClock(self.survival[b] / left[b], self.threshold[b])
            jumps += [(b, jump) for jump in self._alone(b, ket, clock, time, h)]
        return jumps

    def _alone(
        self, b: int, ket: ComplexArray, clock: JumpClock, time: float, h: float
    ) -> list[Jump]:
        """Take one bath through a step in which it jumps."""
        trajectory = Trajectory(
            self._generator, self._single, ket, self._streams.of(b), clock
        )
        jumps = trajectory.advance(time, h)
        self.set(np.array([b]), trajectory.state[None])
        self.survival[b], self.threshold[b] = trajectory.clock
        return jumps
