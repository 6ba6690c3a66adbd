"""Waits for a jump from the modes of B = −iH − Γ/2, with bounds on their errors."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.quantum.steady.kernels import mode_errors
from spacewheat_sim.quantum.steady.part import Part, Waits

# Numbers whose squares, and those of whose inverses, doubles can hold.
SMALLEST, LARGEST = 1e-140, 1e140
# How many products of two modes and a state are held at once.
BLOCK = 1 << 20


class Modes(NamedTuple):
    """B = V diag(λ) V⁻¹ of a part, as far as doubles find it.

    Attributes:
        part: The part.
        vectors: V, (n, n).
        inverse: V⁻¹, (n, n).
        overlaps: G_ab = −1/(λ_a + λ_b*), the integrals over pairs of modes, (n, n).
        misfit: A bound on ‖B − V diag(λ) V⁻¹‖ in 1/s.
    """

    part: Part
    vectors: ComplexArray
    inverse: ComplexArray
    overlaps: ComplexArray
    misfit: float

    def integral(self, start: ComplexArray) -> ComplexArray:
        """Return ∫ e^{Bτ} R e^{B†τ} dτ for a Hermitian R (n, n)."""
        inner = self.inverse @ start @ self.inverse.conj().T
        found = self.vectors @ (self.overlaps * inner) @ self.vectors.conj().T
        return np.asarray((found + found.conj().T) / 2)

    def density(self, landings: FloatArray) -> ComplexArray:
        """Return Σ_t f_t X_t for landing rates f (c,), (n, n)."""
        start = np.zeros_like(self.vectors)
        start[self.part.starts, self.part.starts] = landings
        return self.integral(start)


def find_modes(part: Part) -> tuple[Modes, Waits] | None:
    """Return the modes of a part and its waits, M_it = Σ_ab V_ia V_ib* G_ab U_at U_bt*.

    Here U ≈ V⁻¹. The answer is None where doubles find some mode not to decay, or do
    not tell a wait from its error, as where modes coincide.
    """
    b = -1j * part.hamiltonian
    energies = part.hamiltonian.diagonal().real
    middle = energies.min() / 2 + energies.max() / 2
    np.fill_diagonal(b, -part.decay / 2 - 1j * (energies - middle))
    if not SMALLEST < np.abs(b).max() < LARGEST:
        return None
    try:
        values, vectors = np.linalg.eig(b)
        inverse = np.linalg.inv(vectors)
    except np.linalg.LinAlgError:
        return None
    if not (values.real.max() < -SMALLEST and np.isfinite(inverse).all()):
        return None
    misfit = mode_errors.misfit(
        np.ascontiguousarray(b),
        values,
        vectors,
        inverse,
        b @ vectors,
        np.abs(b) @ np.abs(vectors),
    )
    overlaps = -1.0 / (values[:, None] + values.conj())
    modes = Modes(part, vectors, inverse, overlaps, misfit)
    times = sum_pairs(vectors, inverse[:, part.starts], modes.overlaps)
    errors = _errors(modes, times)
    if errors is None or not (2 * errors.sum(axis=0) <= times.sum(axis=0)).all():
        return None
    return modes, Waits(times, errors, modes.density)


def _errors(modes: Modes, times: FloatArray) -> FloatArray | None:
    """Return bounds on the errors of M, or None if its sums are not known to a half.

    With B̃ = V diag(λ) V⁻¹ in place of B, and a start VU|t⟩ = |t⟩ + |φ_t⟩, the error of
    M_it is at most S_i (2 ‖B − B̃‖ T_t + ‖φ_t‖²) + 2 ‖φ_t‖ √(S_i M_it), where T_t = Σ_i
    M_it and S_i is the sum of M_is over all states s. The rounding of the sum is at
    most that of its terms, whose sizes add up to (Σ_a |V_ia| √G_aa |U_at|)² at most.
    """
    vectors, inverse, overlaps = modes.vectors, modes.inverse, modes.overlaps
    ahead, back = np.abs(vectors), np.abs(inverse)
    # S_i = Σ_ab V_ia G_ab (UU†)_ab V_ib*
    inner = vectors @ (overlaps * (inverse @ inverse.conj().T))
    sizes = (ahead * np.sqrt(overlaps.diagonal().real)) @ back
    errors = mode_errors.modal_errors(
        times,
        modes.part.starts,
        modes.misfit,
        vectors @ inverse,
        ahead @ back,
        inner,
        vectors,
        sizes,
    )
    return errors if errors.size else None


def sum_pairs(
    vectors: ComplexArray, inverse: ComplexArray, overlaps: ComplexArray
) -> FloatArray:
    """Return Σ_ab V_ia V_ib* G_ab U_at U_bt* by products of real matrices, (n, c).

    Args:
        vectors: V, (n, m).
        inverse: U, (m, c).
        overlaps: G, Hermitian, (m, m).
    """
    (n, m), c = vectors.shape, inverse.shape[1]
    total = np.zeros((n, c))
    columns = np.ascontiguousarray(inverse.T)
    step = max(1, BLOCK // (n * n))
    for a in range(0, m, step):
        end = min(m, a + step)
        weights = overlaps[a:end, a:].copy()
        weights[:, end - a :] *= 2  # (a, b) and (b, a) are conjugate
        left = vectors[:, a:end, None] * (vectors.conj()[:, None, a:] * weights)
        right = columns.conj()[:, a:end, None] * columns[:, None, a:]
        # Re Σ x y* is the inner product of the real and imaginary parts.
        left_parts = left.reshape(n, -1).view(np.float64)
        total += left_parts @ right.reshape(c, -1).view(np.float64).T
    return total
