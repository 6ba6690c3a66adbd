"""Configurations that Monte Carlo runs start from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.statmech.ising.monte_carlo import IsingLattice

Spins = NDArray[np.int8]

HOTTEST = 0.3
"""|K| that annealing begins at."""

STEPS, SWEEPS = 20, 20
"""Couplings of an annealing, and Metropolis sweeps at each."""


def ground_signs(K: float, h: float) -> tuple[int, int]:
    """Return the signs of even and odd sites in a state of low energy.

    The alternating one gains 2|K| a site for K < 0, the uniform one |h|.
    """
    along = -1 if h < 0.0 else 1
    return (along, -along) if 4.0 * K + abs(h) < 0.0 else (along, along)


def colored(width: int, height: int, even: int, odd: int) -> Spins:
    """Return the state with these signs where x + y is even and odd."""
    spins = np.full((height, width), even, dtype=np.int8)
    spins[::2, 1::2] = odd
    spins[1::2, ::2] = odd
    return spins


def other_signs(even: int, odd: int, h: float) -> tuple[int, int]:
    """Return the alternating state's signs for the uniform one, and the reverse."""
    along = -1 if h < 0.0 else 1
    return (along, along) if even != odd else (along, -along)


def anneal(lattice: IsingLattice, h: float, rng: np.random.Generator) -> None:
    """Cool a random state down to the lattice's K and to ``h`` by single spins."""
    shape = lattice.spins.shape
    lattice.spins[:] = np.where(rng.random(shape) < 0.5, 1, -1)
    K = lattice.K
    start = min(1.0, HOTTEST / abs(K)) if K else 1.0
    for scale in np.geomspace(start, 1.0, STEPS):
        lattice.K = K * float(scale)
        for _ in range(SWEEPS):
            lattice.metropolis(h * float(scale))
    lattice.K = K
