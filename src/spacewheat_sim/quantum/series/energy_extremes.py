"""The least and the greatest energy of a Hamiltonian."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.kernels import lanczos

LANCZOS_STEPS = 50


def energy_range(generator: Generator) -> tuple[float, float]:
    """Return the extreme eigenvalues of the static H in rad/s, by Lanczos' method.

    They are sought around the middle of the diagonal: a constant added to all energies
    takes no digit from their distance.
    """
    energy = generator.static.energy
    middle = float(energy.min() / 2 + energy.max() / 2)
    around = energy - middle
    around.setflags(write=False)  # as the generator's is: one compiled kernel
    alpha = np.empty(min(LANCZOS_STEPS, generator.dimension))
    beta = np.empty_like(alpha)
    static = generator.static._replace(energy=around)
    size = lanczos.lanczos(static, alpha, beta)
    low, high = lanczos.extreme_eigenvalues(alpha[:size], beta[:size])
    return middle + float(low), middle + float(high)
