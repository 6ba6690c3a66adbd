"""A ket's no-jump evolution over whole intervals of a static generator."""

from __future__ import annotations

import math

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.kernels import faber
from spacewheat_sim.quantum.series.ellipse import ket_ellipse

# Longest interval times the longer semi-axis: see density.LONGEST; a ket keeps all of
# its terms, so it stops sooner.
LONGEST = 128.0
# With jumps, an interval in which one is not yet to be expected: what comes after it
# in the interval is computed for nothing.
EXPECTED_JUMPS = 1.0
# In a register no state jumps as often as the fastest for long, and short intervals
# cost more than what is computed for nothing. Measured with ten axes.
EXPECTED_IN_REGISTER = 4.0
# Coefficients are found down to this: rounding, for few terms more than a tolerance.
SMALLEST = 1e-17
# A term so much larger than ψ costs two digits: the interval is then halved.
LARGEST_TERM = 100.0


class FaberKetSeries:
    """Σ_k a_k(t) F_k(B) ψ with B = −iH − Γ/2, known at every time of an interval."""

    def __init__(self, generator: Generator) -> None:
        """Find the ellipse, and allocate the work space."""
        n = generator.dimension
        self._ellipse, self._energy = ket_ellipse(generator)
        self._static = generator.static._replace(
            energy=generator.static.energy - self._energy,
            half_decay=generator.static.half_decay + self._ellipse.center,
        )
        longest = LONGEST / max(self._ellipse.width, self._ellipse.height)
        fastest = float(np.max(generator.decay, initial=0.0))
        expected = EXPECTED_IN_REGISTER if generator.qubits else EXPECTED_JUMPS
        self.longest = min(longest, expected / fastest if fastest else math.inf)
        self._h, self._survival = 0.0, 1.0
        self._coefficients = np.empty(1)
        self._terms = np.empty((1, n, 2))
        self.end = np.empty((n, 2))

    def expand(self, psi: FloatArray, h: float) -> tuple[float, float]:
        """Expand from ``psi`` (N, 2); return the interval taken, ≤ h, and ‖ψ‖² there.

        The normalized ket at the end is left in ``end`` (N, 2). The interval is 0
        where terms grow too large however short it is.
        """
        h = min(h, self.longest)
        ellipse = self._ellipse
        while True:
            if h != self._h:
                self._h = h
                count = ellipse.terms(h, SMALLEST) + 1
                self._coefficients = ellipse.coefficients(h, count)
                self._terms = np.empty((count, *psi.shape))
            if faber.ket_faber(
                self._static,
                ellipse.shape,
                LARGEST_TERM,
                psi,
                self._coefficients,
                self._terms,
            ):
                turn = self._energy * h
                self._survival = float(
                    faber.ket_sum(self._terms, self._coefficients, turn, self.end)
                )
                self.end /= math.sqrt(self._survival)
                return h, self._survival
            h /= 2
            if h * ellipse.farthest <= 1.0:
                return 0.0, 1.0

    def crossing(self, target: float, out: FloatArray) -> float:
        """Return the x where ‖ψ(x)‖² falls to ``target``; write ψ(x) to ``out``."""
        given = self._ellipse.shape, self._energy, self._terms, self._h
        return float(faber.ket_sum_crossing(*given, self._survival, target, out))

    def populations(self, x: FloatArray, out: FloatArray) -> None:
        """Write the normalized populations at ``x`` (T,) to ``out`` (T, N)."""
        times = x * self._h
        faber.ket_sum_populations(self._ellipse.shape, self._terms, times, out)
