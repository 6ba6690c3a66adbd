"""A live Ising lattice that Monte Carlo updates move, and series sampled from it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.statmech.ising import kernels

FloatArray = NDArray[np.float64]


class IsingLattice:
    """Spins ±1 on a torus, with a coupling that may change between updates.

    The weight of a configuration is exp(K Σ_⟨ij⟩ σσ + h Σ σ). It starts ordered.

    Attributes:
        spins: The configuration, int8 (height, width), updated in place.
        K: Coupling J/T of either sign; may be set at any time.
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
        self._state = generator_words(rng)
        self._clusters = np.empty(width * height, dtype=np.int32)
        self._turned = np.empty(width * height, dtype=np.uint8)

    def swendsen_wang(self, updates: int = 1, h: float = 0.0) -> None:
        """Update all clusters ``updates`` times in the field ``h``."""
        clusters, turned, state = self._scratch()
        for _ in range(updates):
            if h:
                kernels.swendsen_wang_in_field(
                    self.spins, self.K, h, clusters, turned, state
                )
            else:
                kernels.swendsen_wang(self.spins, self.K, clusters, turned, state)

    def wolff(self) -> int:
        """Turn over one cluster and return its size; there is no field.

        Raises:
            ArgumentError: ``K`` is negative and a side is odd: around it a cluster
                meets itself with the wrong sign. Swendsen–Wang updates can do these.
        """
        self._check_wolff()
        stack = self._clusters
        return int(kernels.wolff(self.spins, self.K, stack, self._state)[0])

    def metropolis(self, h: float = 0.0) -> int:
        """Try as many spins as there are, at random, in the field ``h``.

        Returns how many turned over.
        """
        return int(kernels.metropolis(self.spins, self.K, h, self._state))

    def bond_sum(self) -> int:
        """Return Σ σσ over the two bonds of every site."""
        return int(kernels.bond_sum(self.spins))

    def spin_sum(self) -> int:
        """Return Σ σ."""
        return int(kernels.spin_sum(self.spins))

    def measure_swendsen_wang(self, updates: int, h: float = 0.0) -> FloatArray:
        """Return Σ σσ, Σ σ and the clusters' estimates of ⟨Σ σ⟩ and ⟨(Σ σ)²⟩.

        One row after each update, (updates, :data:`kernels.MEASURED`). The estimates
        are means over all ways to turn the clusters, which have less noise.
        """
        out = np.empty((updates, kernels.MEASURED))
        clusters, turned, state = self._scratch()
        moments = np.empty_like(clusters)
        kernels.measure_clusters(
            self.spins, self.K, h, clusters, turned, moments, state, out
        )
        return out

    def measure_wolff(self, updates: int, clusters: int) -> FloatArray:
        """Return the same, without field, after every ``clusters`` clusters.

        Raises:
            ArgumentError: as :meth:`wolff`.
        """
        self._check_wolff()
        out = np.empty((updates, kernels.MEASURED))
        stack = self._clusters
        kernels.measure_wolff(self.spins, self.K, clusters, stack, self._state, out)
        return out

    def measure_metropolis(self, sweeps: int, h: float = 0.0) -> FloatArray:
        """Return the same after each :meth:`metropolis`; there are no clusters.

        In a field, every sweep ends with a heat bath's choice between the configuration
        and its mirror image, between which single spins hardly ever find the way.
        """
        out = np.empty((sweeps, kernels.MEASURED))
        kernels.measure_metropolis(self.spins, self.K, h, self._state, out)
        return out

    def sample_bonds(self, updates: int) -> FloatArray:
        """Return ⟨σσ⟩ per bond after each Swendsen–Wang update, (updates,)."""
        out = np.empty(updates)
        kernels.sample_bonds(self.spins, self.K, *self._scratch(), out)
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
        kernels.sample_block_bonds(
            self.spins, self.K, b, clusters, turned, blocks, state, out
        )
        return np.asarray(out / (2 * blocks.size))

    def sample_tower(self, b: int, levels: int, updates: int) -> FloatArray:
        """Return the even couplings of the lattice and of ``levels`` blockings.

        Shape (updates, levels + 1, :data:`kernels.EVEN_COUPLINGS`): sums over sites.

        Raises:
            ArgumentError: the lattice is not square, or cannot be blocked so often.
        """
        height, width = self.spins.shape
        if height != width or width % b**levels or width < 2 * b**levels:
            raise ArgumentError(
                f"A {width} × {height} lattice cannot be blocked {levels} times by {b}"
            )
        work = np.empty((levels, height, width), dtype=np.int8)
        out = np.empty((updates, levels + 1, kernels.EVEN_COUPLINGS))
        clusters, turned, state = self._scratch()
        kernels.sample_tower(self.spins, self.K, b, clusters, turned, work, state, out)
        return out

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

    def _scratch(self) -> tuple[NDArray[np.int32], NDArray[np.uint8], NDArray[Any]]:
        return self._clusters, self._turned, self._state


def generator_words(rng: np.random.Generator) -> NDArray[np.uint64]:
    """Return four random words that start a kernel's generator."""
    return rng.integers(0, 2**64, size=4, dtype=np.uint64)
