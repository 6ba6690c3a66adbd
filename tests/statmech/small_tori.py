"""Small lattices, summed over all their states."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from scipy.stats import binom, t


def states(height: int, width: int) -> np.ndarray:
    """Every configuration, (2^n, height, width)."""
    sites = height * width
    bits = (np.arange(2**sites)[:, None] >> np.arange(sites)) & 1
    return (1 - 2 * bits).reshape(-1, height, width).astype(np.int64)


def bonds_of(spins: np.ndarray) -> np.ndarray:
    """Σ σσ over the bonds to the right and down, (states,)."""
    right, down = np.roll(spins, -1, 2), np.roll(spins, -1, 1)
    return (spins * (right + down)).sum(axis=(1, 2)).astype(float)


def weights_of(energy: np.ndarray) -> np.ndarray:
    weights = np.exp(energy - energy.max())
    return weights / weights.sum()


def bond_moments(K: float, Lx: int, Ly: int) -> tuple[float, float, float]:
    """ln Z, ⟨Σσσ⟩ and its variance."""
    energy = bonds_of(states(Ly, Lx))
    top = (K * energy).max()
    weights = np.exp(K * energy - top)
    Z = weights.sum()
    mean = (weights * energy).sum() / Z
    return top + math.log(Z), mean, (weights * (energy - mean) ** 2).sum() / Z


@lru_cache(maxsize=1)
def four_by_four() -> tuple[np.ndarray, np.ndarray]:
    """Σσσ of every 4 × 4 state, and the mean block spins given it, (2^16, 2, 2).

    A tie has mean 0, and blocks settle their ties independently.
    """
    spins = states(4, 4)
    blocks = np.sign(spins.reshape(-1, 2, 2, 2, 2).sum(axis=(2, 4)))
    return bonds_of(spins), blocks


def blocked_correlation(K: float) -> float:
    """⟨ss⟩ of the 2 × 2 blocks of a 4 × 4 lattice, exactly."""
    energy, blocks = four_by_four()
    return float(weights_of(K * energy) @ bonds_of(blocks)) / 8


def check_coverage(pulls: np.ndarray, bins: int, alarm: float = 1e-4) -> None:
    """Fail if (estimate − exact)/error falls within 1 and 2 too seldom or too often.

    The errors come from ``bins`` bins, so the pulls follow Student's distribution. A
    true coverage fails each of the two tests with at most the probability ``alarm``.
    """
    for sigmas in (1.0, 2.0):
        expected = 1.0 - 2.0 * t.sf(sigmas, bins - 1)
        inside = int((np.abs(pulls) < sigmas).sum())
        low = binom.ppf(alarm / 2, pulls.size, expected)
        high = binom.isf(alarm / 2, pulls.size, expected)
        assert low <= inside <= high, (sigmas, inside, low, high)
