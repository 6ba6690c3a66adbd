"""The least and the greatest energy of a Hamiltonian."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.propagation.energies import kernels

LANCZOS_STEPS = 50


def energy_range(generator: Generator) -> tuple[float, float]:
    """Return the extreme eigenvalues of the static H in rad/s, by Lanczos' method."""
    alpha = np.empty(min(LANCZOS_STEPS, generator.dimension))
    beta = np.empty_like(alpha)
    size = kernels.lanczos(generator.static, alpha, beta)
    low, high = kernels.extreme_eigenvalues(alpha[:size], beta[:size])
    return float(low), float(high)
