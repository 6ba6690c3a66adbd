"""Waits for a jump from the modes of B = −iH − Γ/2, with bounds on their errors."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.quantum.steady import kernels
from spacewheat_sim.quantum.steady.part import Part, Waits

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]

# How many products of two modes and a state are held at once.
BLOCK = 1 << 20


class Modes(NamedTuple):
    """B = V diag(λ) V⁻¹ of a part, as far as doubles find it.

    Attributes:
        part: The part.
        vectors: V, (n, n).
        inverse: V⁻¹, (n, n).
        overlaps: G_ab = −1/(λ_a + λ_b*), the integrals over pairs of modes, (n, n).
    """

    part: Part
    vectors: ComplexArray
    inverse: ComplexArray
    overlaps: ComplexArray

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

    Here U = V⁻¹. The answer is None where doubles find some mode not to decay, or not
    even the sums of M to a factor of two (``kernels.modal_errors``).
    """
    b = -1j * part.hamiltonian
    b.flat[:: part.size + 1] -= part.decay / 2
    try:
        values, vectors = np.linalg.eig(b)
        inverse = np.linalg.inv(vectors)
    except np.linalg.LinAlgError:
        return None
    if not (values.real.max() < 0.0 and np.isfinite(inverse).all()):
        return None
    overlaps = -1.0 / (values[:, None] + values.conj())
    modes = Modes(part, vectors, inverse, overlaps)
    times = _sum_pairs(vectors, inverse[:, part.starts], overlaps)
    errors = kernels.modal_errors(
        b, values, vectors, inverse, overlaps, times, part.starts
    )
    return (modes, Waits(times, errors, modes.density)) if errors.size else None


def _sum_pairs(
    vectors: ComplexArray, inverse: ComplexArray, overlaps: ComplexArray
) -> FloatArray:
    """Return Σ_ab V_ia V_ib* G_ab U_at U_bt* by products of real matrices, (n, c)."""
    n, c = inverse.shape
    total = np.zeros((n, c))
    columns = np.ascontiguousarray(inverse.T)
    step = max(1, BLOCK // (n * n))
    for a in range(0, n, step):
        end = min(n, a + step)
        weights = overlaps[a:end, a:].copy()
        weights[:, end - a :] *= 2  # (a, b) and (b, a) are conjugate
        left = vectors[:, a:end, None] * (vectors.conj()[:, None, a:] * weights)
        right = columns.conj()[:, a:end, None] * columns[:, None, a:]
        # Re Σ x y* is the inner product of the real and imaginary parts.
        left_parts = left.reshape(n, -1).view(np.float64)
        total += left_parts @ right.reshape(c, -1).view(np.float64).T
    return total
