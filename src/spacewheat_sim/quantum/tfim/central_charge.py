"""The central charge from how entropy grows with the length of critical chains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.tfim.chain import Boundary

EXACT_CENTRAL_CHARGE = 0.5


@dataclass(frozen=True)
class EntropyGrowth:
    """The fit S(L/2) = (c/b) ln L + s + k L^(−p).

    Attributes:
        central_charge: c.
        coefficients: c/b, s and k, (3,).
        boundary: Open: b = 6, p = 1. Periodic: b = 3, p = 2.
    """

    central_charge: float
    coefficients: NDArray[np.float64]
    boundary: Boundary

    def entropy(self, L: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the fit's half-chain entropy at lengths ``L``."""
        return np.asarray(_terms(L, self.boundary) @ self.coefficients)


def fit_entropy_growth(
    L: NDArray[np.float64], entropy: NDArray[np.float64], boundary: Boundary
) -> EntropyGrowth:
    """Fit half-chain entropies of critical chains of several lengths.

    The leading correction, in 1/L for open ends and 1/L² for rings, is fitted along.
    Source: P. Calabrese and J. Cardy, J. Phys. A 42, 504005 (2009).

    Args:
        L: Even lengths, (n,), at least 3 of them.
        entropy: Half-chain entropies, (n,).
        boundary: The chains' boundary.

    Raises:
        ArgumentError: There are fewer than 3 different lengths.
    """
    if np.unique(L).size < 3:
        raise ArgumentError(
            "Argument `L` must have at least 3 different lengths, but has "
            f"{np.unique(L).size}"
        )
    solution = np.linalg.lstsq(_terms(L, boundary), entropy, rcond=None)[0]
    coefficients = np.asarray(solution, dtype=np.float64)
    ends = 3 if boundary == "periodic" else 6
    return EntropyGrowth(float(ends * coefficients[0]), coefficients, boundary)


def critical_profile(
    L: int, half_chain_entropy: float, boundary: Boundary
) -> NDArray[np.float64]:
    """Return the conformal profile through the half-chain entropy, ℓ = 1 … L − 1.

    S(ℓ) = (c/b) ln sin(πℓ/L) + S(L/2) with c = 1/2, b = 6 open and 3 periodic, shape
    (L − 1,).
    """
    half = L // 2
    chord = np.sin(np.pi * np.arange(1, L) / L) / np.sin(np.pi * half / L)
    ends = 3 if boundary == "periodic" else 6
    return np.asarray(half_chain_entropy + EXACT_CENTRAL_CHARGE / ends * np.log(chord))


def _terms(L: NDArray[np.float64], boundary: Boundary) -> NDArray[np.float64]:
    L = np.asarray(L, dtype=float)
    correction = 1 / L**2 if boundary == "periodic" else 1 / L
    return np.stack([np.log(L), np.ones_like(L), correction], axis=1)
