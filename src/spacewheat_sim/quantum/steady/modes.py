"""Waits for a jump from the eigenmodes of B = −iH − Γ/2, with bounds on their errors."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.quantum.steady.part import Part, Waits

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]

ROUNDING = 2.0**-53
# How many products of two modes and a state are held at once.
BLOCK = 1 << 20


class Modes(NamedTuple):
    """B = V diag(λ) V⁻¹ of a part, as far as doubles find it.

    Attributes:
        part: The part.
        vectors: V, (n, n).
        inverse: V⁻¹, (n, n).
        overlaps: G_ab = −1/(λ_a + λ_b*), the integrals over pairs of modes, (n, n).
        misfit: Bound on ‖B − V diag(λ) V⁻¹‖ in 1/s.
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


def find_modes(part: Part) -> Modes | None:
    """Return the modes of a part, or None where doubles see one that does not decay."""
    b = -1j * part.hamiltonian
    b[np.diag_indices(part.size)] -= part.decay / 2
    try:
        values, vectors = np.linalg.eig(b)
        inverse = np.linalg.inv(vectors)
    except np.linalg.LinAlgError:
        return None
    if not (values.real.max() < 0.0 and np.isfinite(inverse).all()):
        return None
    overlaps = -1.0 / (values[:, None] + values.conj())
    terms = 4 + int(np.count_nonzero(b, axis=1).max())
    size = np.abs(b) @ np.abs(vectors) + np.abs(vectors) * np.abs(values)
    residual = np.linalg.norm(b @ vectors - vectors * values)
    residual += terms * ROUNDING * np.linalg.norm(size)
    misfit = residual * np.linalg.norm(inverse) + 2 * ROUNDING * np.linalg.norm(b)
    return Modes(part, vectors, inverse, overlaps, float(misfit))


def modal_waits(modes: Modes) -> Waits:
    """Return the waits of a part, M_it = Σ_ab V_ia V_ib* G_ab U_at U_bt*, U = V⁻¹.

    With B̃ = V diag(λ) V⁻¹ in place of B, and a start VU|t⟩ = |t⟩ + |φ_t⟩, the error of
    M_it is at most S_i (2 ‖B − B̃‖ T_t + ‖φ_t‖²) + 2 ‖φ_t‖ √(S_i M_it), where T_t = Σ_i
    M_it and S_i is the sum of M_is over all states s. The rounding of the sum is at
    most that of its terms, whose sizes add up to (Σ_a |V_ia| √G_aa |U_at|)² at most.
    """
    vectors, starts, n = modes.vectors, modes.part.starts, modes.part.size
    inverse = modes.inverse[:, starts]
    times = _sum_pairs(vectors, inverse, modes.overlaps)
    identity = np.eye(n, dtype=np.complex128)
    spent = np.abs(modes.integral(identity).diagonal().real)[:, None]
    strays = np.linalg.norm(vectors @ modes.inverse - identity, axis=0)
    rounding = np.linalg.norm(np.abs(vectors) @ np.abs(modes.inverse), axis=0)
    strays += (4 + np.sqrt(n)) * ROUNDING * rounding
    start = strays[starts]
    weights = np.sqrt(modes.overlaps.diagonal().real)[:, None]
    sizes = np.abs(vectors) @ (weights * np.abs(inverse))
    errors = spent * (2 * modes.misfit * np.abs(times).sum(axis=0) + start**2)
    errors += 2 * start * np.sqrt(spent * np.abs(times))
    errors += 16 * ROUNDING * sizes**2
    # S itself is known no better; this makes the bound hold for the true one.
    doubt = 2 * (modes.misfit * float(spent.sum()) + float(strays.sum()))
    errors = errors / (1 - doubt) if doubt < 0.5 else np.full_like(errors, np.inf)
    return Waits(times, errors, modes.density)


def _sum_pairs(
    vectors: ComplexArray, inverse: ComplexArray, overlaps: ComplexArray
) -> FloatArray:
    """Return Re Σ_ab V_ia V_ib* G_ab U_at U_bt* as products of real matrices, (n, c)."""
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
