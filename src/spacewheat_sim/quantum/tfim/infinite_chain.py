"""The entanglement of the infinite transverse-field Ising chain."""

from __future__ import annotations

import math

import numpy as np

from spacewheat_sim.quantum.tfim.chain import Boundary

# Levels of the entanglement Hamiltonian up to which a term still counts.
_REACH = 45.0
_MOST_LEVELS = 10**6


def infinite_entropy(ratio: float, boundary: Boundary) -> float:
    """Return the half-chain entropy in nats that long chains of g/J = ``ratio`` reach.

    A half of the infinite chain is a thermal state of free fermions of equidistant
    levels (Peschel, Journal of Statistical Mechanics P06004, 2005):

        S = Σ_l ln(1 + e^{−ε_l}) + ε_l/(1 + e^{ε_l}),   ε = π 𝒦(√(1 − k²)) / 𝒦(k),

    with ε_l = (2l + 1) ε and k = J/g for g > J; ε_l = 2l ε and k = g/J for g < J, where
    the level at 0 is the ln 2 of the even superposition of both magnetizations. Half a
    ring has two ends, but that superposition once. Infinite at g = J.

    Args:
        ratio: g/J, not negative.
        boundary: Of the chains.
    """
    from scipy.special import ellipkm1

    if ratio == 1.0:
        return math.inf
    is_ordered = ratio < 1.0
    k = ratio if is_ordered else 1.0 / ratio
    shared = math.log(2.0) if is_ordered else 0.0
    if k == 0.0:
        return shared
    # 𝒦(√(1 − k²)), whose parameter has the complement k²; ln(4/k) where that vanishes.
    other = float(ellipkm1(k * k)) if k > 1e-9 else math.log(4.0 / k)
    step = math.pi * other / float(ellipkm1((1.0 - k) * (1.0 + k)))
    count = min(_MOST_LEVELS, math.ceil(_REACH / step) + 1)
    levels = 2.0 * np.arange(count) + (2.0 if is_ordered else 1.0)
    energy = levels * step
    weight = np.exp(-energy)
    terms = np.log1p(weight) + energy * weight / (1.0 + weight)
    end = float(terms.sum())
    return shared + (end if boundary == "open" else 2.0 * end)
