"""The no-jump evolution of a ket on all states, by the cheapest series."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from functools import cached_property

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.quantum.arithmetic.kernels import products
from spacewheat_sim.quantum.drive import Drive
from spacewheat_sim.quantum.evolution import ActiveSet
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.series.ket_faber import FaberKetSeries
from spacewheat_sim.quantum.series.ket_squared import SquaredKetSeries, worth_reach
from spacewheat_sim.quantum.series.ket_taylor import TaylorKetSeries
from spacewheat_sim.quantum.stepping import LARGEST_REACH, check_cost


class FullKetSeries:
    """The no-jump evolution dψ/dt = (−iH(t) − Γ/2) ψ on all N states.

    What one Taylor series can span (‖B‖h ≤ 6), and all that is driven, is stepped by
    such series; longer intervals of a static bath take Faber series, which need fewer
    products the longer they are, and stiff ones powers of a propagator.
    """

    def __init__(self, generator: Generator, drive: Drive, tolerance: float) -> None:
        """Prepare them; ``tolerance`` is per second, in populations."""
        self._generator = generator
        self.drive = drive
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
        decay = self._generator.decay
        rate = products.ket_weights(psi, decay, np.empty_like(decay))
        return max(float(rate), sys.float_info.min)

    def memory(self) -> None:
        """Remember nothing: every step begins anew from its ket."""

    def recall(self, memory: ActiveSet | None) -> None:
        """Go on: there is nothing to recall."""

    @cached_property
    def _faber(self) -> FaberKetSeries:
        return FaberKetSeries(self._generator)

    @cached_property
    def _squared(self) -> SquaredKetSeries:
        return SquaredKetSeries(self._generator, self._taylor, self._tolerance)
