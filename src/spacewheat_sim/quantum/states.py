"""Numbers read off a ket (N,) or a density matrix (N, N)."""

from __future__ import annotations

import math

import numpy as np
import scipy.sparse as sp

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.quantum.arithmetic.kernels.mixture import mixture

# Weights below this are rounding.
LEAST_WEIGHT = 1e-15


def density_matrix(state: ComplexArray) -> ComplexArray:
    """Return |ψ⟩⟨ψ| for a ket (N,), and a density matrix (N, N) as it is."""
    return density_matrices(state[None])[0] if state.ndim == 1 else state


def density_matrices(many: ComplexArray) -> ComplexArray:
    """Return |ψ⟩⟨ψ| of kets (B, N), and density matrices (B, N, N) as they are."""
    if many.ndim == 3:
        return many
    re, im = many.real, many.imag
    rho = np.empty((*many.shape, many.shape[1]), dtype=np.complex128)
    # By parts: not every processor rounds a complex product twice.
    rho.real = re[:, :, None] * re[:, None, :] + im[:, :, None] * im[:, None, :]
    rho.imag = im[:, :, None] * re[:, None, :] - re[:, :, None] * im[:, None, :]
    return rho


def populations(state: ComplexArray) -> FloatArray:
    """Return |ψ_i|² or ρ_ii, (N,)."""
    if state.ndim == 1:
        return np.asarray(state.real**2 + state.imag**2)
    return state.diagonal().real.copy()


def drawn_ket(rho: ComplexArray, uniform: float) -> ComplexArray:
    """Return a ket (N,) of which ``rho`` (N, N) is a mixture, drawn with its weight.

    Over ``uniform`` draws from [0, 1) the mean of |ψ⟩⟨ψ| is ``rho``.
    """
    weights, kets = mixture(rho, LEAST_WEIGHT)
    shares = np.cumsum(weights)
    chosen = int(np.searchsorted(shares, uniform * shares[-1], "right"))
    return np.ascontiguousarray(kets[min(chosen, shares.size - 1)])


def norm(state: ComplexArray) -> float:
    """Return ‖ψ‖ for a ket and Tr ρ for a density matrix: 1 where all is well."""
    total = math.fsum(populations(state).tolist())
    return math.sqrt(total) if state.ndim == 1 else total


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


def entropies(many: ComplexArray) -> FloatArray:
    """Return −tr ρ ln ρ of density matrices (T, d, d) in nats, (T,)."""
    values = np.linalg.eigvalsh(many)
    logarithms = np.log(np.where(values > 0.0, values, 1.0))
    return np.asarray(np.maximum(-(values * logarithms).sum(axis=-1), 0.0))


def expect(operator: sp.csr_array, state: ComplexArray) -> float:
    """Return ⟨ψ|A|ψ⟩ or Tr(Aρ) of a Hermitian sparse ``operator`` (N, N)."""
    applied = np.asarray(operator @ state)
    if state.ndim == 1:
        return float(np.vdot(state, applied).real)
    return float(applied.trace().real)


def populations_of(many: ComplexArray) -> FloatArray:
    """Return the populations of kets (T, N) or density matrices (T, N, N), (T, N)."""
    if many.ndim == 2:
        return np.asarray(many.real**2 + many.imag**2)
    return np.asarray(many.diagonal(axis1=1, axis2=2).real.copy())


def ket_block(north: complex, south: complex) -> tuple[float, float, complex]:
    """Return p_n, p_s and ρ_ns = α_n α_s* of two amplitudes."""
    # By parts: a library's modulus and a fused product would vary in the last digit.
    a, b, c, d = north.real, north.imag, south.real, south.imag
    return a * a + b * b, c * c + d * d, complex(a * c + b * d, b * c - a * d)


def blocks_of(many: ComplexArray, n: int, s: int) -> ComplexArray:
    """Return p_n, p_s and ρ_ns of T states, (3, T)."""
    if many.ndim == 2:
        north, south = many[:, n], many[:, s]
        a, b, c, d = north.real, north.imag, south.real, south.imag
        coherence = np.empty(len(many), dtype=np.complex128)
        coherence.real, coherence.imag = a * c + b * d, b * c - a * d
        return np.array([a * a + b * b, c * c + d * d, coherence])
    return np.array([many[:, n, n], many[:, s, s], many[:, n, s]])


def observables(
    many: ComplexArray, hamiltonian: sp.csr_array, driven: FloatArray
) -> dict[str, FloatArray]:
    """Return norm, purity, entropy (nats) and ⟨H⟩ (rad/s) of T states, each (T,).

    Args:
        many: Kets (T, N) or density matrices (T, N, N).
        hamiltonian: The static part of H in rad/s, (N, N).
        driven: What drivers add to its diagonal at each of them in rad/s, (T, N).
    """
    weights = populations_of(many)
    if many.ndim == 2:
        norm = np.sqrt(weights.sum(axis=1))
        purity, entropy = norm**4, np.zeros(len(many))
        applied = np.asarray((hamiltonian @ many.T).T)
        energy = (many.conj() * applied).real.sum(axis=1)
    else:
        norm = weights.sum(axis=1)
        purity = (many.real**2 + many.imag**2).sum(axis=(1, 2))
        entropy = entropies(many)
        # Tr(Hρ) = Σ H_ij ρ_ji over the entries that H has.
        entries = hamiltonian.tocoo()
        picked = many[:, entries.coords[1], entries.coords[0]]
        energy = (picked * entries.data).real.sum(axis=1)
    energy = energy + (driven * weights).sum(axis=1)
    return {"norm": norm, "purity": purity, "entropy": entropy, "energy": energy}
