"""Moments of a lattice and its blockings, from which exponents and fixed points come.

A tower is the series of even couplings S_a^{(n)}, a = nearest neighbors, diagonal
neighbors, plaquettes, …, of one lattice (n = 0) and of its n-fold blockings.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.statmech.ising.monte_carlo import IsingLattice
from spacewheat_sim.statmech.ising.statistics import BINS
from spacewheat_sim.statmech.parts import sampled

SMALLEST_SIDE = 4
"""Below this side the couplings beyond nearest neighbors are not independent."""


@dataclass(frozen=True)
class Tower:
    """Series of even couplings of an L × L lattice and its blockings.

    Attributes:
        K: Coupling that it was sampled at.
        L: Side of the lattice.
        b: Side of a block.
        series: Sums over sites, (updates, levels + 1, couplings).
    """

    K: float
    L: int
    b: int
    series: FloatArray

    @property
    def levels(self) -> int:
        """How often the lattice was blocked."""
        return int(self.series.shape[1]) - 1

    def side(self, level: int) -> int:
        """Return the side of the lattice after ``level`` blockings."""
        return int(self.L // self.b**level)

    def bins_of_products(self, *columns: FloatArray) -> FloatArray:
        """Return binned means of all products of ``columns`` (updates, m) and of 1.

        The columns are taken relative to their means, which changes no connected
        correlation and spares it the cancellation. Shape (bins, m + 1, m + 1).
        """
        table = np.concatenate(columns, axis=1)
        table = table - table.mean(axis=0)
        table = np.concatenate([np.ones((table.shape[0], 1)), table], axis=1)
        length = table.shape[0] // BINS
        binned = table[-BINS * length :].reshape(BINS, length, -1)
        # Without BLAS, whose sums depend on its threads.
        return np.asarray(np.einsum("bni,bnj->bij", binned, binned) / length)


@dataclass(frozen=True)
class Pair:
    """Towers of two lattices, one of b times the other's side.

    The larger one, blocked n times, ends at the same side as the smaller one, blocked
    n − 1 times.
    """

    large: Tower
    small: Tower


def sample_tower(
    K: float,
    L: int,
    b: int,
    levels: int,
    updates: int,
    rng: np.random.Generator,
    progress: Callable[[float], object] = lambda _share: None,
) -> Tower:
    """Return the tower of ``updates`` cluster updates, after letting the start fade.

    ``progress`` hears which share of them is done.
    """
    lattice = IsingLattice(K, L, L, rng)
    lattice.sample_bonds(fading(updates))
    series = sampled(
        lambda n: lattice.sample_tower(b, levels, n), updates, L * L, progress
    )
    return Tower(K, L, b, series)


def fading(updates: int) -> int:
    """Return how many cluster updates to drop before ``updates`` are used.

    Cluster updates forget their start in τ ~ L^{0.2}: a few at the critical point.
    """
    return 100 + updates // 20


def blockings(L: int, b: int, smallest: int = SMALLEST_SIDE) -> int:
    """Return how often b divides L with at least ``smallest`` blocks a side left."""
    levels = 0
    while L % b == 0 and L // b >= smallest:
        L //= b
        levels += 1
    return levels


def trusted_level(L: int, b: int) -> int:
    """Return the blocking level that results are quoted at.

    Each level brings the Hamiltonian nearer to the fixed point and the lattice nearer
    to nothing: the third where 8 blocks a side remain, else the second where 4 do, else
    the first.
    """
    deep = min(3, blockings(L, b, 8))
    return max(deep, min(2, blockings(L, b, 4)), 1)


def companion_side(L: int, b: int) -> int:
    """Return the side of the smaller of two lattices that show what level 1 leaves out.

    It is L itself where that is small. A larger lattice blocked once is about as far
    from the fixed point as one that ends at :data:`SMALLEST_SIDE` blocks a side.
    """
    return min(L, SMALLEST_SIDE * b)
