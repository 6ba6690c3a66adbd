"""Replicas of an Ising torus on a ladder of temperatures."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.statmech.ising.monte_carlo import generator_words
from spacewheat_sim.statmech.ising.thermodynamics import MethodLimitError
from spacewheat_sim.statmech.parts import SITES_AT_ONCE, parts
from spacewheat_sim.statmech.tempering import kernels

HOTTEST = 0.3
"""|K| of the last rung: single spins mix there within a few sweeps."""

STEEPEST = 1.5
"""Largest ratio of the scales of neighboring rungs."""

MOST_RUNGS = 128

LARGEST = 4096
"""Spins; the rungs grow with their root, and their time with the rungs."""

ANNEALED = 200
"""Sweeps of each rung before its spread is measured, and while it is."""


class TemperedLattice:
    """Spins ±1 on a torus at a ladder of temperatures, exchanged between its rungs.

    The weight of a configuration at the first rung is exp(K Σ_⟨ij⟩ σσ + h Σ σ), further
    up both are scaled down until Metropolis mixes quickly. What is caught in a local
    minimum is carried up, forgets it there, and comes back (Hukushima and Nemoto,
    Journal of the Physical Society of Japan 65, 1604, 1996).

    The ladder is built from its hot end: each rung is annealed from the one above, and
    its spread σ of A = K Σ σσ + h Σ σ puts the next one at a scale larger by 1/σ, so
    that about half of the exchanges are accepted.

    Attributes:
        scales: Of the rungs, from 1 downward, (R,).
        arrivals: How often a replica came from the last rung to the first so far.
    """

    def __init__(
        self,
        K: float,
        width: int,
        height: int,
        rng: np.random.Generator,
        *,
        h: float = 0.0,
    ) -> None:
        """Anneal a ladder; the lattice's own generator is drawn from ``rng``.

        Raises:
            MethodLimitError: the lattice is so large that it takes too many rungs.
        """
        if width * height > LARGEST:
            raise MethodLimitError(
                f"Parallel tempering takes at most {LARGEST} spins, since its rungs "
                f"grow with their root, not {width} × {height} = {width * height}; "
                "metropolis takes any size"
            )
        self.K, self.h = float(K), float(h)
        self.arrivals = 0
        self._state = generator_words(rng)
        start = np.where(rng.random((height, width)) < 0.5, 1, -1).astype(np.int8)
        self.scales, self._replicas = self._anneal(start)
        rungs = self.scales.size
        self._order = np.arange(rungs)
        self._exponents = np.empty(rungs)
        self._passes = np.zeros(1, dtype=np.int64)
        self._exchanged = np.zeros(rungs, dtype=np.int64)
        self._marks = np.zeros(rungs, dtype=np.int64)

    @property
    def spins(self) -> NDArray[np.int8]:
        """The configuration at the first rung, (height, width)."""
        spins: NDArray[np.int8] = self._replicas[self._order[0]]
        return spins

    def measure(self, sweeps: int) -> FloatArray:
        """Return Σ σσ and Σ σ at the first rung after each sweep, (sweeps, 2).

        In a field, every sweep of every rung ends with a heat bath's choice between the
        configuration and its mirror image.
        """
        out = np.empty((sweeps, 2))
        for first, last in parts(sweeps, SITES_AT_ONCE // self._replicas.size):
            self.arrivals += kernels.measure(
                self._replicas,
                self._order,
                self.scales,
                self.K,
                self.h,
                self._state,
                self._exponents,
                self._passes,
                self._exchanged,
                self._marks,
                out[first:last],
            )
        return out

    def acceptance(self) -> FloatArray:
        """Return the share of exchanges accepted between neighbors, (R − 1,)."""
        tried = max(1, int(self._passes[0]) // 2)
        return np.asarray(self._exchanged[:-1] / tried)

    def _anneal(self, spins: NDArray[np.int8]) -> tuple[FloatArray, NDArray[np.int8]]:
        """Return the scales of the rungs and a replica at each, from the first on."""
        size = abs(self.K)
        scales = [min(1.0, HOTTEST / size) if size else 1.0]
        replicas = []
        while True:
            self._sweep_alone(spins, scales[-1])
            spread = _spread(self._sweep_alone(spins, scales[-1]))
            replicas.append(spins.copy())
            if scales[-1] == 1.0:
                break
            if len(scales) == MOST_RUNGS:
                raise MethodLimitError(
                    f"Parallel tempering takes at most {MOST_RUNGS} temperatures, too "
                    f"few for {spins.shape[1]} × {spins.shape[0]} spins at "
                    f"J/T = {self.K:g}; metropolis takes any size"
                )
            step = min(STEEPEST * scales[-1], scales[-1] + 1.0 / max(spread, 1e-300))
            # A frozen lattice stays as it is, however much colder it gets.
            scales.append(min(1.0, step) if spread > 0.0 else 1.0)
        return np.array(scales[::-1]), np.array(replicas[::-1])

    def _sweep_alone(self, spins: NDArray[np.int8], scale: float) -> FloatArray:
        """Move one replica at a scale; return its exponents, (ANNEALED,)."""
        exponents = np.empty((ANNEALED, 1))
        for row in exponents:
            kernels.sweep_rungs(
                spins[None],
                np.zeros(1, dtype=np.int64),
                np.array([scale]),
                self.K,
                self.h,
                self._state,
                row,
            )
        return np.asarray(exponents[:, 0])


def _spread(values: FloatArray) -> float:
    """Return the standard deviation, also where squares would overflow; 0 if equal."""
    if values.min() == values.max():
        return 0.0
    size = float(np.abs(values).max())
    return size * float((values / size).std())
