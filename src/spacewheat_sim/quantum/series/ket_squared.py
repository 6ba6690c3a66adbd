"""A ket's no-jump evolution over any interval of a stiff static generator."""

from __future__ import annotations

import math
from bisect import bisect_left
from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.quantum.arithmetic.kernels import products
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.kernels import squaring
from spacewheat_sim.quantum.series.ket_taylor import TaylorKetSeries
from spacewheat_sim.quantum.series.powers import BASE, OTHER_BASE, TERMS, Powers

# Largest N: its powers take two seconds.
MOST_STATES = 128
# Products of N × N matrices for both sets of powers, against products Aψ.
PRODUCTS = 400.0
# Survival probabilities below this are those of no trajectory: thresholds are above.
LEAST_SURVIVAL = 1e-18
NOTHING_KEPT = np.empty(0, dtype=np.intp)


def worth_reach(generator: Generator) -> float:
    """Return the ‖A‖t from which squaring takes fewer operations than a series."""
    n = generator.dimension
    if n > MOST_STATES:
        return np.inf
    entries = generator.static.indices.size / n + 2.0  # of A, per row
    return PRODUCTS * n**2 / entries


class Reached(NamedTuple):
    """Where a no-jump evolution stands.

    Attributes:
        psi: The normalized ket, (N,).
        survival: ‖ψ‖² before it was normalized.
        done: Seconds since the start, which a long interval does not round.
        rest: Seconds left of the interval; more than a base step where the norm would
            have fallen below the target.
    """

    psi: ComplexArray
    survival: float
    done: float
    rest: float


class LossyPowers:
    """Powers of e^{Au}, A = −iH − Γ/2, with what the norm loses in each.

    D_k = ∫ e^{A†s} Γ e^{As} ds over 2ᵏu is found from positive terms alone, so that a
    slow decay keeps its digits beside fast oscillations: ‖e^{Aτ}ψ‖² = 1 − ψ†Dψ.
    """

    def __init__(self, generator: Generator, reach: float) -> None:
        """Begin with the base step, ‖A‖u = ``reach``."""
        self.powers = Powers(generator.no_jump_matrix(), reach, NOTHING_KEPT)
        self._decay = generator.decay
        self._losses: list[ComplexArray] = []

    def loss(self, k: int) -> ComplexArray:
        """Return D_k, (N, N)."""
        while len(self._losses) <= k:
            if self._losses:
                power = self.powers[len(self._losses) - 1]
                following = squaring.doubled_loss(self._losses[-1], power)
            else:
                following = np.empty_like(self.powers.generator)
                squaring.base_loss(
                    self.powers.generator,
                    self._decay,
                    self.powers.base,
                    TERMS,
                    following,
                )
            self._losses.append(following)
        return self._losses[k]

    def advance(self, psi: ComplexArray, time: float, target: float) -> Reached:
        """Advance by ``time``, or up to a base step before ‖ψ‖² falls to ``target``."""
        psi, survival, done, rest = psi.copy(), 1.0, 0.0, time
        powers = self.powers

        def share(k: int) -> float:
            return float(squaring.survival(self.loss(k), powers[k], psi))

        # The longer the step, the less survives: those that are too long are many.
        count = powers.highest(time) + 1
        count = bisect_left(range(count), True, key=lambda k: share(k) <= target)
        for k in range(count - 1, -1, -1):
            step = powers.span(k)
            if rest < step:
                continue
            left = survival * share(k)
            if left <= target:
                continue
            squaring.step_vector(powers[k], psi)
            squaring.normalize(psi)
            survival, done, rest = left, done + step, rest - step
        return Reached(psi, survival, done, rest)


class SquaredKetSeries:
    """e^{Aτ} ψ at any time of an interval; see :class:`.trajectory.KetSeries`."""

    def __init__(
        self, generator: Generator, short: TaylorKetSeries, tolerance: float
    ) -> None:
        """Build A as a matrix.

        Args:
            generator: The static generator, not zero.
            short: What expands less than a base step.
            tolerance: Error allowed per second, in populations.
        """
        self._main = LossyPowers(generator, BASE)
        self._other = LossyPowers(generator, OTHER_BASE)
        self._short = short
        self._tolerance = tolerance
        self._start = np.empty(generator.dimension, dtype=np.complex128)
        self._h = 0.0
        self.end = np.empty((generator.dimension, 2))

    def expand(self, psi: FloatArray, h: float) -> tuple[float, float]:
        """Expand from ``psi`` (N, 2); return the interval taken and ‖ψ‖² at its end.

        The normalized ket at the end is left in ``end`` (N, 2). The interval is ``h``,
        or 0 where rounding may have cost more than the tolerance. The survival is 0
        where it is too small for any threshold.
        """
        self._h = h
        self._start = psi.view(np.complex128)[:, 0].copy()
        main = _whole(self._main, self._start, h)
        other = _whole(self._other, self._start, h)
        self.end[:] = main.psi.view(np.float64).reshape(-1, 2)
        gap = products.projector_gap(main.psi, other.psi)
        if not math.sqrt(gap) <= self._tolerance * max(h, 1.0):
            return 0.0, 1.0
        return h, main.survival if main.rest == 0.0 else 0.0

    def crossing(self, target: float, out: FloatArray) -> float:
        """Return the x where ‖ψ(x)‖² falls to ``target``; write ψ(x) to ``out``."""
        near = self._main.advance(self._start, self._h, target)
        psi = near.psi.view(np.float64).reshape(-1, 2)
        piece = min(near.rest, self._main.powers.base)
        if piece > 0.0:
            self._short.expand(psi, 0.0, piece)
            more = self._short.crossing(min(target / near.survival, 1.0), out) * piece
        else:
            out[:], more = psi, 0.0
        out *= math.sqrt(near.survival)
        return (near.done + more) / self._h

    def populations(self, x: FloatArray, out: FloatArray) -> None:
        """Write the normalized populations at sorted ``x`` (T,) to ``out`` (T, N)."""
        psi, reached = self._start, 0.0
        for t, moment in enumerate((x * self._h).tolist()):
            psi = _whole(self._main, psi, moment - reached).psi
            reached = moment
            out[t] = psi.real**2 + psi.imag**2


def _whole(powers: LossyPowers, psi: ComplexArray, time: float) -> Reached:
    """Advance by all of ``time``, or until nothing survives."""
    reached = powers.advance(psi, time, LEAST_SURVIVAL)
    if reached.rest > powers.powers.base:
        return reached
    psi = reached.psi
    squaring.step_rest(powers.powers.generator, reached.rest, TERMS, psi)
    square = float(squaring.normalize(psi))
    return Reached(psi, reached.survival * square, time, 0.0)
