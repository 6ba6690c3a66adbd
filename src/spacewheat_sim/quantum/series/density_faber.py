"""A density matrix over whole intervals of a static generator."""

from __future__ import annotations

import math

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.kernels import faber
from spacewheat_sim.quantum.series.aligned import aligned_zeros
from spacewheat_sim.quantum.series.ellipse import density_ellipse
from spacewheat_sim.quantum.stepping import shorter_interval

# Longest interval times the longer semi-axis: beyond it the terms per unit hardly fall,
# from 1.24 here to 1.15 at twice the length.
LONGEST = 512.0
# Coefficients are found down to this; terms below it, as for the Taylor series, would
# add up to negative probabilities over a million intervals.
SMALLEST = 1e-21
NEGLECTED = 1e-18
# A term so much larger than ρ costs two digits: the interval is then halved.
LARGEST_TERM = 100.0


class FaberDensity:
    """Σ_k a_k(t) F_k(L) ρ over one interval, known at every time inside it."""

    def __init__(self, generator: Generator, width: int) -> None:
        """Find the ellipse.

        Args:
            generator: The static generator, not zero.
            width: Columns L ≥ N of the arrays that hold ρ.
        """
        n = generator.dimension
        self._generator = generator
        self._ellipse = density_ellipse(generator)
        self._static = generator.static._replace(
            half_decay=generator.static.half_decay + self._ellipse.center / 2
        )
        self._longest = LONGEST / max(self._ellipse.width, self._ellipse.height)
        self._work = aligned_zeros(6, n, width)
        self._diagonals = np.empty((1, n))
        self._order = 0
        self._planned, self._coefficients = 0.0, np.empty(0)

    def advance(self, re: FloatArray, im: FloatArray, time: float, h: float) -> float:
        """Advance ρ, two (N, L), in place by at most ``h``; return the interval taken.

        Raises:
            RunError: the terms overflow however short the interval.
        """
        # Equal parts: what is planned for the first serves all.
        h /= math.ceil(h / self._longest)
        before = re.copy(), im.copy()
        while not self._try(re, im, h):
            re[:], im[:] = before
            h = shorter_interval(h, self._generator.density_bound, time)
        return h

    def _try(self, re: FloatArray, im: FloatArray, h: float) -> bool:
        """Advance ρ by ``h``; return whether the series could be summed."""
        ellipse = self._ellipse
        if h != self._planned:
            self._planned = h
            count = ellipse.terms(h, SMALLEST) + 1
            self._coefficients = ellipse.coefficients(h, count)
        self._diagonals = np.empty((self._coefficients.size, self._generator.dimension))
        self._order = faber.density_faber(
            self._static,
            self._generator.feed,
            ellipse.shape,
            self._coefficients,
            NEGLECTED,
            LARGEST_TERM,
            re,
            im,
            self._work,
            self._diagonals,
        )
        return self._order >= 0

    def populations(self, times: FloatArray, out: FloatArray) -> None:
        """Write ρ_ii at ``times`` (T,) since the start of the interval, (T, N)."""
        diagonals = self._diagonals[: self._order + 1]
        faber.series_populations(self._ellipse.shape, diagonals, times, out)
