"""Many density matrices under the same master equation and clock."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.quantum.batch import kernels
from spacewheat_sim.quantum.drive import Drive, Reach
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.master import NEGLECTED, padded_width
from spacewheat_sim.quantum.trajectory import (
    LARGEST_REACH,
    MOST_TERMS,
    SERIES_SHARE,
    Jump,
    shorter_step,
)

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
ComplexArray = NDArray[np.complex128]


class DensityBatch:
    """B density matrices, stepped together."""

    def __init__(
        self, generator: Generator, drive: Drive, tolerance: float, states: ComplexArray
    ) -> None:
        """Start from density matrices (B, N, N)."""
        count, n = states.shape[:2]
        self._generator = generator
        self._drive = drive
        self._tolerance = tolerance * SERIES_SHARE
        self._re = np.zeros((count, n, padded_width(n)))
        self._im = np.zeros_like(self._re)
        bound = generator.density_bound
        self._reach = Reach(LARGEST_REACH, bound, weight=2.0)
        self._longest = LARGEST_REACH / bound if bound else math.inf
        self.set(np.arange(count), states)

    def get(self, which: NDArray[np.intp]) -> ComplexArray:
        """Return the density matrices of the baths ``which``, (W, N, N)."""
        n = self._re.shape[1]
        return np.asarray(self._re[which, :, :n] + 1j * self._im[which, :, :n])

    def set(self, which: NDArray[np.intp], states: ComplexArray) -> None:
        """Put density matrices (W, N, N) in the place of those of ``which``."""
        n = self._re.shape[1]
        self._re[which, :, :n] = (states.real + states.real.transpose(0, 2, 1)) / 2
        self._im[which, :, :n] = (states.imag - states.imag.transpose(0, 2, 1)) / 2

    def restart_clocks(self, which: NDArray[np.intp]) -> None:
        """Begin new histories: a density matrix keeps nothing of the old."""

    def populations(self) -> FloatArray:
        """Return ρ_ii, (B, N)."""
        return np.asarray(self._re.diagonal(axis1=1, axis2=2).copy())

    def blocks(self, n: int, s: int) -> tuple[FloatArray, FloatArray, ComplexArray]:
        """Return p_n, p_s and ρ_ns of all baths, each (B,)."""
        rho_ns = self._re[:, n, s] + 1j * self._im[:, n, s]
        return self._re[:, n, n].copy(), self._re[:, s, s].copy(), rho_ns

    def advance(
        self, time: float, duration: float, chosen: BoolArray
    ) -> list[tuple[int, Jump]]:
        """Evolve the ``chosen`` (B,) baths; there are no jumps."""
        done = 0.0
        while done < duration:
            h = self._step(time + done, duration - done, chosen)
            done = duration if h >= duration - done else done + h
        return []

    def _step(self, time: float, h: float, chosen: BoolArray) -> float:
        g = self._generator
        bound, series = g.density_bound, np.empty((0, 1))
        h = min(h, self._longest)
        driven = not self._drive.is_static
        before = (self._re.copy(), self._im.copy()) if driven else None
        while True:
            if driven:
                h, series, bound = self._drive.series(
                    time, h, self._reach, self._tolerance
                )
            converged = kernels.batch_density_step(
                g.static,
                g.feed,
                self._drive.states,
                series,
                self._re,
                self._im,
                h,
                bound,
                NEGLECTED,
                MOST_TERMS,
                chosen,
            )
            if converged:
                return h
            h = shorter_step(self._drive, h, bound, time)
            if before is not None:
                self._re[:], self._im[:] = before
