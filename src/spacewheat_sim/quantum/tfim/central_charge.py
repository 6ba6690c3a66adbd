"""The central charge from how entropy grows with the length of critical chains."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.tfim.chain import Boundary

EXACT_CENTRAL_CHARGE = 0.5

ENTROPY_ROUNDING = 1e-13
"""How far rounding may move an entropy, of free fermions or of Lanczos vectors."""

UNSEEN_RATIO = 2.0
"""Size of the next coefficient relative to k where three lengths cannot show it.

Four lengths or more show 0.7 for long chains and up to 1.3 for the shortest.
"""


@dataclass(frozen=True)
class EntropyGrowth:
    """The fit S(L/2) = (c/b) ln L + s + k L^(−p).

    Attributes:
        central_charge: c.
        central_charge_error: How far the next order of the fit, and rounding, move c.
        coefficients: c/b, s and k, (3,).
        boundary: Open: b = 6, p = 1. Periodic: b = 3, p = 2.
    """

    central_charge: float
    central_charge_error: float
    coefficients: FloatArray
    boundary: Boundary

    def entropy(self, L: FloatArray) -> FloatArray:
        """Return the fit's half-chain entropy at lengths ``L``."""
        return np.asarray(_terms(L, self.boundary) @ self.coefficients)


def fit_entropy_growth(
    L: FloatArray, entropy: FloatArray, boundary: Boundary
) -> EntropyGrowth:
    """Fit half-chain entropies of critical chains of several lengths.

    The leading correction, in 1/L for open ends and 1/L² for rings, is fitted along.
    The next, k' L^(−2p), is left out; as the fit is linear in the entropies, it moves c
    by (b A⁺ L^(−2p))₀ k', with A⁺ the pseudoinverse of the terms. Four lengths show k';
    with three it is taken as :data:`UNSEEN_RATIO` times k. All orders after it are
    taken as a geometric series in the shortest length, which adds 1/(1 − L^(−p)).
    Source: P. Calabrese and J. Cardy, J. Phys. A 42, 504005 (2009).

    Args:
        L: Even lengths, (n,), at least 3 of them.
        entropy: Half-chain entropies, (n,).
        boundary: The chains' boundary.

    Raises:
        ArgumentError: There are fewer than 3 different lengths.
    """
    different = np.unique(L).size
    if different < 3:
        raise ArgumentError(
            f"Argument `L` must have at least 3 different lengths, but has {different}"
        )
    terms = _terms(L, boundary)
    solution = np.linalg.lstsq(terms, entropy, rcond=None)[0]
    coefficients = np.asarray(solution, dtype=np.float64)
    ends = _ends(boundary)
    # c is this row times the entropies.
    row = ends * np.linalg.pinv(terms)[0]
    following = terms[:, 2:] ** 2
    if different > 3:
        longer = np.concatenate([terms, following], axis=1)
        size = abs(np.linalg.lstsq(longer, entropy, rcond=None)[0][3])
    else:
        size = UNSEEN_RATIO * abs(coefficients[2])
    unseen = size * abs(float(row @ following[:, 0])) / (1.0 - float(terms[:, 2].max()))
    rounding = ENTROPY_ROUNDING * float(np.abs(row).sum())
    return EntropyGrowth(
        float(ends * coefficients[0]),
        math.hypot(unseen, rounding),
        coefficients,
        boundary,
    )


def critical_profile(
    L: int, half_chain_entropy: float, boundary: Boundary
) -> FloatArray:
    """Return the conformal profile through the half-chain entropy, ℓ = 1 … L − 1.

    S(ℓ) = (c/b) ln sin(πℓ/L) + S(L/2) with c = 1/2, b = 6 open and 3 periodic, shape
    (L − 1,).
    """
    half = L // 2
    chord = np.sin(np.pi * np.arange(1, L) / L) / np.sin(np.pi * half / L)
    return np.asarray(
        half_chain_entropy + EXACT_CENTRAL_CHARGE / _ends(boundary) * np.log(chord)
    )


def _ends(boundary: Boundary) -> int:
    """Return b of S = (c/b) ln L: a ring is cut twice, an open chain once."""
    return 3 if boundary == "periodic" else 6


def _terms(L: FloatArray, boundary: Boundary) -> FloatArray:
    L = np.asarray(L, dtype=float)
    correction = 1 / L**2 if boundary == "periodic" else 1 / L
    return np.stack([np.log(L), np.ones_like(L), correction], axis=1)
