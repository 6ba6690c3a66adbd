"""The decoherence factor by diagonalizing both branches: slow, and independent."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.spin_bath.model import SpinBath

LARGEST_SIZE = 8
PAULI_X = np.array([[0.0, 1.0], [1.0, 0.0]])
PAULI_Z = np.diag([1.0, -1.0])


def branch_hamiltonian(bath: SpinBath, sign: int) -> FloatArray:
    """Return H_± = ±Σ g_k Z_k + h Σ X_k + J Σ Z_k Z_{k+1}, (2ⁿ, 2ⁿ)."""
    n = bath.size
    matrix = np.zeros((2**n, 2**n))
    for k, g in enumerate(bath.couplings):
        matrix += sign * g * _embedded({k: PAULI_Z}, n)
        matrix += bath.field * _embedded({k: PAULI_X}, n)
        if k + 1 < n:
            matrix += bath.chain * _embedded({k: PAULI_Z, k + 1: PAULI_Z}, n)
    return matrix


def decoherence_factor(bath: SpinBath, times: ArrayLike) -> ComplexArray:
    """Return r(t) = ⟨E_−(t)|E_+(t)⟩ for ``times`` (T,).

    Raises:
        ArgumentError: the bath has more than 8 spins.
    """
    if bath.size > LARGEST_SIZE:
        raise ArgumentError(
            f"Argument `bath` must have at most {LARGEST_SIZE} spins, but has "
            f"{bath.size}"
        )
    start = np.ones(1, dtype=np.complex128)
    for spinor in bath.spinors:
        start = np.kron(start, spinor)
    t = np.asarray(times, dtype=np.float64)
    kets = []
    for sign in (1, -1):
        energies, vectors = np.linalg.eigh(branch_hamiltonian(bath, sign))
        phases = np.exp(-1j * np.outer(energies, t))
        kets.append(vectors @ (phases * (vectors.T @ start)[:, None]))
    return np.asarray(np.sum(kets[1].conj() * kets[0], axis=0))


def _embedded(factors: dict[int, FloatArray], count: int) -> FloatArray:
    matrix = np.ones((1, 1), dtype=np.float64)
    for k in range(count):
        grown = np.kron(matrix, factors.get(k, np.eye(2)))
        matrix = np.asarray(grown, dtype=np.float64)
    return matrix
