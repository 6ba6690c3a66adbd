"""Exact decimation of the Ising chain: the spins between every b-th are summed over."""

from __future__ import annotations

import math
from dataclasses import dataclass

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.statmech.ising.ring import log_matrix_power, log_transfer_matrix


@dataclass(frozen=True)
class Decimated:
    """Couplings of the coarser chain, and what the summed spins leave behind.

    Attributes:
        K: Coupling K'.
        h: Field h' per remaining spin.
        constant: C, so that the weight of a coarse bond is exp(C + K'ss' + h'(s+s')/2).
    """

    K: float
    h: float
    constant: float


def decimate(K: float, b: int) -> float:
    """Return K' = artanh(tanh^b K), of the chain without field at scale b.

    Accurate to rounding at any coupling: for large K through the dual coupling
    K̃ = artanh e^{−2K} = −½ ln tanh K, which a step multiplies by b. An antiferromagnet
    becomes a ferromagnet where b is even.

    Raises:
        ArgumentError: ``b`` is below 1 or ``K`` is not finite.
    """
    _check(K, b)
    size = abs(K)
    sign = -1.0 if K < 0.0 and b % 2 else 1.0
    if size < 0.5:
        return sign * math.atanh(math.tanh(size) ** b)
    spread = math.exp(-2.0 * size)
    if b * spread < 1e-9:  # tanh(b artanh x) = bx to rounding, and x may underflow
        return sign * (size - 0.5 * math.log(b))
    dual = b * math.atanh(spread)
    if dual < 0.5:
        return sign * -0.5 * math.log(math.tanh(dual))
    return sign * math.atanh(math.exp(-2.0 * dual))


def decimate_slope(K: float, b: int) -> float:
    """Return dK'/dK = b sinh 2K'/sinh 2K for K ≥ 0.

    Raises:
        ArgumentError: ``b`` is below 1, or ``K`` is negative or not finite.
    """
    _check(K, b)
    if K < 0.0:
        raise ArgumentError(f"Argument `K` must not be negative, but is {K!r}")
    if K == 0.0:
        return 1.0 if b == 1 else 0.0
    new = decimate(K, b)
    # sinh x = e^x (1 − e^{−2x})/2 keeps large couplings from overflowing.
    ratio = math.expm1(-4.0 * new) / math.expm1(-4.0 * K)
    return b * math.exp(2.0 * (new - K)) * ratio


def decimate_in_field(K: float, h: float, b: int) -> Decimated:
    """Return the coarser chain of a chain in the field h, from the matrix V^b.

    With V_{ss'} = exp(Kss' + h(s + s')/2) and W = V^b:

        K' = ¼ ln(W₊₊W₋₋/W₊₋²),  h' = ½ ln(W₊₊/W₋₋),  C = ¼ ln(W₊₊W₋₋W₊₋²).

    As W₊₊W₋₋ − W₊₋² = (2 sinh 2K)^b, K' keeps its relative accuracy where it is small.

    Raises:
        ArgumentError: ``b`` is below 1, or ``K`` or ``h`` is not finite.
    """
    _check(K, b)
    if not math.isfinite(h):
        raise ArgumentError(f"Argument `h` must be finite, but is {h!r}")
    W = log_matrix_power(log_transfer_matrix(K, h), b)
    up, down, mixed = float(W[0, 0]), float(W[1, 1]), float(W[0, 1])
    coupling = 0.25 * (up + down - 2.0 * mixed)
    if abs(coupling) < 1.0 and K != 0.0:
        sign = -1.0 if K < 0.0 and b % 2 else 1.0
        log_determinant = b * _log_two_sinh(2.0 * abs(K))
        coupling = 0.25 * math.log1p(sign * math.exp(log_determinant - 2.0 * mixed))
    elif K == 0.0:
        coupling = 0.0
    return Decimated(coupling, 0.5 * (up - down), 0.25 * (up + down + 2.0 * mixed))


def scaling_field(K: float) -> float:
    """Return u = artanh e^{−2K} for K > 0, which a step of scale b multiplies by b.

    It is the dual coupling, and it vanishes at the chain's critical point K = ∞.
    """
    if K < 0.5:
        return -0.5 * math.log(math.tanh(K))
    return math.atanh(math.exp(-2.0 * K))


def thermal_exponent(K: float, new_K: float, b: int) -> float:
    """Return y_t = ln(u'/u)/ln b of the fixed point K = ∞ from one step K → K'.

    Exactly 1 wherever the step starts, for u is the scaling field to all orders.
    """
    return math.log(scaling_field(new_K) / scaling_field(K)) / math.log(b)


def _log_two_sinh(x: float) -> float:
    return x + math.log(-math.expm1(-2.0 * x))


def _check(K: float, b: int) -> None:
    if b < 1:
        raise ArgumentError(f"Argument `b` must be at least 1, but is {b}")
    if not math.isfinite(K):
        raise ArgumentError(f"Argument `K` must be finite, but is {K!r}")
