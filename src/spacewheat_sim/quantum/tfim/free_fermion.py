"""Ground energy, gap and entropies of a chain of any length from its free fermions."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.long_call import interruptible
from spacewheat_sim.quantum.tfim.chain import Chain, GroundState
from spacewheat_sim.quantum.tfim.correlation_entropy import gaussian_entropies
from spacewheat_sim.quantum.tfim.fermion_modes import (
    OpenModes,
    dispersion,
    open_modes,
    ring_wave_numbers,
)

# Sites from which the correlation matrix takes some tens of milliseconds.
LONG_CALL = 512


def solve_free_fermions(chain: Chain) -> GroundState:
    """Return energy, gap and all entropies of the even ground state."""
    own = chain.in_own_units()

    def correlations() -> FloatArray:
        return correlation_matrix(own)

    long = chain.L >= LONG_CALL
    entropies = gaussian_entropies(
        interruptible(correlations) if long else correlations()
    )
    return GroundState(ground_energy(own), gap(own), entropies).times(chain.unit)


def ground_energy(chain: Chain) -> float:
    """Return E0 = −Σ ε over the modes of the even sector.

    The vacuum has parity sign(det N): g^L on the open chain and g^L + J^L on the
    antiperiodic ring, both positive, so that it is itself the even ground state.
    """
    if chain.is_periodic:
        return -math.fsum(dispersion(chain, ring_wave_numbers(chain.L, even=True)))
    return -math.fsum(open_modes(chain).energies)


def gap(chain: Chain) -> float:
    """Return E1 − E0 over all states, accurate in relative terms however small.

    On the open chain one fermion costs 2ε_min and makes the state odd. On the ring the
    lowest odd state has one fermion at q = 0 of energy g − J, of either sign:
    E1 = (g − J) − Σ_{q ≠ 0} ε over the periodic wave numbers.
    """
    if not chain.is_periodic:
        return 2.0 * float(open_modes(chain).energies[0])
    return 2.0 * max(chain.g - chain.J, 0.0) + _sector_splitting(chain)


def _sector_splitting(chain: Chain) -> float:
    """Return Σ ε over the even sector's wave numbers minus Σ ε over the odd one's.

    Both are sums of L samples of one function, so they differ by its Fourier
    coefficients of orders L, 3L, …, integrals along the cut of ε. With M and m the
    larger and smaller of J and g, x = m/M and t = x e^{−w/L},

        (4M/π) x^L ∫ e^{−w} √((1 − xt)(x/t − 1)) / (1 − (x e^{−w/L})^{2L}) dw,  w ≥ 0.

    No difference of nearly equal sums is taken, so a small one keeps all its digits.
    """
    from scipy.integrate import quad

    L, large, small = chain.L, max(chain.J, chain.g), min(chain.J, chain.g)
    x = small / large
    if x == 0.0:
        return 0.0
    rate = -math.log(x)

    def integrand(y: float) -> float:
        w = y * y
        slope = -math.expm1(-2 * rate - w / L) * math.expm1(w / L)
        repeats = -math.expm1(-2 * (rate * L + w))
        return 2 * y * math.exp(-w) * math.sqrt(slope) / repeats

    # w = y² removes the root at 0; e^{−w} e^{w/2L} is below 1e-16 of its peak at y = 9.
    # The integrand changes its manner at the distance of the cut's other end, and may
    # do so over a stretch that is too short to be met by chance.
    knee = min(math.sqrt(2 * rate * L), 4.0)
    ends = [0.0]
    while 0.0 < knee <= 4.0:
        ends.append(knee)
        knee *= 8.0
    area = math.fsum(
        quad(integrand, a, b, epsabs=0.0, epsrel=1e-13, limit=200)[0]
        for a, b in pairwise([*ends, 9.0])
    )
    return 4 * large / math.pi * math.exp(-rate * L) * area


def correlation_matrix(chain: Chain) -> FloatArray:
    """Return G_mn = ⟨i a_m b_n⟩ in the even ground state, shape (L, L), orthogonal.

    It is the orthogonal factor U Vᵀ of N = U ε Vᵀ. On the open chain it includes the
    edge mode, so that for g < J it is that of the cat state.
    """
    if chain.is_periodic:
        return _ring_correlations(chain)
    return _open_correlations(chain, open_modes(chain))


def _open_correlations(chain: Chain, modes: OpenModes) -> FloatArray:
    """Sum u vᵀ over modes, v_j ∝ sin(qj) and u_j = (−1)^m v_{L+1−j}."""
    L = chain.L
    sites = np.arange(1, L + 1)
    v = np.sin(np.outer(sites, modes.q))
    v /= np.linalg.norm(v, axis=0)
    first = L - modes.q.size
    signs = np.where((first + np.arange(modes.q.size)) % 2 == 0, 1.0, -1.0)
    matrix = (v[::-1] * signs) @ v.T
    if modes.decay is not None:
        edge = _edge_vector(L, modes.decay)
        matrix += np.outer(edge[::-1], edge)
    return np.asarray(matrix)


def _edge_vector(L: int, decay: float) -> FloatArray:
    """Return v_j ∝ sinh(κj), normalized, shape (L,)."""
    sites = np.arange(1, L + 1, dtype=float)
    vector = sites
    if decay > 0.0:
        vector = -np.exp(-decay * (L - sites)) * np.expm1(-2 * decay * sites)
    return np.asarray(vector / np.linalg.norm(vector))


def _ring_correlations(chain: Chain) -> FloatArray:
    """Return G_mn = Re Σ_q e^{iq(m−n)} (g − J e^{−iq})/ε(q) / L, antiperiodic in m."""
    L = chain.L
    q = ring_wave_numbers(L, even=True)
    phase = (chain.g - chain.J * np.exp(-1j * q)) / dispersion(chain, q)
    # q = π(2n + 1)/L: a transform over n with a twist of half a step per site.
    distance = np.arange(L)
    spectrum = np.zeros(L, dtype=complex)
    spectrum[np.rint((q * L / np.pi - 1) / 2).astype(int) % L] = phase
    row = (np.fft.ifft(spectrum) * np.exp(1j * np.pi * distance / L)).real
    both = np.concatenate((-row[1:], row))
    return np.lib.stride_tricks.sliding_window_view(both, L)[:, ::-1].copy()
