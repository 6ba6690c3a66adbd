"""Compiled loop of a jump of several entries: where it leaves a ket.

Shapes: kets as real and imaginary parts (N, 2); a jump's entries as sources and
targets (E,).
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit


@njit(error_model="numpy")
def land_ket(psi, sources, targets, out):
    """Write Lψ/‖Lψ‖ with L = Σ_e |t_e⟩⟨s_e| to ``out`` (N, 2), which is all 0."""
    square = 0.0
    for e in range(sources.size):
        square += psi[sources[e], 0] ** 2 + psi[sources[e], 1] ** 2
    norm = 1.0 / np.sqrt(square)
    for e in range(sources.size):
        out[targets[e], 0] = psi[sources[e], 0] * norm
        out[targets[e], 1] = psi[sources[e], 1] * norm
