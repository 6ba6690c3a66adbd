"""The Ising model without field on a finite torus, exactly.

Kaufman's partition function of Lx × Ly spins (Physical Review 76, 1232, 1949), with
N = Lx, M = Ly, S = sinh 2K and C = cosh 2K, is half the sum of four products over the
momenta q = πl/N, l odd for the first two and l even for the last two:

    Z = ½ Σ ± Π_q (2S)^{M/2} [e^{Mγ/2} ± e^{−Mγ/2}],   S cosh γ = C² − S cos q.

Written with w = S e^γ the factors become (2w)^{M/2} (1 ± (S/w)^M), which neither
overflow nor cancel at any coupling. Derivatives in K are analytic.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.errors import ArgumentError

CRITICAL_COUPLING = 0.5 * math.log1p(math.sqrt(2.0))
"""K_c = ½ ln(1 + √2) of the infinite square lattice."""

# Beyond it the two ordered states are all that is left, to a part in 10⁶⁹.
LARGEST_COUPLING = 20.0

MOST_CANCELLED = 2.0
"""What :func:`cancelled` may be: a heat capacity is then off by some 1e-13."""

# Stands for K = 0, where S/w vanishes: the results differ by less than rounding.
SMALLEST_COUPLING = 1e-60


@dataclass(frozen=True)
class LogPartition:
    """ln Z of a lattice, and its exact derivatives in K.

    Attributes:
        value: ln Z.
        first: d ln Z / dK = ⟨Σ σσ⟩ over the bonds.
        second: d² ln Z / dK² = the variance of Σ σσ.
        sites: Number of spins.
    """

    value: float
    first: float
    second: float
    sites: int

    @property
    def correlation(self) -> float:
        """⟨σσ⟩ of nearest neighbors: the mean over the two bonds per site."""
        return self.first / (2 * self.sites)

    @property
    def correlation_slope(self) -> float:
        """d⟨σσ⟩/dK, positive."""
        return self.second / (2 * self.sites)

    def heat_capacity(self, K: float) -> float:
        """C per site at the coupling ``K``: K² times the variance of Σ σσ per site."""
        return K * K * self.second / self.sites


def torus(K: float, Lx: int, Ly: int) -> LogPartition:
    """Return ln Z of the Lx × Ly torus without field, with its derivatives in K.

    Args:
        K: Coupling J/T of either sign.
        Lx: Width, at least 1.
        Ly: Height, at least 1.

    Raises:
        ArgumentError: ``K`` is not finite, a side is below 1, or the four products
            cancel by more than :data:`MOST_CANCELLED`.
    """
    if not math.isfinite(K):
        raise ArgumentError(f"Argument `K` must be finite, but is {K!r}")
    if Lx < 1 or Ly < 1:
        raise ArgumentError(f"A torus must have sides of at least 1, not {Lx} × {Ly}")
    if cancelled(K, Lx, Ly) > MOST_CANCELLED:
        raise ArgumentError(
            f"A {Lx} × {Ly} torus with an odd side is frustrated at K = {K:g} and its "
            "exact sum cancels; take even sides, or enumerate the states"
        )
    # The shorter side carries the momenta: fewer factors.
    N, M = min(Lx, Ly), max(Lx, Ly)
    size = max(abs(K), SMALLEST_COUPLING)
    sign = -1.0 if K < 0.0 else 1.0
    if size > LARGEST_COUPLING:
        sites = Lx * Ly
        variance = 64.0 * sites * math.exp(-8.0 * size)  # of single turned spins
        value = 2.0 * sites * size + math.log(2.0)
        return LogPartition(value, sign * 2.0 * sites, variance, sites)
    terms = [
        _product(size, K < 0.0, N, M, odd, pole)
        for odd in (True, False)
        for pole in (1, -1)
    ]
    value, first, second = _sum_of_products(terms)
    return LogPartition(
        float(value), float(sign * first), max(0.0, float(second)), N * M
    )


def broken_bonds(K: float, Lx: int, Ly: int) -> int:
    """Return how many bonds a ground state leaves unsatisfied."""
    return Ly * (Lx % 2) + Lx * (Ly % 2) if K < 0.0 else 0


def cancelled(K: float, Lx: int, Ly: int) -> float:
    """Return, about, ln of how far the four products cancel in their sum.

    They do where an odd side of an antiferromagnet is frustrated: below T_c by 2|K| for
    each bond that a ground state breaks; above T_c around the shorter side N alone, by

        (M/N) (0.9 + √x) e^{−x},   x = N |2|K| + ln tanh |K||,

    M the other side and N/x the correlation length. It is 0 where nothing is
    frustrated.
    """
    broken = broken_bonds(K, Lx, Ly)
    if not broken:
        return 0.0
    N, M = min(Lx, Ly), max(Lx, Ly)
    if K < -CRITICAL_COUPLING:
        return -2.0 * K * broken
    x = N * abs(math.log(math.tanh(-K)) - 2.0 * K)
    return M / N * (0.9 + math.sqrt(x)) * math.exp(-x) if N % 2 else 0.0


def infinite_correlation(K: float) -> float:
    """Return ⟨σσ⟩ of nearest neighbors on the infinite lattice.

    Onsager (Physical Review 65, 117, 1944), with k = 2 sinh 2K / cosh² 2K:

        ⟨σσ⟩ = ½ coth 2K [1 + (2/π)(2 tanh² 2K − 1) 𝒦(k)].
    """
    from scipy.special import ellipkm1

    if K == 0.0:
        return 0.0
    size = abs(K)
    tanh = math.tanh(2.0 * size)
    slope = 2.0 * tanh**2 - 1.0  # 1 − k² is its square, without cancellation
    term = slope * float(ellipkm1(slope**2)) if slope != 0.0 else 0.0
    return math.copysign((1.0 + 2.0 / math.pi * term) / (2.0 * tanh), K)


def coupling_of_correlation(correlation: float, Lx: int, Ly: int) -> float:
    """Return the K at which nearest neighbors of the torus have this ⟨σσ⟩.

    The correlation grows with K, so K is unique; it is found to rounding by Newton's
    method kept inside a bracket.

    Raises:
        ArgumentError: the torus has no such correlation at finite K.
    """
    # An odd side is frustrated below −K_c, where the exact sum stops.
    lowest = -CRITICAL_COUPLING if Lx % 2 or Ly % 2 else -64.0
    low, high = -CRITICAL_COUPLING, 1.0
    while torus(high, Lx, Ly).correlation < correlation and high < 64.0:
        low, high = high, 2.0 * high
    while torus(low, Lx, Ly).correlation > correlation and low > lowest:
        low, high = max(lowest, 2.0 * low), low
    ends = [torus(K, Lx, Ly).correlation for K in (low, high)]
    if not ends[0] <= correlation <= ends[1] or abs(correlation) >= 1.0:
        raise ArgumentError(
            f"No finite coupling of a {Lx} × {Ly} torus has the nearest-neighbor "
            f"correlation {correlation!r}"
        )
    K = 0.5 * (low + high)
    for _ in range(100):
        at = torus(K, Lx, Ly)
        low, high = (K, high) if at.correlation < correlation else (low, K)
        step = (correlation - at.correlation) / at.correlation_slope
        new = K + step if low < K + step < high else 0.5 * (low + high)
        if abs(new - K) <= 1e-15 * max(1.0, abs(K)):
            return new
        K = new
    return K


Jet = tuple[FloatArray, FloatArray, FloatArray]
"""A function of K per momentum, with its first and second derivative."""


def _log_w(K: float, half_angle: FloatArray) -> Jet:
    """Return ln w, w = a + √((a − S)(a + S)), a = C² − S cos q, for K > 0.

    ``half_angle`` is q/2, (n,). At q = 0 the root is C|1 − S| exactly.
    """
    S, C = math.sinh(2.0 * K), math.cosh(2.0 * K)
    sine = 2.0 * np.sin(half_angle) ** 2
    # d²/dK² of S², C², CS are 8(C² + S²), 8(C² + S²), 16 CS.
    square = C * C + S * S
    lower = ((1.0 - S) ** 2 + S * sine, 4.0 * C * (S - 1.0) + 2.0 * C * sine)
    lower_2 = 8.0 * square - 8.0 * S + 4.0 * S * sine
    upper = (C * C + S * sine, 4.0 * C * S + 2.0 * C * sine)
    upper_2 = 8.0 * square + 4.0 * S * sine
    root = np.sqrt(lower[0] * upper[0])
    with np.errstate(divide="ignore", invalid="ignore"):
        root_1 = (lower[1] * upper[0] + lower[0] * upper[1]) / (2.0 * root)
        bend = lower_2 * upper[0] + 2.0 * lower[1] * upper[1] + lower[0] * upper_2
        root_2 = (bend / 2.0 - root_1**2) / root
    flat = sine == 0.0
    side = -1.0 if S >= 1.0 else 1.0
    root[flat] = side * C * (1.0 - S)
    root_1[flat] = side * 2.0 * (S - square)
    root_2[flat] = side * 4.0 * C * (1.0 - 4.0 * S)
    w = upper[0] - S + root
    w_1 = (upper[1] - 2.0 * C + root_1) / w
    w_2 = (upper_2 - 4.0 * S + root_2) / w
    return np.log(w), w_1, w_2 - w_1**2


@dataclass(frozen=True)
class _Product:
    """One of Kaufman's products: e^log · factor, with derivatives of both in |K|."""

    log: tuple[float, float, float]
    factor: tuple[float, float, float]


def _product(
    K: float, negative: bool, N: int, M: int, odd: bool, pole: int
) -> _Product:
    """Return one product; ``pole`` is the sign before (S/w)^M at positive coupling.

    A negative coupling is a positive one with q → π − q and (−1)^M before (S/w)^M.
    The factor of q = 0 can vanish at S = 1, so it stays outside of the logarithm.
    """
    steps = np.arange(1 if odd else 0, 2 * N, 2)
    turned = np.abs(N - steps) if negative else steps
    half_angle = np.asarray(0.5 * math.pi / N * turned, dtype=np.float64)
    alternates = -1 if negative and M % 2 else 1
    sign = pole * alternates
    u, u_1, u_2 = _log_w(K, half_angle)
    y, y_1, y_2 = _ratio_power(K, u, u_1, u_2, M)
    single = (turned == 0) & (sign < 0)
    overall = -1.0 if negative and not odd and pole < 0 else 1.0
    factor = (overall, 0.0, 0.0)
    if single.any():
        at = int(np.flatnonzero(single)[0])
        low = math.sinh(2.0 * K) < 1.0
        turn = overall * (-1.0 if low != negative else 1.0)
        gap = -math.expm1(M * (math.log(math.sinh(2.0 * K)) - u[at]))
        factor = (turn * gap, -turn * y_1[at], -turn * y_2[at])
    rest = ~single
    base = 1.0 + sign * y[rest]
    slope = sign * y_1[rest] / base
    bend = sign * y_2[rest] / base - slope**2
    half = 0.5 * M
    log = half * np.sum(math.log(2.0) + u) + np.sum(np.log1p(sign * y[rest]))
    log_1 = half * np.sum(u_1) + np.sum(slope)
    log_2 = half * np.sum(u_2) + np.sum(bend)
    return _Product((float(log), float(log_1), float(log_2)), factor)


def _ratio_power(
    K: float, u: FloatArray, u_1: FloatArray, u_2: FloatArray, M: int
) -> Jet:
    """Return y = (S/w)^M with u = ln w; the terms in 1/S² are combined by hand."""
    S, C = math.sinh(2.0 * K), math.cosh(2.0 * K)
    y = np.exp(M * (math.log(S) - u))
    y_1 = M * y * (2.0 * C / S - u_1)
    bend = M * M * (u_1**2 - 4.0 * u_1 * C / S + 4.0) - M * u_2
    y_2 = y * bend + 4.0 * M * (M - 1) * (y / S) / S
    return y, y_1, y_2


def _sum_of_products(terms: list[_Product]) -> tuple[float, float, float]:
    """Return ln(½ Σ e^log · factor) and its derivatives.

    Slopes are taken relative to the largest term's, so that the second derivative is
    not a difference of squares of the order of the number of sites.
    """
    largest = max(terms, key=lambda term: term.log[0])
    scale, tilt, _ = largest.log
    total, total_1, total_2 = 0.0, 0.0, 0.0
    for term in terms:
        weight = math.exp(term.log[0] - scale)
        slope, bend = term.log[1] - tilt, term.log[2]
        f, f_1, f_2 = term.factor
        total += weight * f
        total_1 += weight * (slope * f + f_1)
        total_2 += weight * ((bend + slope**2) * f + 2.0 * slope * f_1 + f_2)
    mean = total_1 / total
    value = scale + math.log(0.5 * total)
    return value, tilt + mean, total_2 / total - mean**2
