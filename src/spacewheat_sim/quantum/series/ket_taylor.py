"""The no-jump evolution of a ket over one step as a power series."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.quantum.drive import Drive, Reach
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.kernels import taylor_ket
from spacewheat_sim.quantum.stepping import (
    LARGEST_REACH,
    MOST_TERMS,
    Stepper,
)


class TaylorKetSeries:
    """The no-jump evolution over one step as ψ(x) = Σ c_k xᵏ, driven or not."""

    def __init__(self, generator: Generator, drive: Drive, tolerance: float) -> None:
        """Allocate the work space; ``tolerance`` is per second, in populations."""
        n = generator.dimension
        self._generator = generator
        self._drive = drive
        self._coefficients = np.empty((MOST_TERMS + 1, n, 2))
        self._order = 0
        self.end = np.empty((n, 2))
        reach = Reach(LARGEST_REACH, generator.ket_bound, weight=1.0)
        self._stepper = Stepper(drive, reach, tolerance)

    def expand(self, psi: FloatArray, time: float, h: float) -> tuple[float, float]:
        """Expand from ``psi``; see :class:`KetSeries`."""
        stepper = self._stepper
        while True:
            h, series, bound = stepper.plan(time, h)
            self._order, survival = taylor_ket.ket_step(
                self._generator.static,
                self._drive.ket_rows,
                series,
                psi,
                h,
                bound,
                stepper.tolerance * h,
                self._coefficients,
                self.end,
            )
            if self._order >= 0:
                return h, survival
            h = stepper.shorter(time, h, bound)

    def crossing(self, target: float, out: FloatArray) -> float:
        """Return where the norm falls to ``target``; see :class:`KetSeries`."""
        return float(
            taylor_ket.ket_crossing(self._coefficients, self._order, target, out)
        )

    def populations(self, x: FloatArray, out: FloatArray) -> None:
        """Write populations inside the step; see :class:`KetSeries`."""
        taylor_ket.ket_populations(self._coefficients, self._order, x, out)
