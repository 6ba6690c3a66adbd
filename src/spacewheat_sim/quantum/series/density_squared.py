"""A density matrix over any interval of a stiff static generator."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.kernels import squaring
from spacewheat_sim.quantum.series.powers import BASE, OTHER_BASE, TERMS, Powers

# Largest N: its powers are matrices of N² × N², and take two seconds.
MOST_STATES = 16
# Products of N² × N² matrices for both sets of powers, against products Lρ.
PRODUCTS = 150.0


def worth_reach(generator: Generator) -> float:
    """Return the ‖L‖t from which squaring takes fewer operations than a series."""
    n = generator.dimension
    if n > MOST_STATES:
        return np.inf
    entries = generator.static.indices.size / n + 3.0  # of H, per row of ρ
    return PRODUCTS * n**4 / entries


def liouvillian(generator: Generator) -> FloatArray:
    """Return L as a real matrix on packed density matrices, (N², N²)."""
    matrix = np.empty((generator.dimension**2,) * 2)
    squaring.liouvillian(generator.static, generator.feed, matrix)
    return matrix


class SquaredDensity:
    """e^{Lt} ρ by powers of two of a base step, with the rounding that it brings."""

    def __init__(self, generator: Generator, tolerance: float) -> None:
        """Build L as a matrix; ``tolerance`` is per second, in populations."""
        n = generator.dimension
        matrix = liouvillian(generator)
        populations = np.arange(n) * (n + 1)
        self._powers = Powers(matrix, BASE, populations)
        self._others = Powers(matrix, OTHER_BASE, populations)
        self._populations = populations
        self._tolerance = tolerance
        self._start = np.empty(n * n)

    def advance(
        self,
        re: FloatArray,
        im: FloatArray,
        time: float,  # noqa: ARG002 - other series need it
        h: float,
    ) -> float:
        """Advance ρ, two (N, L), in place by ``h``; return it, or 0 without a change.

        It is 0 where rounding may have cost more than the tolerance.
        """
        squaring.pack(re, im, self._start)
        end, other = self._start.copy(), self._start.copy()
        _step(self._powers, end, h)
        _step(self._others, other, h)
        allowed = self._tolerance * max(h, 1.0)
        if not float(np.abs(end - other).max()) <= allowed:
            return 0.0
        squaring.unpack(end, re, im)
        return h

    def populations(self, times: FloatArray, out: FloatArray) -> None:
        """Write ρ_ii at sorted ``times`` (T,) since the start, (T, N)."""
        state, reached = self._start.copy(), 0.0
        for t, moment in enumerate(times.tolist()):
            _step(self._powers, state, moment - reached)
            reached = moment
            out[t] = state[self._populations]


def _step(powers: Powers, vector: FloatArray, time: float) -> None:
    """Advance a packed density matrix (N²,) by ``time``, in place."""
    for k in range(powers.highest(time), -1, -1):
        if time >= powers.span(k):
            squaring.step_vector(powers[k], vector)
            time -= powers.span(k)
    squaring.step_rest(powers.generator, time, TERMS, vector)
