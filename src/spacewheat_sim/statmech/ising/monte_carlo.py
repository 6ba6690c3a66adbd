"""A live Ising lattice that Monte Carlo updates move, and series sampled from it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.arrays import FloatArray, Int32Array
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.statmech.ising.kernels import (
    cluster_moments,
    majority,
    metropolis,
    sums,
    swendsen_wang,
    wolff,
)
from spacewheat_sim.statmech.parts import SITES_AT_ONCE, parts


class IsingLattice:
    """Spins ±1 on a torus, with a coupling that may change between updates.

    The weight of a configuration is exp(K Σ_⟨ij⟩ σσ + h Σ σ). It starts ordered. What
    takes long is done in parts, so that Ctrl-C is answered at once, with the same
    result as in one go; an update that it ends leaves spins that are in no equilibrium.

    Attributes:
        spins: The configuration, int8 (height, width), updated in place.
        K: Coupling J/T of either sign; may be set at any time.
        generator: Words of the random generator, updated in place.
    """

    def __init__(
        self, K: float, width: int, height: int, rng: np.random.Generator
    ) -> None:
        """Draw the lattice's own generator from ``rng``.

        Raises:
            ArgumentError: ``K`` is not finite, or a side is below 1.
        """
        if not math.isfinite(K):
            raise ArgumentError(f"Argument `K` must be finite, but is {K!r}")
        if width < 1 or height < 1:
            raise ArgumentError(
                f"A lattice must have sides of at least 1, but is {width} × {height}"
            )
        self.K = float(K)
        self.spins = np.ones((height, width), dtype=np.int8)
        self.generator = generator_words(rng)
        self._clusters = np.empty(width * height, dtype=np.int32)
        self._turned = np.empty(width * height, dtype=np.uint8)
        self._is_large = width * height > SITES_AT_ONCE

    def swendsen_wang(self, updates: int = 1, h: float = 0.0) -> None:
        """Update all clusters ``updates`` times in the field ``h``."""
        clusters, turned, state = self._scratch()
        for _ in range(updates):
            if self._is_large:
                self._swendsen_wang_in_parts(h)
            elif h:
                swendsen_wang.swendsen_wang_in_field(
                    self.spins, self.K, h, clusters, turned, state
                )
            else:
                swendsen_wang.swendsen_wang(self.spins, self.K, clusters, turned, state)

    def wolff(self) -> int:
        """Turn over one cluster and return its size; there is no field.

        Raises:
            ArgumentError: ``K`` is negative and a side is odd: around it a cluster
                meets itself with the wrong sign. Swendsen–Wang updates can do these.
        """
        self._check_wolff()
        if self._is_large:
            return self._wolff_in_parts()[0]
        return int(wolff.wolff(self.spins, self.K, self._clusters, self.generator)[0])

    def metropolis(self, h: float = 0.0) -> int:
        """Try as many spins as there are, at random, in the field ``h``.

        Returns how many turned over.
        """
        left = self.spins.size
        if not self._is_large:
            return int(
                metropolis.metropolis(self.spins, self.K, h, self.generator, left)
            )
        turned = 0
        while left:
            tries = min(left, SITES_AT_ONCE)
            turned += metropolis.metropolis(
                self.spins, self.K, h, self.generator, tries
            )
            left -= tries
        return int(turned)

    def bond_sum(self) -> int:
        """Return Σ σσ over the two bonds of every site."""
        return sum(int(sums.bond_sum(self.spins, *rows)) for rows in self._rows())

    def spin_sum(self) -> int:
        """Return Σ σ."""
        return sum(
            int(sums.spin_sum(self.spins[first:last])) for first, last in self._rows()
        )

    def measure_swendsen_wang(self, updates: int, h: float = 0.0) -> FloatArray:
        """Return Σ σσ, Σ σ and the clusters' estimates of ⟨Σ σ⟩ and ⟨(Σ σ)²⟩.

        One row after each update, (updates, :data:`sums.MEASURED`). The estimates
        are means over all ways to turn the clusters, which have less noise.
        """
        out = np.empty((updates, sums.MEASURED))
        clusters, turned, state = self._scratch()
        moments = np.empty_like(clusters)
        if self._is_large:
            for row in out:
                self._swendsen_wang_in_parts(h)
                row[:2] = self.bond_sum(), self.spin_sum()
                row[2:] = self._moments_in_parts(moments, h != 0.0)
            return out
        for part in self._updates(out):
            cluster_moments.measure_clusters(
                self.spins, self.K, h, clusters, turned, moments, state, part
            )
        return out

    def measure_wolff(self, updates: int, clusters: int) -> FloatArray:
        """Return the same, without field, after every ``clusters`` clusters.

        Raises:
            ArgumentError: as :meth:`wolff`.
        """
        self._check_wolff()
        out = np.empty((updates, sums.MEASURED))
        if self._is_large:
            for row in out:
                grown = [self._wolff_in_parts() for _ in range(clusters)]
                square = sum(total * total / size for size, total in grown)
                row[:2] = self.bond_sum(), self.spin_sum()
                row[2:] = 0.0, square * self.spins.size / clusters
            return out
        for part in self._updates(out):
            wolff.measure_wolff(
                self.spins, self.K, clusters, self._clusters, self.generator, part
            )
        return out

    def measure_metropolis(self, sweeps: int, h: float = 0.0) -> FloatArray:
        """Return the same after each :meth:`metropolis`; there are no clusters.

        In a field, every sweep ends with a heat bath's choice between the configuration
        and its mirror image, between which single spins hardly ever find the way.
        """
        out = np.empty((sweeps, sums.MEASURED))
        if self._is_large:
            for row in out:
                self.metropolis(h)
                total = self._spins_after_mirror(h)
                row[:2] = self.bond_sum(), total
                row[2:] = metropolis.mean_of_mirrors(total, h), total * total
            return out
        for part in self._updates(out):
            metropolis.measure_metropolis(self.spins, self.K, h, self.generator, part)
        return out

    def sample_bonds(self, updates: int) -> FloatArray:
        """Return ⟨σσ⟩ per bond after each Swendsen–Wang update, (updates,)."""
        out = np.empty(updates)
        for part in self._updates(out):
            swendsen_wang.sample_bonds(self.spins, self.K, *self._scratch(), part)
        return np.asarray(out / (2 * self.spins.size))

    def sample_block_bonds(self, b: int, updates: int) -> FloatArray:
        """Return an estimator of the blocks' ⟨ss⟩ after each update, (updates,).

        Its mean is the nearest-neighbor correlation of the majority of b × b spins,
        ties at random; bonds whose blocks share no cluster count as 0, their mean.

        Raises:
            ArgumentError: ``b`` does not divide the sides into at least two blocks.
        """
        shape = self._block_shape(b)
        blocks = np.empty(shape, dtype=np.int8)
        out = np.empty(updates)
        clusters, turned, state = self._scratch()
        for part in self._updates(out):
            majority.sample_block_bonds(
                self.spins, self.K, b, clusters, turned, blocks, state, part
            )
        return np.asarray(out / (2 * blocks.size))

    def sample_tower(self, b: int, levels: int, updates: int) -> FloatArray:
        """Return the even couplings of the lattice and of ``levels`` blockings.

        Shape (updates, levels + 1, :data:`majority.EVEN_COUPLINGS`): sums over
        sites.

        Raises:
            ArgumentError: the lattice is not square, or cannot be blocked so often.
        """
        height, width = self.spins.shape
        if height != width or width % b**levels or width < 2 * b**levels:
            raise ArgumentError(
                f"A {width} × {height} lattice cannot be blocked {levels} times by {b}"
            )
        work = np.empty((levels, height, width), dtype=np.int8)
        out = np.empty((updates, levels + 1, majority.EVEN_COUPLINGS))
        clusters, turned, state = self._scratch()
        for part in self._updates(out):
            majority.sample_tower(
                self.spins, self.K, b, clusters, turned, work, state, part
            )
        return out

    # --- inside -------------------------------------------------------------------

    def _rows(self) -> Iterator[tuple[int, int]]:
        height, width = self.spins.shape
        return parts(height, SITES_AT_ONCE // width)

    def _updates(self, out: FloatArray) -> Iterator[FloatArray]:
        """Yield the rows of ``out`` that one call fills."""
        for first, last in parts(len(out), SITES_AT_ONCE // self.spins.size):
            yield out[first:last]

    def _swendsen_wang_in_parts(self, h: float) -> None:
        """Do what the kernels of that name do."""
        clusters, turned, state = self._scratch()
        flat, width = self.spins.ravel(), self.spins.shape[1]
        bonds = (*swendsen_wang.freezing(self.K), clusters, state)
        for rows in self._rows():
            swendsen_wang.freeze_rows(flat, width, *bonds, *rows)
        swendsen_wang.freeze_closing_bonds(flat, width, *bonds)
        if h:
            for sites in parts(self.spins.size, SITES_AT_ONCE):
                swendsen_wang.hold_clusters(
                    self.spins, h, clusters, turned, state, *sites
                )
        bits = np.uint64(0)
        for sites in parts(self.spins.size, SITES_AT_ONCE):
            left = swendsen_wang.turn_clusters(
                self.spins, clusters, turned, h != 0.0, state, *sites, bits
            )
            bits = np.uint64(left)  # which comes back as a Python number

    def _moments_in_parts(self, moments: Int32Array, held: bool) -> tuple[float, float]:
        """Return what ``cluster_moments.cluster_moments`` does."""
        for first, last in parts(moments.size, SITES_AT_ONCE):
            moments[first:last] = 0
        for sites in parts(moments.size, SITES_AT_ONCE):
            cluster_moments.add_moments(self.spins, self._clusters, moments, *sites)
        kept, free = 0.0, 0.0
        for sites in parts(moments.size, SITES_AT_ONCE):
            kept, free = cluster_moments.sum_moments(
                self._clusters, self._turned, held, moments, *sites, kept, free
            )
        return kept, kept * kept + free

    def _wolff_in_parts(self) -> tuple[int, int]:
        """Return what ``wolff.wolff`` does."""
        flat, width = self.spins.ravel(), self.spins.shape[1]
        bonds = swendsen_wang.freezing(self.K)
        stack, state = self._clusters, self.generator
        wolff.start_cluster(flat, stack, state)
        waiting, size, total = 1, 0, 0
        while waiting:
            waiting, more, their = wolff.grow_cluster(
                flat, width, *bonds, stack, state, waiting, SITES_AT_ONCE
            )
            size, total = size + more, total + their
        return size, total

    def _spins_after_mirror(self, h: float) -> float:
        """Return Σ σ after the choice of whether to turn everything in a field."""
        total = float(self.spin_sum())
        if h == 0.0 or not metropolis.mirrors(total, h, self.generator):
            return total
        for first, last in self._rows():
            np.negative(self.spins[first:last], out=self.spins[first:last])
        return -total

    def _check_wolff(self) -> None:
        height, width = self.spins.shape
        if self.K < 0.0 and (height % 2 or width % 2):
            raise ArgumentError(
                f"Wolff clusters need even sides where K is negative, but the lattice "
                f"is {width} × {height} with K = {self.K:g}; use swendsen_wang"
            )

    def _block_shape(self, b: int) -> tuple[int, int]:
        height, width = self.spins.shape
        if b < 2 or height % b or width % b or min(height, width) < 2 * b:
            raise ArgumentError(
                f"Argument `b` must divide the sides of a {width} × {height} lattice "
                f"into at least 2 blocks, but is {b}"
            )
        return height // b, width // b

    def _scratch(self) -> tuple[Int32Array, NDArray[np.uint8], NDArray[Any]]:
        return self._clusters, self._turned, self.generator


def generator_words(rng: np.random.Generator) -> NDArray[np.uint64]:
    """Return four random words that start a kernel's generator."""
    return rng.integers(0, 2**64, size=4, dtype=np.uint64)
