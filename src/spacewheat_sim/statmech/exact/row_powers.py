"""Tr S^n of the row matrix of a torus by sums of positive terms alone.

Every entry of a power of S is a family of states (:mod:`.weights`), so nothing cancels
on frustrated tori and nothing small is lost at low T, where blocks of momenta would
lose both. Turns and mirrors of a row leave S alone: one row of every orbit is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache, partial

import numpy as np

from spacewheat_sim.arrays import FloatArray, IntArray
from spacewheat_sim.long_call import parts
from spacewheat_sim.statmech.exact.row_momentum import Rows, all_rows, row_images
from spacewheat_sim.statmech.exact.weights import Weights
from spacewheat_sim.statmech.ising.thermodynamics import Conditions, Thermodynamics
from spacewheat_sim.workers import Workers

Matrix = tuple[IntArray, FloatArray]
"""Rows of the leaders: twice B and M, (2, R, S), and what else is known, (7, R, S)."""

# β|h|N below which the two signs of M would cancel to less than a digit is lost.
_WEAK_FIELD = 0.5

# Terms that the first call of compiled code merges: some milliseconds.
_TERMS_AT_FIRST = 2**20


@dataclass(frozen=True)
class RowTurns:
    """How rows turn into one another.

    Attributes:
        rows: All 2^L rows.
        leaders: The least row of every orbit, (R,).
        sizes: Rows in its orbit, (R,).
        orbits: Number of the orbit of each row, (2^L,).
        turns: A turn or mirror that makes each row its leader, (2^L,).
        images: What each of them makes of every row, (2L, 2^L).
    """

    rows: Rows
    leaders: IntArray
    sizes: FloatArray
    orbits: IntArray
    turns: IntArray
    images: IntArray


def row_thermodynamics(L: int, rows: int, at: Conditions) -> Thermodynamics:
    """Return the thermodynamics of a torus of ``rows`` rows of L spins.

    What :func:`.kernels.multiply_rows` keeps of a weak field gives m its digits there.
    """
    weak = is_weak(at, L * rows)
    states, excess = _RowPowers(row_turns(L), at, weak).trace(rows)
    found = states.thermodynamics(L * rows, at)
    if not weak:
        return found
    return replace(found, magnetization=0.5 * excess / (L * rows))


def is_weak(at: Conditions, sites: int) -> bool:
    """Return whether the two signs of M of so many sites nearly cancel."""
    return 0.0 < at.beta * abs(at.h) * sites < _WEAK_FIELD


@lru_cache(maxsize=2)
def row_turns(L: int) -> RowTurns:
    """Return how the rows of L spins turn into one another."""
    images = row_images(L)
    least = images.min(axis=0)
    leaders, orbits, sizes = np.unique(least, return_inverse=True, return_counts=True)
    return RowTurns(
        all_rows(L),
        leaders,
        sizes.astype(np.float64),
        orbits.astype(np.int64),
        images.argmin(axis=0).astype(np.int64),
        images,
    )


@dataclass(frozen=True)
class _RowPowers:
    """Powers of S at given conditions."""

    turns: RowTurns
    at: Conditions
    weak: bool

    def trace(self, power: int) -> tuple[Weights, float]:
        """Return Tr S^power, and what the M of its states and of the turned add up to.

        Both are the same states: that is 2⟨M⟩.
        """
        base = self._row_matrix()
        if power == 1:
            at = np.arange(self.turns.leaders.size), self.turns.leaders
            ends, known = base[0][:, *at][:, :, None], base[1][:, *at][:, :, None]
            nothing = np.zeros_like(ends), np.zeros_like(known)
            return self._trace_of((ends, known), nothing)
        done: Matrix | None = None
        while True:
            if power == 2 and done is None:
                return self._trace_of(base, base)
            if power == 1 and done is not None:
                return self._trace_of(done, base)
            if power & 1:
                done = base if done is None else self._product(done, base)
            base = self._product(base, base)
            power >>= 1

    def _row_matrix(self) -> Matrix:
        """Return S: half of each of two rows, and the bonds between them."""
        from spacewheat_sim.statmech.exact import kernels

        rows, leaders = self.turns.rows, self.turns.leaders
        B = rows.bond_sums.astype(np.int64)
        M = rows.magnetizations.astype(np.int64)
        differing = np.bitwise_count(leaders[:, None] ^ rows.states).astype(np.int64)
        bonds = B[leaders, None] + B + 2 * (rows.length - 2 * differing)
        ends = np.stack([bonds, M[leaders, None] + M])
        values = np.zeros((kernels.KNOWN, *bonds.shape))
        if self.weak:
            values[kernels.ODDS] = self.at.beta * self.at.h * ends[1]
        return ends, values

    def _product(self, left: Matrix, right: Matrix) -> Matrix:
        """Return the product of two powers, a few of its rows at a time."""
        from spacewheat_sim.statmech.exact import kernels

        turns, workers = self.turns, Workers()
        leaders, states = left[0].shape[1:]
        product = np.empty_like(left[0]), np.empty_like(left[1])
        for first, last in parts(leaders, max(1, _TERMS_AT_FIRST // states**2)):
            given = (left, right, turns.orbits, turns.turns, turns.images)
            work = partial(
                kernels.multiply_rows, *given, self._couplings, first, last, product
            )
            is_long = (last - first) * states**2 >= _TERMS_AT_FIRST
            workers.share(work, states, kernels.threads() if is_long else 1)
        workers.end()
        return product

    def _trace_of(self, left: Matrix, right: Matrix) -> tuple[Weights, float]:
        from spacewheat_sim.statmech.exact import kernels

        ends, known = np.empty(2, dtype=np.int64), np.empty(kernels.KNOWN)
        sizes = self.turns.sizes
        kernels.trace_rows(left, right, sizes, self._couplings, ends, known)
        B, M = (int(end) // 2 for end in ends)
        return Weights(B, M, *known[:5].tolist()), float(known[kernels.EXCESS])

    @property
    def _couplings(self) -> tuple[float, float, float, bool]:
        return self.at.beta, self.at.J, self.at.h, self.weak
