"""The propagators of 1, 2, 4, … base steps of one generator."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.arrays import IndexArray
from spacewheat_sim.quantum.arithmetic.kernels.elementary import moduli
from spacewheat_sim.quantum.kernels import squaring

# Terms of a base step's series: with ‖G‖u ≤ 1/2 what is left out is below 1e-19.
TERMS = 16
# ‖G‖u of the base step; and of a second one, with which rounding takes another way, so
# that the difference of both shows what it has done.
BASE, OTHER_BASE = 0.5, 0.35


class Powers:
    """M_k = e^{G 2ᵏu} − 1 of a generator G (n, n), found as they are needed.

    Attributes:
        generator: G in 1/s, real or complex.
        base: u in seconds.
    """

    def __init__(
        self, generator: NDArray[Any], reach: float, populations: IndexArray
    ) -> None:
        """Begin with the base step.

        Args:
            generator: G, (n, n).
            reach: ‖G‖u.
            populations: Entries of a vector whose sum e^{Gt} keeps; none where it
                keeps none.
        """
        sizes = np.empty(generator.size)
        moduli(generator.astype(np.complex128).ravel(), sizes)
        columns = np.add.accumulate(sizes.reshape(generator.shape))[-1]
        size = float(columns.max())
        self.generator = np.ascontiguousarray(generator)
        self.base = reach / size if size else math.inf
        self._populations = populations
        self._powers: list[NDArray[Any]] = []

    def __getitem__(self, k: int) -> NDArray[Any]:
        """Return M_k, (n, n)."""
        while len(self._powers) <= k:
            self._powers.append(self._next())
        return self._powers[k]

    def highest(self, time: float) -> int:
        """Return the largest k with 2ᵏu ≤ ``time``, or −1."""
        if time < self.base:
            return -1
        # Exactly, and where the ratio itself is beyond all doubles.
        (share, octave), (least, lowest) = math.frexp(time), math.frexp(self.base)
        return octave - lowest - (share < least)

    def span(self, k: int) -> float:
        """Return 2ᵏu, in seconds."""
        return math.ldexp(self.base, k)

    def _next(self) -> NDArray[Any]:
        if self._powers:
            power = squaring.doubled(self._powers[-1])
        else:
            power = np.empty_like(self.generator)
            squaring.base_propagator(self.generator, self.base, TERMS, power)
        if self._populations.size:
            squaring.keep_trace(power, self._populations)
        return np.asarray(power)
