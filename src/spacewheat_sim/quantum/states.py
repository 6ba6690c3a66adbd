"""Numbers read off a ket (N,) or a density matrix (N, N)."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from spacewheat_sim.arrays import ComplexArray, FloatArray


def density_matrix(state: ComplexArray) -> ComplexArray:
    """Return |ψ⟩⟨ψ| for a ket (N,), and a density matrix (N, N) as it is."""
    return np.outer(state, state.conj()) if state.ndim == 1 else state


def populations(state: ComplexArray) -> FloatArray:
    """Return |ψ_i|² or ρ_ii, (N,)."""
    if state.ndim == 1:
        return np.asarray(state.real**2 + state.imag**2)
    return state.diagonal().real.copy()


def eigenket(rho: ComplexArray, uniform: float) -> ComplexArray:
    """Return an eigenket (N,) of ``rho`` (N, N), chosen by ``uniform`` in [0, 1).

    Each has its eigenvalue as its probability, so that over uniform draws the mean of
    |ψ⟩⟨ψ| is ``rho``.
    """
    eigenvalues, kets = np.linalg.eigh(rho)
    weights = np.cumsum(np.clip(eigenvalues, 0.0, None))
    chosen = int(np.searchsorted(weights, uniform * weights[-1], "right"))
    return np.ascontiguousarray(kets[:, min(chosen, weights.size - 1)])


def norm(state: ComplexArray) -> float:
    """Return ‖ψ‖ for a ket and Tr ρ for a density matrix: 1 where all is well."""
    total = float(populations(state).sum())
    return total**0.5 if state.ndim == 1 else total


def purity(state: ComplexArray) -> float:
    """Return Tr ρ², which is 1 for a ket."""
    if state.ndim == 1:
        return norm(state) ** 4
    return float(np.vdot(state, state).real)


def entropy_vn(state: ComplexArray) -> float:
    """Return the von Neumann entropy −Tr ρ ln ρ in nats, which is 0 for a ket."""
    if state.ndim == 1:
        return 0.0
    eigenvalues = np.linalg.eigvalsh(state)
    positive = eigenvalues[eigenvalues > 0.0]
    return max(0.0, -float(positive @ np.log(positive)))


def expect(operator: sp.csr_array, state: ComplexArray) -> float:
    """Return ⟨ψ|A|ψ⟩ or Tr(Aρ) of a Hermitian sparse ``operator`` (N, N)."""
    applied = np.asarray(operator @ state)
    if state.ndim == 1:
        return float(np.vdot(state, applied).real)
    return float(applied.trace().real)
