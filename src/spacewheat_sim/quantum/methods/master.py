"""The master equation: deterministic evolution of a density matrix."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Protocol

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.quantum.drive import Drive
from spacewheat_sim.quantum.evolution import FRESH_CLOCK, ActiveSet, Jump, JumpClock
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.kernels.taylor_density import normalize_density
from spacewheat_sim.quantum.methods.output_rows import OutputRows, write_rows
from spacewheat_sim.quantum.series.aligned import aligned_zeros
from spacewheat_sim.quantum.series.density_faber import FaberDensity
from spacewheat_sim.quantum.series.density_squared import SquaredDensity, worth_reach
from spacewheat_sim.quantum.series.density_taylor import NEGLECTED, TaylorDensity
from spacewheat_sim.quantum.states import density_matrix
from spacewheat_sim.quantum.stepping import LARGEST_REACH, Elapsed, check_cost

__all__ = ["NEGLECTED", "MasterEquation", "padded_width"]


LANES = 8  # doubles in a vector register: rows are padded to whole registers
CACHE_STRIDE = 64  # doubles between addresses that compete for one place in the cache


class DensitySeries(Protocol):
    """A density matrix over one step or interval, known at every time inside it."""

    def advance(self, re: FloatArray, im: FloatArray, time: float, h: float) -> float:
        """Advance ρ, two (N, L), in place by at most ``h``; return the step taken.

        It is 0, and ρ as it was, where the series does not serve.
        """

    def populations(self, times: FloatArray, out: FloatArray) -> None:
        """Write ρ_ii at ``times`` (T,) since the step's start, (T, N)."""


class MasterEquation:
    """dρ/dt = −i[H, ρ] + Σ (LρL† − ½ {L†L, ρ}), trace kept at 1.

    What one Taylor series can span (‖L‖h ≤ 6), and all that is driven, is stepped by
    such series. Longer intervals of a static bath take one Faber series each, which
    needs about one product Lρ per unit of ‖L‖t where Taylor's needs four or more; stiff
    ones take powers of a propagator.
    """

    clock: JumpClock = FRESH_CLOCK
    active: ActiveSet | None = None

    def __init__(
        self, generator: Generator, drive: Drive, state: ComplexArray, tolerance: float
    ) -> None:
        """Start from a density matrix (N, N), or from a ket (N,)."""
        self._generator = generator
        self._is_static = drive.is_static
        self._tolerance = tolerance
        self._width = padded_width(generator.dimension)
        self._taylor = TaylorDensity(generator, drive, self._width, tolerance)
        self._stiff = worth_reach(generator)
        self._re: FloatArray = aligned_zeros(generator.dimension, self._width)
        self._im: FloatArray = aligned_zeros(generator.dimension, self._width)
        self.state = density_matrix(state)

    @property
    def state(self) -> ComplexArray:
        """The density matrix, (N, N), a copy."""
        n = self._re.shape[0]
        return np.asarray(self._re[:, :n] + 1j * self._im[:, :n])

    @state.setter
    def state(self, rho: ComplexArray) -> None:
        n = rho.shape[0]
        self._re[:, :n] = (rho.real + rho.real.T) / 2
        self._im[:, :n] = (rho.imag - rho.imag.T) / 2

    def memory(self) -> tuple[bytes, bytes]:
        """Return a copy of what :meth:`advance` changes."""
        return self._re.tobytes(), self._im.tobytes()

    def recall(self, memory: tuple[bytes, bytes]) -> None:
        """Be as one was when :meth:`memory` was called."""
        re, im = map(np.frombuffer, memory)
        self._re[:] = re.reshape(self._re.shape)
        self._im[:] = im.reshape(self._im.shape)

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

        See :class:`Evolver`.
        """
        duration = steps * dt
        elapsed, longest, rows = Elapsed(duration), duration, None
        if offsets is not None and out is not None:
            rows = OutputRows(offsets, out, duration)
        while (begin := elapsed.done) < duration:
            series, h = self._step(time + begin, min(elapsed.left(), longest))
            if isinstance(series, FaberDensity):
                longest = h  # where a longer one failed, it would again
            reached = elapsed.add(h)
            self._turn(h)
            if rows is not None:
                times, places = rows.due(reached)
                write_rows(series, times - begin, places, self._generator.qubits)
                np.maximum(places, 0.0, out=places)  # as in the state itself
            normalize_density(self._re, self._im)
        return []

    def _step(self, time: float, interval: float) -> tuple[DensitySeries, float]:
        """Advance by at most ``interval``; return the series that did, and its step.

        Raises:
            RunError: the interval is too stiff for double precision.
        """
        for series in self._series(interval):
            h = series.advance(self._re, self._im, time, interval)
            if h > 0.0:
                break
            check_cost(self._generator.density_bound, interval)
        return series, h

    def _series(self, interval: float) -> Iterator[DensitySeries]:
        """Yield what takes an interval of so many seconds, the cheapest first."""
        reach = interval * self._generator.density_bound
        if reach <= LARGEST_REACH or not self._is_static:
            yield self._taylor
            return
        if reach > self._stiff:
            yield self._squared
        yield self._faber

    def _turn(self, h: float) -> None:
        """Add the phases that the generator leaves out over ``h`` seconds."""
        if self._generator.has_parts:
            n = self._re.shape[0]
            rho = self._generator.turned_densities(self.state, h)
            self._re[:, :n], self._im[:, :n] = rho.real, rho.imag

    @cached_property
    def _faber(self) -> FaberDensity:
        return FaberDensity(self._generator, self._width)

    @cached_property
    def _squared(self) -> SquaredDensity:
        return SquaredDensity(self._generator, self._tolerance)


def padded_width(n: int) -> int:
    """Return the length of a padded row: whole registers, and columns kept apart.

    Reading down a column of rows that are a multiple of 512 bytes long would use only
    a few places of the cache.
    """
    width = -(-n // LANES) * LANES
    return width + LANES if width % CACHE_STRIDE == 0 else width
