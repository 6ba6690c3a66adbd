"""What a run draws its series from: a lattice and one of the algorithms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.statmech.excitations.moves import Window
from spacewheat_sim.statmech.ising.monte_carlo import IsingLattice
from spacewheat_sim.statmech.ising.ring import sample_rings
from spacewheat_sim.statmech.ising.starts import anneal, colored, ground_signs
from spacewheat_sim.statmech.multispin.lattice import (
    SPINS_AT_ONCE,
    MultispinLattice,
    fits,
)
from spacewheat_sim.statmech.parts import SITES_AT_ONCE
from spacewheat_sim.statmech.tempering.lattice import TemperedLattice

CALIBRATED = 200
"""Wolff clusters whose mean size says how many make a sweep."""

SETTLED = 100
"""Updates of all clusters before those."""

RINGS_AT_ONCE = 2**24
"""Spins of the independent rings that are drawn together."""

WINDOW = 2**20
"""Spins of a configuration that tell its rare moves, where it has more."""


@dataclass(frozen=True)
class Sampler:
    """A source of configurations.

    Attributes:
        measure: Returns the series of so many sweeps, (sweeps, 4): Σ σσ, Σ σ and the
            estimates of ⟨Σ σ⟩ and ⟨(Σ σ)²⟩ of ``sums.MEASURED``.
        window: Returns the configuration at hand.
        at_once: Sweeps between which Ctrl-C is answered.
        arrivals: Returns how often a replica of parallel tempering came from its
            hottest rung; None for other algorithms.
    """

    measure: Callable[[int], FloatArray]
    window: Callable[[], Window]
    at_once: int
    arrivals: Callable[[], int] | None = None


def sampler(
    algorithm: str,
    size: tuple[int, int],
    K: float,
    h: float,
    signs: tuple[int, int] | None,
    rng: np.random.Generator,
) -> Sampler:
    """Return what draws from the torus of ``size`` (Lx, Ly).

    It starts in the state whose even and odd sites have the ``signs``, or annealed.
    """
    if algorithm == "parallel_tempering":
        return _tempered(size, K, h, rng)
    wide = size if fits(*size) else size[::-1]
    if algorithm == "metropolis" and fits(*wide):
        return _multispin(wide, K, h, signs or ground_signs(K, h), rng)
    lattice = IsingLattice(K, *size, rng)
    if signs is None:
        anneal(lattice, h, rng)
    else:
        lattice.spins[:] = colored(*size, *signs)
    return _single(lattice, algorithm, h)


def ring_sampler(L: int, K: float, h: float, rng: np.random.Generator) -> Sampler:
    """Return what draws independent rings of L spins."""
    last = np.ones((1, L), dtype=np.int8)

    def measure(count: int) -> FloatArray:
        rings = sample_rings(K, h, L, count, rng)
        pairs = np.empty((count, 2))
        pairs[:, 0] = (rings * np.roll(rings, -1, axis=1)).sum(axis=1, dtype=np.int64)
        pairs[:, 1] = rings.sum(axis=1, dtype=np.int64)
        last[0] = rings[-1]
        return without_clusters(pairs, h)

    def window() -> Window:
        return Window(last.copy(), L, float(last.sum(dtype=np.int64)))

    # The loop over the spins is Python's, which answers by itself.
    return Sampler(measure, window, max(1, RINGS_AT_ONCE // L))


def without_clusters(pairs: FloatArray, h: float) -> FloatArray:
    """Return the series (sweeps, 4) of Σ σσ and Σ σ, (sweeps, 2).

    A configuration and its mirror image together have ⟨M⟩ = M tanh(hM).
    """
    bonds, spins = pairs.T
    return np.column_stack([bonds, spins, spins * np.tanh(h * spins), spins**2])


def _single(lattice: IsingLattice, algorithm: str, h: float) -> Sampler:
    sites = lattice.spins.size
    at_once = max(1, SITES_AT_ONCE // sites)

    def window() -> Window:
        height, width = lattice.spins.shape
        total = float(lattice.spin_sum())
        if sites <= WINDOW:
            return Window(lattice.spins.copy(), sites, total)
        rows = min(height, max(3, WINDOW // width))
        return Window(lattice.spins[:rows].copy(), sites, total)

    if algorithm == "metropolis":
        return Sampler(lambda n: lattice.measure_metropolis(n, h), window, at_once)
    if algorithm == "swendsen_wang":
        return Sampler(lambda n: lattice.measure_swendsen_wang(n, h), window, at_once)
    # Counting turned spins up to a sweep would prefer the moments after large clusters.
    lattice.swendsen_wang(SETTLED)
    size = float(np.mean([lattice.wolff() for _ in range(CALIBRATED)]))
    clusters = max(1, round(sites / size))
    return Sampler(lambda n: lattice.measure_wolff(n, clusters), window, at_once)


def _multispin(
    size: tuple[int, int],
    K: float,
    h: float,
    signs: tuple[int, int],
    rng: np.random.Generator,
) -> Sampler:
    width, height = size
    words = MultispinLattice(K, width, height, rng, h=h)
    words.order(*signs)
    sites = width * height

    def window() -> Window:
        total = float(words.bonds_and_spins()[1])
        rows = height if sites <= WINDOW else max(3, WINDOW // width)
        return Window(words.first_rows(min(height, rows)), sites, total)

    return Sampler(
        lambda n: without_clusters(words.sample(n), h),
        window,
        max(1, SPINS_AT_ONCE // sites),
    )


def _tempered(
    size: tuple[int, int], K: float, h: float, rng: np.random.Generator
) -> Sampler:
    replicas = TemperedLattice(K, *size, rng, h=h)
    sites = size[0] * size[1]

    def window() -> Window:
        spins = replicas.spins.copy()
        return Window(spins, sites, float(spins.sum(dtype=np.int64)))

    return Sampler(
        lambda n: without_clusters(replicas.measure(n), h),
        window,
        max(1, SITES_AT_ONCE // (sites * replicas.scales.size)),
        lambda: replicas.arrivals,
    )
