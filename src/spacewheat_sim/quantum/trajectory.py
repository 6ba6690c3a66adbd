"""Quantum trajectories: a ket's no-jump evolution, broken by quantum jumps."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.errors import RunError
from spacewheat_sim.quantum import kernels
from spacewheat_sim.quantum.drive import Drive, Reach
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.output_rows import OutputRows
from spacewheat_sim.quantum.propagation.kets import FaberKetSeries
from spacewheat_sim.quantum.squaring.kets import SquaredKetSeries, worth_reach

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]

# Most terms of one step's series, and the largest ‖A‖h that it is asked to span:
# there it costs least per second and loses less than one digit to rounding.
MOST_TERMS = 60
LARGEST_REACH = 6.0
# Share of the tolerance that the neglected terms of the series may take.
SERIES_SHARE = 1e-3
# Outputs read off one series, beyond what Taylor's can span: a term of the series costs
# about as much in so many outputs as in the product that it comes from.
OUTPUTS = 16
# A drive's series may need more terms than there are: its step is then halved, down to
# this ‖A‖h, where only numbers that overflow still fail.
LEAST_REACH = 1e-6
# Products with the generator that one interval may cost, about as many as ‖A‖h.
MOST_PRODUCTS = 1e8
# Jumps of one step, and of one call, each of which takes up to 50 µs and is kept.
MOST_JUMPS_A_STEP, MOST_JUMPS = 100_000, 2_000_000


class Jump(NamedTuple):
    """A quantum jump through ``channel`` at ``time`` in seconds."""

    time: float
    channel: int


class JumpClock(NamedTuple):
    """How much of the ket has survived since the last jump, and when it ends.

    ``survival`` falls from 1; at ``threshold``, drawn when first needed (0 until
    then), the next jump happens.
    """

    survival: float
    threshold: float


FRESH_CLOCK = JumpClock(1.0, 0.0)


class UniformSource(Protocol):
    """A random stream, as a trajectory needs it; numpy's generators are such."""

    def random(self) -> float:
        """Return the next uniform number in [0, 1)."""


class KetSeries(Protocol):
    """The no-jump evolution over one step, known at every time inside it."""

    end: FloatArray

    def begin(self) -> None:
        """Forget what the steps of earlier intervals have shown."""

    def expand(self, psi: FloatArray, time: float, h: float) -> tuple[float, float]:
        """Expand from ``psi`` (N, 2); return the step taken, ≤ h, and ‖ψ‖² at its end.

        The normalized ket at the end is left in ``end`` (N, 2).
        """

    def crossing(self, target: float, out: FloatArray) -> float:
        """Return the x where ‖ψ(x)‖² falls to ``target``; write ψ(x) to ``out``."""

    def populations(self, x: FloatArray, out: FloatArray) -> None:
        """Write the normalized populations at ``x`` (T,) to ``out`` (T, N)."""

    def memory(self) -> Any:
        """Return a copy of what is remembered from step to step."""

    def recall(self, memory: Any) -> None:
        """Go on from what :meth:`memory` has returned."""


class TaylorKetSeries:
    """The no-jump evolution over one step as ψ(x) = Σ c_k xᵏ, driven or not."""

    def __init__(self, generator: Generator, drive: Drive, tolerance: float) -> None:
        """Allocate the work space; ``tolerance`` is per second, in populations."""
        n = generator.dimension
        self._generator = generator
        self._drive = drive
        self._tolerance = tolerance * SERIES_SHARE
        self._static_series = np.empty((0, 1))
        self._coefficients = np.empty((MOST_TERMS + 1, n, 2))
        self._order = 0
        self.end = np.empty((n, 2))
        bound = generator.ket_bound
        self._reach = Reach(LARGEST_REACH, bound, weight=1.0)
        self._longest = LARGEST_REACH / bound if bound else math.inf

    def expand(self, psi: FloatArray, time: float, h: float) -> tuple[float, float]:
        """Expand from ``psi``; see :class:`KetSeries`."""
        g = self._generator
        bound, series = g.ket_bound, self._static_series
        h = min(h, self._longest)
        while True:
            if not self._drive.is_static:
                h, series, bound = self._drive.series(
                    time, h, self._reach, self._tolerance
                )
            self._order, survival = kernels.ket_step(
                g.static,
                self._drive.states,
                series,
                psi,
                h,
                bound,
                self._tolerance * h,
                self._coefficients,
                self.end,
            )
            if self._order >= 0:
                return h, survival
            h = shorter_step(self._drive, h, bound, time)

    def crossing(self, target: float, out: FloatArray) -> float:
        """Return where the norm falls to ``target``; see :class:`KetSeries`."""
        return float(kernels.ket_crossing(self._coefficients, self._order, target, out))

    def populations(self, x: FloatArray, out: FloatArray) -> None:
        """Write populations inside the step; see :class:`KetSeries`."""
        kernels.ket_populations(self._coefficients, self._order, x, out)


class FullKetSeries:
    """The no-jump evolution dψ/dt = (−iH(t) − Γ/2) ψ on all N states.

    What one Taylor series can span (‖B‖h ≤ 6), and all that is driven, is stepped by
    such series; longer intervals of a static bath take Faber series, which need fewer
    products the longer they are, and stiff ones powers of a propagator.
    """

    def __init__(self, generator: Generator, drive: Drive, tolerance: float) -> None:
        """Prepare them; ``tolerance`` is per second, in populations."""
        self._generator = generator
        self._tolerance = tolerance
        self._taylor = TaylorKetSeries(generator, drive, tolerance)
        self._series: TaylorKetSeries | FaberKetSeries | SquaredKetSeries = self._taylor
        bound = generator.ket_bound if drive.is_static else 0.0
        self._short = LARGEST_REACH / bound if bound else math.inf
        self._stiff = worth_reach(generator) / bound if bound else math.inf
        self._squarable = math.inf
        self.end = self._taylor.end

    def begin(self) -> None:
        """Forget over how long squaring was too rough."""
        self._squarable = math.inf

    def expand(self, psi: FloatArray, time: float, h: float) -> tuple[float, float]:
        """Expand from ``psi``; see :class:`KetSeries`.

        Raises:
            RunError: the step is too stiff for double precision.
        """
        if h > self._short:
            for series in self._long_series(psi, h):
                taken, survival = series.expand(psi, h)
                if taken > 0.0:
                    self._series, self.end = series, series.end
                    return taken, survival
        self._series, self.end = self._taylor, self._taylor.end
        return self._taylor.expand(psi, time, h)

    def is_stiff(self, h: float) -> bool:
        """Return whether powers of a propagator take ``h`` seconds sooner."""
        return h > self._stiff

    def _long_series(
        self, psi: FloatArray, h: float
    ) -> Iterator[FaberKetSeries | SquaredKetSeries]:
        """Yield what may take an interval longer than Taylor's, the best one first."""
        # A ket that is about to jump needs no more than the time until then.
        soon = 1.0 / self._jump_rate(psi)
        if self.is_stiff(h) and self.is_stiff(soon) and h <= self._squarable:
            yield self._squared
            check_cost(self._generator.ket_bound, h)
            # Rounding grows with the interval: what is left of it is tried seldom.
            self._squarable = h / 4
        if self._faber.longest > self._short:
            yield self._faber

    def crossing(self, target: float, out: FloatArray) -> float:
        """Return where the norm falls to ``target``; see :class:`KetSeries`."""
        return self._series.crossing(target, out)

    def populations(self, x: FloatArray, out: FloatArray) -> None:
        """Write populations inside the step; see :class:`KetSeries`."""
        self._series.populations(x, out)

    def _jump_rate(self, psi: FloatArray) -> float:
        """Return Σ Γ_i |ψ_i|², the present rate of jumps in 1/s; tiny, never 0."""
        weights = np.einsum("ij,ij->i", psi, psi)
        return max(float(self._generator.decay @ weights), sys.float_info.min)

    def memory(self) -> None:
        """Remember nothing: every step begins anew from its ket."""

    def recall(self, memory: None) -> None:
        """Go on: there is nothing to recall."""

    @cached_property
    def _faber(self) -> FaberKetSeries:
        return FaberKetSeries(self._generator)

    @cached_property
    def _squared(self) -> SquaredKetSeries:
        return SquaredKetSeries(self._generator, self._taylor, self._tolerance)


def check_cost(bound: float, duration: float) -> None:
    """Refuse what no propagator could follow and a series would follow for too long.

    Raises:
        RunError: ``bound``, on the generator's norm, is too large.
    """
    if bound * duration > MOST_PRODUCTS:
        raise RunError(
            f"Energies and rates of {bound:.3g} /s are too large to be followed over "
            f"{duration:g} s at once: double precision does not hold so many turns, "
            f"and a series would need more than {MOST_PRODUCTS:g} products"
        )


def longer(done: float, lost: float, h: float) -> tuple[float, float]:
    """Return ``done`` + ``lost`` + ``h`` as a sum and what rounding left out of it.

    Millions of steps whose lengths are rounded against the time already done would
    shift it by more than an oscillation.
    """
    step = h + lost
    total = done + step
    return total, step - (total - done)


def check_time_resolution(bound: float, duration: float) -> None:
    """Refuse rates whose steps are lost to rounding beside ``duration`` seconds.

    Raises:
        RunError: ``bound``, on the generator's norm, is too large.
    """
    if bound * math.ulp(duration) > LARGEST_REACH:
        raise RunError(
            f"Energies and rates of {bound:.3g} /s are too large to be followed over "
            f"{duration:g} s in double precision"
        )


def shorter_step(drive: Drive, h: float, bound: float, time: float) -> float:
    """Return half of a step ``h`` whose Taylor series did not converge.

    Raises:
        RunError: no shorter step would help: the terms overflow.
    """
    # Without a drive the terms fall as fast as the step was chosen for.
    return shorter_interval(0.0 if drive.is_static else h, bound, time)


def shorter_interval(h: float, bound: float, time: float) -> float:
    """Return half of an interval ``h``, unless it is already so short that terms fall.

    Raises:
        RunError: it is, so that only numbers which overflow still fail.
    """
    if not h * bound > LEAST_REACH:
        raise RunError(
            f"The state is no longer finite at t = {time:g} s: some energy or rate is "
            "too large for double precision"
        )
    return h / 2


def check_count(jumps: int, steps: int, time: float) -> None:
    """Refuse so many ``jumps`` in one call of ``steps`` that it would hardly end.

    Raises:
        RunError: there are more than 100,000 a step, or two million in all.
    """
    most = min(MOST_JUMPS_A_STEP * steps, MOST_JUMPS)
    if jumps > most:
        raise RunError(
            f"More than {most:,} quantum jumps have come in one call, by t = {time:g} "
            "s: take shorter steps or fewer at a time, or the method master"
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
        rng: UniformSource,
        clock: JumpClock = FRESH_CLOCK,
    ) -> None:
        """Start from the normalized ket ``psi`` (N,), drawing from ``rng``."""
        self.series = series
        self.clock = clock
        self._generator = generator
        self._has_jumps = generator.jump_rates.size > 0
        self._rng = rng
        self.state = psi

    @property
    def state(self) -> ComplexArray:
        """The normalized ket, (N,), a copy."""
        return self._psi.view(np.complex128)[:, 0].copy()

    @state.setter
    def state(self, psi: ComplexArray) -> None:
        parts = np.array(psi, dtype=np.complex128).view(np.float64)
        self._psi: FloatArray = parts.reshape(-1, 2)

    def memory(self) -> Any:
        """Return what :meth:`advance` changes, but for the random stream."""
        # No step writes to the ket itself: each puts another in its place.
        return self._psi, self.clock, self.series.memory()

    def recall(self, memory: Any) -> None:
        """Be as one was when :meth:`memory` was called."""
        self._psi, self.clock, series = memory
        self.series.recall(series)

    def populations(self) -> FloatArray:
        """Return |ψ_i|², (N,)."""
        return np.asarray(np.einsum("ij,ij->i", self._psi, self._psi))

    def block(self, n: int, s: int) -> tuple[float, float, complex]:
        """Return p_n, p_s and ρ_ns = α_n α_s* of two states."""
        north = complex(*self._psi[n])
        south = complex(*self._psi[s])
        return abs(north) ** 2, abs(south) ** 2, north * south.conjugate()

    def advance(
        self,
        time: float,
        dt: float,
        steps: int = 1,
        offsets: FloatArray | None = None,
        out: FloatArray | None = None,
    ) -> list[Jump]:
        """Evolve from ``time`` by ``steps`` · ``dt`` seconds; return the jumps.

        Args:
            time: Present time in seconds.
            dt: Length of a step in seconds.
            steps: Number of steps.
            offsets: Sorted output times after ``time``, in (0, steps · dt], (T,).
            out: Receives the populations at them, all of them, (T, N).
        """
        jumps: list[Jump] = []
        duration = steps * dt
        longest, rows = duration, None
        if offsets is not None and out is not None:
            longest = self._longest_step(duration, offsets.size)
            rows = OutputRows(offsets, out, duration)
        done, lost = 0.0, 0.0
        self.series.begin()
        while done < duration:
            remaining = duration - done - lost
            h, survival = self.series.expand(
                self._psi, time + done, min(remaining, longest)
            )
            jumping = self._jumping_ket(survival)
            if jumping is not None:
                x, psi = jumping
                taken = x * h
            else:
                taken = h
            reached, lost = longer(done, lost, taken)
            if taken >= remaining or reached >= duration:
                reached = duration
            if rows is not None:
                times, places = rows.due(reached)
                self.series.populations((times - done) / h, places)
            if jumping is None:
                self._psi = self.series.end.copy()
                self._turn(taken)
            else:
                channel = self._jump(psi)
                if channel is None:
                    self._turn(taken)
                else:
                    jumps.append(Jump(time + reached, channel))
                    check_count(len(jumps), steps, time + reached)
            done = reached
        return jumps

    def _turn(self, h: float) -> None:
        """Add the phases that the generator leaves out over ``h`` seconds."""
        if self._generator.has_frame:
            self.state = self._generator.turned_kets(self.state, h)

    def _longest_step(self, duration: float, outputs: int) -> float:
        """Return how long a series may be: each of its terms costs in every output."""
        bound = self._generator.ket_bound
        if outputs == 0 or bound == 0.0:
            return duration
        return max(OUTPUTS * duration / outputs, LARGEST_REACH / bound)

    def _jumping_ket(self, survival: float) -> tuple[float, FloatArray] | None:
        """Return where in the step the bath jumps, and its ket there; None if not."""
        if not self._has_jumps:
            return None
        survived, threshold = self.clock
        if threshold == 0.0:
            threshold = 1.0 - self._rng.random()
        self.clock = JumpClock(survived * survival, threshold)
        if self.clock.survival > threshold:
            return None
        psi = np.empty_like(self._psi)
        return self.series.crossing(threshold / survived, psi), psi

    def _jump(self, psi: FloatArray) -> int | None:
        """Draw the channel from the unnormalized ket ``psi`` and jump."""
        g = self._generator
        decay = g.decay
        weights = decay * np.einsum("ij,ij->i", psi, psi)
        total = float(weights.sum())
        self.clock = FRESH_CLOCK
        if not total > 0.0:
            # Rounding alone brought the survival down: nothing can decay.
            self._psi = psi / np.linalg.norm(psi)
            return None
        draw = self._rng.random() * total
        channel = int(
            kernels.draw_channel(
                weights, draw, decay, g.channel_order, g.channels, g.jump_rates
            )
        )
        self._psi = np.zeros_like(psi)
        self._psi[g.jump_targets[channel], 0] = 1.0
        return channel
