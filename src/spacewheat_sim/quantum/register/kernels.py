"""Compiled loops that apply a gate to some basis states of a ket or density matrix.

A gate mixes d states at a time, alike for M sets of them: ``places`` (d, M) are their
indices, ``unitary`` (d, d) is U. States are as ``complex128``.
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit


@njit(error_model="numpy")
def mix_rows(unitary, places, rows):
    """Write U times the rows of each set to ``rows`` (N, L), in place."""
    size, sets = places.shape
    old = np.empty((size, rows.shape[1]), dtype=np.complex128)
    for m in range(sets):
        for k in range(size):
            for c in range(rows.shape[1]):
                old[k, c] = rows[places[k, m], c]
        for i in range(size):
            for c in range(rows.shape[1]):
                total = 0.0j
                for k in range(size):
                    total += unitary[i, k] * old[k, c]
                rows[places[i, m], c] = total


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
