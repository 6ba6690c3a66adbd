"""Quantum trajectories: a ket's no-jump evolution, broken by quantum jumps."""

from __future__ import annotations

from typing import Any

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.errors import RunError
from spacewheat_sim.quantum.arithmetic.kernels.products import ket_weights, normalized
from spacewheat_sim.quantum.evolution import (
    FRESH_CLOCK,
    ActiveSet,
    Jump,
    JumpClock,
    KetSeries,
    UniformSource,
)
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.kernels.draws import draw_channel
from spacewheat_sim.quantum.methods.output_rows import OutputRows, write_rows
from spacewheat_sim.quantum.register.kernels import land_ket
from spacewheat_sim.quantum.states import ket_block
from spacewheat_sim.quantum.stepping import LARGEST_REACH, Elapsed

# Outputs read off one series, beyond what Taylor's can span: a term of the series costs
# about as much in so many outputs as in the product that it comes from.
OUTPUTS = 16
# Jumps of one step, and of one call, each of which takes up to 50 µs and is kept.
MOST_JUMPS_A_STEP, MOST_JUMPS = 100_000, 2_000_000


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
    (0, 1]. There channel k is drawn with weight γ_k Σ |ψ_s|² over its sources, the ket
    becomes L_k ψ/‖L_k ψ‖, of a jump of one entry |t_k⟩, and a new threshold is drawn.
    The mean over trajectories of |ψ⟩⟨ψ| obeys the master equation (Dalibard, Castin,
    Mølmer, Phys. Rev. Lett. 68, 580, 1992).
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
        self._has_jumps = generator.jumps.size > 0
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

    @property
    def active(self) -> ActiveSet | None:
        """The active set of the series, a copy; None where it is of all states."""
        return self.series.memory()

    @active.setter
    def active(self, active: ActiveSet | None) -> None:
        self.series.recall(active)

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
        return np.asarray(self._psi[:, 0] ** 2 + self._psi[:, 1] ** 2)

    def block(self, n: int, s: int) -> tuple[float, float, complex]:
        """Return p_n, p_s and ρ_ns = α_n α_s* of two states."""
        return ket_block(complex(*self._psi[n]), complex(*self._psi[s]))

    def advance(
        self,
        time: float,
        dt: float,
        steps: int = 1,
        offsets: FloatArray | None = None,
        out: FloatArray | None = None,
    ) -> list[Jump]:
        """Evolve from ``time`` by ``steps`` · ``dt`` seconds; return the jumps.

        See :class:`Evolver`.
        """
        jumps: list[Jump] = []
        duration = steps * dt
        longest, rows = duration, None
        if offsets is not None and out is not None:
            longest = self._longest_step(duration, offsets.size)
            rows = OutputRows(offsets, out, duration)
        elapsed = Elapsed(duration)
        self.series.begin()
        while (begin := elapsed.done) < duration:
            h, survival = self.series.expand(
                self._psi, time + begin, min(elapsed.left(), longest)
            )
            jumping = self._jumping_ket(survival)
            taken = h if jumping is None else jumping[0] * h
            reached = elapsed.add(taken)
            if rows is not None:
                times, places = rows.due(reached)
                inside = (times - begin) / h
                write_rows(self.series, inside, places, self._generator.qubits)
            channel = None
            if jumping is None:
                self._psi = self.series.end.copy()
            else:
                channel = self._jump(jumping[1], time + reached)
            if channel is None:
                self._turn(taken)
            else:
                jumps.append(Jump(time + reached, channel))
                check_count(len(jumps), steps, time + reached)
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

    def _jump(self, psi: FloatArray, time: float) -> int | None:
        """Draw the channel from the unnormalized ket ``psi`` and jump at ``time``."""
        g = self._generator
        rates = self.series.drive.rates(time, g.jumps.rates)
        decay = g.decay if rates is g.jumps.rates else g.jumps.decay(rates, len(psi))
        weights = np.empty_like(decay)
        total = float(ket_weights(psi, decay, weights))
        self.clock = FRESH_CLOCK
        if not total > 0.0:
            # Rounding alone brought the survival down: nothing can decay.
            self.state = normalized(psi.view(np.complex128)[:, 0])
            return None
        draw = self._rng.random() * total
        channel = int(
            draw_channel(weights, draw, decay, g.channel_order, g.channels, rates)
        )
        sources, targets = g.jumps.entries(channel)
        self._psi = np.zeros_like(psi)
        if targets.size == 1:
            self._psi[targets[0], 0] = 1.0
        else:
            land_ket(psi, sources, targets, self._psi)
        return channel
