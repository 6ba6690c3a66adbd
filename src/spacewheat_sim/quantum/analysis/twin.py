"""The classical twin: what a bath would be if coherence were only a rate."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray


def coherent_rates(hamiltonian: ComplexArray, decay: FloatArray) -> FloatArray:
    """Return K_ij = 2|H_ij|² Γ_ij / (Γ_ij² + Δ_ij²), a symmetric matrix in 1/s, (N, N).

    It is the rate at which a coupling moves population where the coherence between two
    states decays faster than it moves, Γ_ij = (Γ_i + Γ_j)/2 with the rate Γ_i of all
    jumps out of i, dephasing counted in, and Δ_ij the difference of their energies.
    Where no jump leaves either end it is no rate: infinite or 0.
    """
    energies = hamiltonian.diagonal().real
    width = (decay[:, None] + decay) / 2
    detuning = energies[:, None] - energies
    strength = np.abs(hamiltonian) ** 2
    np.fill_diagonal(strength, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = 2 * strength * width / (width**2 + detuning**2)
    return np.where(strength > 0.0, rates, 0.0)


def rate_matrix(feed: FloatArray, coherent: FloatArray) -> FloatArray:
    """Return the R of p′ = R p: W and K off the diagonal, columns that sum to 0."""
    rates = feed + coherent
    np.fill_diagonal(rates, 0.0)
    return np.asarray(rates - np.diag(rates.sum(axis=0)))
