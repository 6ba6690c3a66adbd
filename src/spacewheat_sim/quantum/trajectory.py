"""Quantum trajectories: a ket's no-jump evolution, broken by quantum jumps."""

from __future__ import annotations

import math
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.errors import RunError
from spacewheat_sim.quantum import kernels
from spacewheat_sim.quantum.drive import Drive, Reach
from spacewheat_sim.quantum.generator import Generator

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]

# Most terms of one step's series, and the largest ‖A‖h that it is asked to span:
# there it costs least per second and loses less than one digit to rounding.
MOST_TERMS = 60
LARGEST_REACH = 6.0
# Share of the tolerance that the neglected terms of the series may take.
SERIES_SHARE = 1e-2


class Jump(NamedTuple):
    """A quantum jump through ``channel`` at ``time`` in seconds."""

    time: float
    channel: int


class KetSeries(Protocol):
    """The no-jump evolution over one step, known at every time inside it."""

    end: FloatArray

    def expand(self, psi: FloatArray, time: float, h: float) -> tuple[float, float]:
        """Expand from ``psi`` (2N,); return the step taken, ≤ h, and ‖ψ‖² at its end.

        The normalized ket at the end is left in ``end`` (2N,).
        """

    def crossing(self, target: float, out: FloatArray) -> float:
        """Return the x where ‖ψ(x)‖² falls to ``target``; write ψ(x) to ``out``."""

    def populations(self, x: FloatArray, out: FloatArray) -> None:
        """Write the normalized populations at ``x`` (T,) to ``out`` (T, N)."""


class FullKetSeries:
    """The no-jump evolution dψ/dt = (−iH(t) − Γ/2) ψ on all N states."""

    def __init__(self, generator: Generator, drive: Drive, tolerance: float) -> None:
        """Allocate the work space; ``tolerance`` is per second, in populations."""
        n = generator.dimension
        self._generator = generator
        self._drive = drive
        self._tolerance = tolerance * SERIES_SHARE
        self._static_series = np.empty((0, 1))
        self._coefficients = np.empty((MOST_TERMS + 1, 2 * n))
        self._order = 0
        self.end = np.empty(2 * n)
        bound = generator.ket_bound
        self._reach = Reach(LARGEST_REACH, bound, weight=1.0)
        self._longest = LARGEST_REACH / bound if bound else math.inf

    def expand(self, psi: FloatArray, time: float, h: float) -> tuple[float, float]:
        """Expand from ``psi``; see :class:`KetSeries`."""
        g = self._generator
        bound, series = g.ket_bound, self._static_series
        h = min(h, self._longest)
        if not self._drive.is_static:
            h, series, bound = self._drive.series(
                time, h, self._reach, self._tolerance
            )
        self._order, survival = kernels.ket_step(
            g.indptr,
            g.indices,
            g.re,
            g.im,
            g.energy,
            g.half_decay,
            self._drive.states,
            series,
            psi,
            h,
            bound,
            self._tolerance * h,
            self._coefficients,
            self.end,
        )
        if self._order < 0:
            raise not_finite(time)
        return h, survival

    def crossing(self, target: float, out: FloatArray) -> float:
        """Return where the norm falls to ``target``; see :class:`KetSeries`."""
        return float(
            kernels.ket_crossing(self._coefficients, self._order, target, out)
        )

    def populations(self, x: FloatArray, out: FloatArray) -> None:
        """Write populations inside the step; see :class:`KetSeries`."""
        kernels.ket_populations(self._coefficients, self._order, x, out)


def not_finite(time: float) -> RunError:
    """Return the error for a series that does not converge: its terms overflow."""
    return RunError(
        f"The state is no longer finite at t = {time:g} s: some energy or rate is too "
        "large for double precision"
    )


class Trajectory:
    """One quantum trajectory (Monte Carlo wave function).

    Between jumps ψ obeys dψ/dt = (−iH − Γ/2) ψ and is normalized; its survival
    probability S(t) = ‖ψ̃(t)‖² falls until it meets a threshold drawn uniformly from
    (0, 1]. There channel k is drawn with weight γ_k |ψ_{s_k}|², the ket becomes
    |t_k⟩, and a new threshold is drawn. The mean over trajectories of |ψ⟩⟨ψ| obeys
    the master equation (Dalibard, Castin, Mølmer, Phys. Rev. Lett. 68, 580, 1992).
    """

    def __init__(
        self,
        generator: Generator,
        series: KetSeries,
        psi: ComplexArray,
        rng: np.random.Generator,
    ) -> None:
        """Start from the normalized ket ``psi`` (N,), drawing from ``rng``."""
        self._rng = rng
        self.use(generator, series)
        self.state = psi

    def use(self, generator: Generator, series: KetSeries) -> None:
        """Go on under other operators from the same state."""
        self._generator = generator
        self._series = series
        self._jumps = generator.jump_rates.size > 0

    @property
    def state(self) -> ComplexArray:
        """The normalized ket, (N,), a copy."""
        return self._psi.view(np.complex128).copy()

    @state.setter
    def state(self, psi: ComplexArray) -> None:
        self._psi = np.array(psi, dtype=np.complex128).view(np.float64)

    @property
    def clock(self) -> tuple[float, float]:
        """Survival since the last jump, and the threshold it falls to (0: undrawn)."""
        return self._survival, self._threshold

    @clock.setter
    def clock(self, value: tuple[float, float]) -> None:
        self._survival, self._threshold = value

    _survival = 1.0
    _threshold = 0.0

    def restart_clock(self) -> None:
        """Forget how long the present state has survived: a new history begins."""
        self._survival, self._threshold = 1.0, 0.0

    def populations(self) -> FloatArray:
        """Return |ψ_i|², (N,)."""
        pairs = self._psi.reshape(-1, 2)
        return np.asarray(np.einsum("ij,ij->i", pairs, pairs))

    def advance(
        self,
        time: float,
        duration: float,
        offsets: FloatArray | None = None,
        out: FloatArray | None = None,
    ) -> list[Jump]:
        """Evolve from ``time`` for ``duration`` seconds; return the jumps.

        Args:
            time: Present time in seconds.
            duration: Seconds to evolve.
            offsets: Sorted output times after ``time``, in (0, duration], (T,).
            out: Receives the populations at them, (T, N).
        """
        jumps: list[Jump] = []
        done, written = 0.0, 0
        while done < duration:
            remaining = duration - done
            h, survival = self._series.expand(self._psi, time + done, remaining)
            reached = duration if h >= remaining else done + h
            jump_at = None
            if self._jumps:
                if self._threshold == 0.0:
                    self._threshold = 1.0 - self._rng.random()
                if self._survival * survival <= self._threshold:
                    jumped = np.empty_like(self._psi)
                    target = self._threshold / self._survival
                    jump_at = self._series.crossing(target, jumped)
                    reached = min(done + jump_at * h, duration)
            if offsets is not None and out is not None:
                last = int(np.searchsorted(offsets, reached, side="right"))
                if last > written:
                    x = (offsets[written:last] - done) / h
                    self._series.populations(x, out[written:last])
                    written = last
            if jump_at is None:
                self._psi[:] = self._series.end
                self._survival *= survival
            else:
                channel = self._jump(jumped)
                if channel is not None:
                    jumps.append(Jump(time + reached, channel))
            done = reached
        return jumps

    def _jump(self, psi: FloatArray) -> int | None:
        """Draw the channel from the unnormalized ket ``psi`` and jump."""
        g = self._generator
        pairs = psi.reshape(-1, 2)
        weights = g.jump_rates * np.einsum("ij,ij->i", pairs, pairs)[g.jump_sources]
        cumulative = np.cumsum(weights)
        self.restart_clock()
        if not cumulative[-1] > 0.0:
            # Rounding alone brought the survival down: nothing can decay.
            self._psi = psi / np.linalg.norm(psi)
            return None
        draw = self._rng.random() * cumulative[-1]
        channel = int(np.searchsorted(cumulative, draw, side="right"))
        channel = min(channel, int(np.flatnonzero(weights)[-1]))
        self._psi = np.zeros_like(psi)
        self._psi[2 * int(g.jump_targets[channel])] = 1.0
        return channel
