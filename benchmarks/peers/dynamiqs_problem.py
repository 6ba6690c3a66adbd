"""A random bath in dynamiqs' terms: dense, double precision, on the processor."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
from problems import RandomBath


def operators(problem: RandomBath) -> tuple[Any, list[Any]]:
    """Return Hamiltonian and jump operators.

    Their diagonals are scattered, so the dense layout suits them better than dynamiqs'
    own sparse one, which stores whole diagonals.
    """
    import dynamiqs as dq

    dq.set_device("cpu")
    dq.set_precision("double")
    dq.set_layout("dense")
    hamiltonian = dq.asqarray(problem.hamiltonian.toarray())
    jumps = []
    for source, target, rate in problem.indexed_jumps():
        jump = np.zeros(hamiltonian.shape, dtype=complex)
        jump[target, source] = np.sqrt(rate)
        jumps.append(dq.asqarray(jump))
    for row, (_, energy, _, frequency, phase, _) in enumerate(problem.drivers):
        projector = np.zeros(hamiltonian.shape, dtype=complex)
        projector[row, row] = 1.0
        wave = _cosine(energy, 2 * np.pi * frequency, phase)
        hamiltonian = hamiltonian + dq.modulated(wave, dq.asqarray(projector))
    return hamiltonian, jumps


def populations(_: float, state: Any) -> Any:
    """Return the populations of a ket or a density matrix, (N,)."""
    array = state.to_jax()
    if array.shape[-1] == 1:
        return abs(array[..., 0]) ** 2
    return jax.numpy.diagonal(array, axis1=-2, axis2=-1).real


def _cosine(energy: float, omega: float, phase: float) -> Any:
    return lambda t: energy * jax.numpy.cos(omega * t + phase)
