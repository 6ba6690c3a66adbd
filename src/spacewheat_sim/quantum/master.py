"""The master equation: deterministic evolution of a density matrix."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.quantum import kernels
from spacewheat_sim.quantum.drive import SERIES_TERMS, Drive, Reach
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.states import density_matrix
from spacewheat_sim.quantum.trajectory import (
    LARGEST_REACH,
    MOST_TERMS,
    SERIES_SHARE,
    Jump,
    check_time_resolution,
    shorter_step,
)

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]

# The series of a density matrix is carried to rounding: terms neglected above it would
# add up to negative probabilities over a million steps.
NEGLECTED = 1e-18
LANES = 4  # doubles in a vector register: rows are padded to whole registers
CACHE_STRIDE = 64  # doubles between addresses that compete for one place in the cache


class MasterEquation:
    """dρ/dt = −i[H, ρ] + Σ γ (ρ_ss |t⟩⟨t| − ½ {|s⟩⟨s|, ρ}), trace kept at 1."""

    def __init__(
        self, generator: Generator, drive: Drive, state: ComplexArray, tolerance: float
    ) -> None:
        """Start from a density matrix (N, N), or from a ket (N,)."""
        n = generator.dimension
        width = padded_width(n)
        self._generator = generator
        self._drive = drive
        self._tolerance = tolerance * SERIES_SHARE
        self._static_series = np.empty((0, 1))
        self._work = np.zeros((4, n, width))
        self._history = np.zeros((SERIES_TERMS, 2, drive.states.size, width))
        self._diagonals = np.empty((MOST_TERMS + 1, n))
        bound = generator.density_bound
        self._reach = Reach(LARGEST_REACH, bound, weight=2.0)
        self._longest = LARGEST_REACH / bound if bound else math.inf
        self.state = density_matrix(state)

    @property
    def state(self) -> ComplexArray:
        """The density matrix, (N, N), a copy."""
        n = self._re.shape[0]
        return np.asarray(self._re[:, :n] + 1j * self._im[:, :n])

    @state.setter
    def state(self, rho: ComplexArray) -> None:
        n = rho.shape[0]
        self._re = np.zeros((n, self._work.shape[2]))
        self._im = np.zeros_like(self._re)
        self._re[:, :n] = (rho.real + rho.real.T) / 2
        self._im[:, :n] = (rho.imag - rho.imag.T) / 2

    def populations(self) -> FloatArray:
        """Return ρ_ii, (N,)."""
        return self._re.diagonal().copy()

    def block(self, n: int, s: int) -> tuple[float, float, complex]:
        """Return p_n, p_s and ρ_ns of two states."""
        rho_ns = complex(self._re[n, s], self._im[n, s])
        return float(self._re[n, n]), float(self._re[s, s]), rho_ns

    def advance(
        self,
        time: float,
        dt: float,
        steps: int = 1,
        offsets: FloatArray | None = None,
        out: FloatArray | None = None,
    ) -> list[Jump]:
        """Evolve from ``time`` by ``steps`` · ``dt`` seconds; there are no jumps.

        Args:
            time: Present time in seconds.
            dt: Length of a step in seconds.
            steps: Number of steps.
            offsets: Sorted output times after ``time``, in (0, steps · dt], (T,).
            out: Receives the populations at them, (T, N).
        """
        duration = steps * dt
        check_time_resolution(self._generator.density_bound, duration)
        done, written = 0.0, 0
        while done < duration:
            remaining = duration - done
            h, order = self._step(time + done, remaining)
            reached = duration if h >= remaining else done + h
            if offsets is not None and out is not None:
                last = int(np.searchsorted(offsets, reached, side="right"))
                x = (offsets[written:last] - done) / h
                kernels.density_populations(
                    self._diagonals, order, x, out[written:last]
                )
                written = last
            done = reached
        return []

    def _step(self, time: float, h: float) -> tuple[float, int]:
        """Advance ρ by at most ``h``; return the step taken and its series' order."""
        g = self._generator
        h = min(h, self._longest)
        bound, series = g.density_bound, self._static_series
        driven = not self._drive.is_static
        before = (self._re.copy(), self._im.copy()) if driven else None
        while True:
            if driven:
                h, series, bound = self._drive.series(
                    time, h, self._reach, self._tolerance
                )
            order = kernels.density_step(
                g.static,
                g.feed,
                self._drive.states,
                series,
                self._re,
                self._im,
                h,
                bound,
                NEGLECTED,
                self._work,
                self._history,
                self._diagonals,
            )
            if order >= 0:
                break
            h = shorter_step(self._drive, h, bound, time)
            if before is not None:
                self._re[:], self._im[:] = before
        trace = float(np.trace(self._re))
        self._re /= trace
        self._im /= trace
        return h, order


def padded_width(n: int) -> int:
    """Return the length of a padded row: whole registers, and columns kept apart.

    Reading down a column of rows that are a multiple of 512 bytes long would use only
    a few places of the cache.
    """
    width = -(-n // LANES) * LANES
    return width + LANES if width % CACHE_STRIDE == 0 else width
