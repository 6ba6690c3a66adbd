"""A density matrix over one step of a generator, by its Taylor series."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.quantum.drive import Drive, Reach
from spacewheat_sim.quantum.driving.smooth import SERIES_TERMS
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.kernels import taylor_density
from spacewheat_sim.quantum.series.aligned import aligned_zeros
from spacewheat_sim.quantum.series.ellipse import density_ellipse
from spacewheat_sim.quantum.stepping import (
    LARGEST_REACH,
    MOST_TERMS,
    Stepper,
)

# The series of a density matrix is carried to rounding: terms neglected above it would
# add up to negative probabilities over a million steps of a frame, which span about
# ‖L‖h = 0.1. Longer steps may neglect as much more.
NEGLECTED = 1e-18
FRAME = 0.1
# Largest ‖L‖h of a driven step, by the sharper bound of the ellipse: rounding there
# stays below 1e-12, and the terms per second hardly fall beyond.
DRIVEN_REACH = 10.0


class TaylorDensity:
    """Σ_k c_k xᵏ over one step, driven or not, known at every time inside it."""

    def __init__(
        self, generator: Generator, drive: Drive, width: int, tolerance: float
    ) -> None:
        """Allocate the work space.

        Args:
            generator: The static generator.
            drive: Time-dependent energies.
            width: Columns L ≥ N of the arrays that hold ρ.
            tolerance: Error per second, in populations.
        """
        n = generator.dimension
        self._drive = drive
        self._physics = generator.static, generator.feed, drive.rows
        self._diagonals = np.empty((MOST_TERMS + 1, n))
        self._scratch = (
            aligned_zeros(4, n, width),
            aligned_zeros(SERIES_TERMS, 2, drive.rows.kets, width),
            self._diagonals,
        )
        self._order, self._h = 0, 0.0
        reach = Reach(LARGEST_REACH, generator.density_bound, weight=2.0)
        if not drive.is_static:
            # The drive adds twice all of its amplitudes, which are in the bound.
            bound = driven_bound(generator, drive) - 2 * drive.bound
            reach = Reach(DRIVEN_REACH, bound, weight=2.0)
        self._stepper = Stepper(drive, reach, tolerance)

    def advance(self, re: FloatArray, im: FloatArray, time: float, h: float) -> float:
        """Advance ρ, two (N, L), in place by at most ``h``; return the step taken."""
        before = None if self._drive.is_static else (re.copy(), im.copy())
        while True:
            h, series, bound = self._stepper.plan(time, h)
            step = series, h, bound, NEGLECTED * max(1.0, h * bound / FRAME)
            self._order = taylor_density.density_step(
                self._physics, step, re, im, self._scratch
            )
            if self._order >= 0:
                self._h = h
                return h
            h = self._stepper.shorter(time, h, bound)
            if before is not None:
                re[:], im[:] = before

    def populations(self, times: FloatArray, out: FloatArray) -> None:
        """Write ρ_ii at ``times`` (T,) since the start of the step, (T, N)."""
        taylor_density.density_populations(
            self._diagonals, self._order, times / self._h, out
        )


def driven_bound(generator: Generator, drive: Drive) -> float:
    """Return a bound on ‖L‖ with waves and pulses at their largest.

    The commutator with the drive is as large as the spread of its energies, at most
    the two largest amplitudes together; undriven states stay at 0. In a register the
    energies of several axes add up. A changing rate γ adds at most 2γ.
    """
    changing = sum(abs(driver.amplitude) for driver in drive.rate_drivers)
    spread = sum(abs(driver.amplitude) for driver in drive.energy_drivers)
    if not generator.qubits:
        sizes = np.zeros(generator.dimension)
        for driver in drive.energy_drivers:
            sizes[driver.state] += abs(driver.amplitude)
        spread = float(np.sort(sizes)[-2:].sum())
    return density_ellipse(generator).farthest + spread + 2.0 * changing
