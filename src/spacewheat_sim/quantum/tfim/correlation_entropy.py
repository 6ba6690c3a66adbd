"""Entropies of a Gaussian fermion state from its correlation matrix."""

from __future__ import annotations

import numpy as np
from scipy.linalg import eigh, eigvalsh
from scipy.special import xlogy

from spacewheat_sim.arrays import FloatArray

# Squared length below which a row of the factor is dropped; each adds less than
# 1e-20 ln 1e20 to the entropies.
NEGLECTED = 1e-22
# Rows that are added before the factor is compressed again.
STRIDE = 12


def gaussian_entropies(G: FloatArray) -> FloatArray:
    """Return the entropy of the first ℓ sites for every cut, ℓ = 1 … L − 1.

    With ν the singular values of the first ℓ rows and columns of G = ⟨i a b⟩,
    S = Σ h((1 + ν)/2), h(p) = −p ln p − (1 − p) ln(1 − p). As G is orthogonal,
    1 − ν² = σ² with σ the singular values of the first ℓ rows and the *other* columns,
    few of which are not tiny. That block loses its first column and gains a row from
    one cut to the next, so a factor R of few rows with the same σ follows it through
    the chain: O(L² r²) in all for r ≈ 30 rows, and small σ keep their digits.

    The state is pure, so S(ℓ) = S(L − ℓ), and the cuts beyond the middle are copied.

    Args:
        G: Orthogonal correlation matrix, (L, L).

    Returns:
        Entropies, (L − 1,).
    """
    L = len(G)
    half = L // 2
    entropies = np.empty(L - 1)
    factor = np.empty((0, L))
    for cut in range(1, half + 1):
        factor = np.vstack((factor[:, 1:], G[cut - 1, cut:]))
        gram = factor @ factor.T
        if cut % STRIDE:
            squares = eigvalsh(gram, check_finite=False)
        else:
            squares, rotation = eigh(gram, check_finite=False)
            # Rows that are orthogonal: those that are negligible are left out.
            factor = rotation.T @ factor
            factor = factor[np.einsum("ij,ij->i", factor, factor) > NEGLECTED]
        entropies[cut - 1] = mode_entropy(np.asarray(squares, dtype=np.float64))
    entropies[half:] = entropies[: L - 1 - half][::-1]
    return entropies


def mode_entropy(squares: FloatArray) -> float:
    """Return Σ h(p) with p = (1 − ν)/2 = σ²/(2(1 + ν)), ν = √(1 − σ²).

    Args:
        squares: The σ² of the modes; those outside [0, 1] by rounding are clipped.
    """
    squares = np.clip(squares, 0.0, 1.0)
    p = squares / (2.0 * (1.0 + np.sqrt(1.0 - squares)))
    # log1p keeps the second term's digits where p is tiny.
    return float(-np.sum(xlogy(p, p) + (1.0 - p) * np.log1p(-p)))
