"""Single-fermion energies of the chain, accurate in relative terms.

Majorana operators a_j = (Π_{k<j} X_k) Z_j and b_j = (Π_{k<j} X_k) Y_j give
X_j = i a_j b_j and Z_j Z_{j+1} = −i a_{j+1} b_j, so that

    H = −i Σ a_m N_mn b_n,   N_jj = g,   N_{j+1,j} = −J,

and the singular values of N are the energies ε of modes that cost 2ε each. All have
ε(q) = √(g² + J² − 2gJ cos q); the boundary selects the wave numbers q.

Source: P. Pfeuty, Ann. Phys. 57, 79 (1970), with J and g for his J/4 and Γ/2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.quantum.tfim.chain import Chain

# Halvings until an interval of doubles cannot be halved any more.
HALVINGS = 60
# e^−MOST_DECAY is 0 beside 1, and e^MOST_DECAY does not overflow.
MOST_DECAY = 700.0


@dataclass(frozen=True)
class OpenModes:
    """Modes of the open chain.

    Attributes:
        q: Real wave numbers in increasing order, (L,) or, with an edge mode, (L − 1,).
        decay: κ of the edge mode, whose wave number is iκ, if there is one.
        energies: ε in increasing order, (L,).
    """

    q: FloatArray
    decay: float | None
    energies: FloatArray


def dispersion(chain: Chain, q: FloatArray) -> FloatArray:
    """Return ε(q) = √((g − J)² + 4gJ sin²(q/2)), free of cancellation."""
    root = 2.0 * math.sqrt(chain.g) * math.sqrt(chain.J) * np.sin(0.5 * q)
    return np.hypot(chain.g - chain.J, root)


def open_modes(chain: Chain) -> OpenModes:
    """Return the modes of the open chain, v_j ∝ sin(qj) with J sin(qL) = g sin(q(L+1)).

    One root lies in each (πm/L, π(m+1)/(L+1)), m = 0 … L − 1; where g(L+1) < JL the
    one with m = 0 has become imaginary, an edge mode of exponentially small energy.
    """
    L = chain.L
    has_edge = chain.g * (L + 1) < chain.J * L
    m = np.arange(1 if has_edge else 0, L, dtype=float)
    q = _bisect_wave_numbers(chain, np.pi * m / L, np.pi * (m + 1) / (L + 1))
    energies = dispersion(chain, q)
    if not has_edge:
        return OpenModes(q, None, energies)
    decay = _edge_decay(chain)
    return OpenModes(q, decay, np.concatenate(([_edge_energy(chain, decay)], energies)))


def _bisect_wave_numbers(chain: Chain, low: FloatArray, high: FloatArray) -> FloatArray:
    """Halve the intervals about the roots, the sign on the left being (−1)^m."""
    L, J, g = chain.L, chain.J, chain.g
    sign = np.where(np.rint(low * L / np.pi) % 2 == 0, 1.0, -1.0)
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        value = g * np.sin(middle * (L + 1)) - J * np.sin(middle * L)
        is_left = sign * value > 0
        low, high = np.where(is_left, middle, low), np.where(is_left, high, middle)
    return np.asarray(0.5 * (low + high))


def _edge_decay(chain: Chain) -> float:
    """Return κ with J sinh(κL) = g sinh(κ(L+1)), the root below ln(J/g)."""
    L, J, g = chain.L, chain.J, chain.g
    # Also where J/g overflows, the decay of a single site is MOST_DECAY.
    top = math.log(J) - math.log(g) if g > 0 else MOST_DECAY
    low, high = 0.0, min(top, MOST_DECAY)
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        # Both sides times 2e^{−κL}; their difference is positive below the root.
        left = -J * math.expm1(-2 * middle * L)
        right = g * math.exp(middle) * -math.expm1(-2 * middle * (L + 1))
        low, high = (middle, high) if left > right else (low, middle)
    return 0.5 * (low + high)


def _edge_energy(chain: Chain, decay: float) -> float:
    """Return ε = g sinh(κ)/sinh(κL), which is near (J² − g²)/J · (g/J)^L."""
    if decay == 0.0:
        return chain.g / chain.L
    shape = math.expm1(-2 * decay) / math.expm1(-2 * decay * chain.L)
    return chain.g * math.exp(-decay * (chain.L - 1)) * shape


def ring_wave_numbers(L: int, *, even: bool) -> FloatArray:
    """Return the L wave numbers of a parity sector of the ring, in (−π, π].

    Even states have antiperiodic fermions, q = π(2n + 1)/L; odd ones q = 2πn/L.
    """
    n = np.arange(L, dtype=float) - (L - 1) // 2
    q = np.pi * (2 * n + 1) / L if even else 2 * np.pi * n / L
    return np.where(q > np.pi * (1 + 0.5 / L), q - 2 * np.pi, q)
