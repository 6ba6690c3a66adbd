"""The Ising chain on a ring, exactly: averages, their inverse, and perfect sampling."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.errors import ArgumentError


def log_transfer_matrix(K: float, h: float) -> FloatArray:
    """Return the logarithm of V_{ss'} = exp(K ss' + h (s + s')/2), (2, 2), s = +, −."""
    return np.array([[K + h, -K], [-K, K - h]])


def log_matrix_product(left: FloatArray, right: FloatArray) -> FloatArray:
    """Return ln(e^left · e^right), entry by entry: positive matrices cannot cancel."""
    return np.asarray(np.logaddexp(left[:, :1] + right[:1], left[:, 1:] + right[1:]))


def log_matrix_power(matrix: FloatArray, power: int) -> FloatArray:
    """Return the logarithm of e^matrix to the ``power`` ≥ 1, by squaring."""
    result = None
    while power:
        if power & 1:
            result = matrix if result is None else log_matrix_product(result, matrix)
        matrix = log_matrix_product(matrix, matrix)
        power >>= 1
    if result is None:
        raise ArgumentError("Argument `power` must be at least 1")
    return result


def ring_averages(K: float, h: float, N: int) -> tuple[FloatArray, FloatArray]:
    """Return (⟨σσ'⟩, ⟨σ⟩) of a ring of N spins, and their derivatives in (K, h).

    From λ_± = e^K cosh h ± √(e^{2K} sinh² h + e^{−2K}) and ln Z = ln(λ_+^N + λ_−^N);
    the derivatives by a complex step, which does not cancel.

    Returns:
        The averages, (2,), and the matrix of derivatives, (2, 2).
    """
    step = 1e-30
    first = _log_slopes(complex(K, step), complex(h), N)
    second = _log_slopes(complex(K), complex(h, step), N)
    slopes = np.stack([first.imag, second.imag], axis=1) / step
    return np.asarray(first.real), slopes


def couplings_of_averages(
    correlation: float, magnetization: float, N: int
) -> tuple[float, float]:
    """Return the (K, h) at which a ring of N spins has these averages.

    They maximize the concave likelihood K⟨σσ'⟩ + h⟨σ⟩ − ln Z/N, so damped Newton steps
    find them.

    Raises:
        ArgumentError: no finite K and h have these averages.
    """
    target = np.array([correlation, magnetization])
    floor = 2.0 * abs(magnetization) - 1.0
    if not (floor < correlation < 1.0 and abs(magnetization) < 1.0):
        raise ArgumentError(
            f"No finite couplings of a ring of {N} spins have the correlation "
            f"{correlation:g} and the magnetization {magnetization:g}: the sample "
            "shows no broken bond; take more sweeps or smaller couplings"
        )
    at = np.array([math.atanh(correlation) / 2.0, 0.0])
    found, slopes = ring_averages(at[0], at[1], N)
    for _ in range(200):
        step = np.linalg.solve(slopes, target - found)
        size = min(1.0, 0.5 / float(np.abs(step).max() + 1e-300))
        at = at + size * step
        found, slopes = ring_averages(at[0], at[1], N)
        if np.abs(step).max() <= 1e-14 * max(1.0, float(np.abs(at).max())):
            break
    return float(at[0]), float(at[1])


def sample_rings(
    K: float, h: float, N: int, count: int, rng: np.random.Generator
) -> NDArray[np.int8]:
    """Return ``count`` independent rings of N spins in equilibrium, (count, N).

    The first spin has the weight (V^N)_{ss}; each next one V_{s s'} (V^{N−i})_{s' s₀}:
    exact draws without a Markov chain, so without autocorrelation.
    """
    V = log_transfer_matrix(K, h)
    powers = [V]
    for _ in range(N - 1):
        powers.append(log_matrix_product(powers[-1], V))
    whole = powers[N - 1]
    spins = np.empty((count, N), dtype=np.int8)
    down = rng.random(count) >= _share(whole[0, 0], whole[1, 1])
    start = down.astype(np.intp)
    state = start
    spins[:, 0] = 1 - 2 * start
    for i in range(1, N):
        rest = powers[N - i - 1]
        # up[s, s0]: the chance of an up spin, given its left neighbor and the first.
        up = _share(V[:, :1] + rest[:1], V[:, 1:] + rest[1:])
        state = (rng.random(count) >= up[state, start]).astype(np.intp)
        spins[:, i] = 1 - 2 * state
    return spins


def _share(first: FloatArray, second: FloatArray) -> FloatArray:
    """Return e^first/(e^first + e^second)."""
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * (first - second)))


def _log_slopes(K: complex, h: complex, N: int) -> ComplexArray:
    """Return the derivatives of ln Z/N in K and h."""
    up, down = np.exp(K), np.exp(-K)
    cosh, sinh = np.cosh(h), np.sinh(h)
    root = np.sqrt(up**2 * sinh**2 + down**2)
    root_K = (up**2 * sinh**2 - down**2) / root
    root_h = up**2 * sinh * cosh / root
    sum_, gap = up * cosh + root, 2.0 * np.sinh(2.0 * K) / (up * cosh + root)
    # λ_+ λ_− = det V = 2 sinh 2K, so λ_− comes without cancellation.
    power = (gap / sum_) ** (N - 1)
    slopes = np.array([up * cosh, up * sinh])
    bends = np.array([root_K, root_h])
    return np.asarray(
        (slopes + bends + power * (slopes - bends)) / (sum_ + power * gap)
    )
