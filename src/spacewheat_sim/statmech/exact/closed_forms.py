"""Closed forms: the ring, the torus without field, and infinite lattices."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal, localcontext

import numpy as np

from spacewheat_sim.statmech.exact import long_kaufman
from spacewheat_sim.statmech.exact.digits import elliptic_integrals, pi
from spacewheat_sim.statmech.exact.references import thermodynamics_from_jet
from spacewheat_sim.statmech.exact.ring_matrix import RingMatrix
from spacewheat_sim.statmech.exact.transfer_chain import check_length
from spacewheat_sim.statmech.exact.transfer_torus import check_sides
from spacewheat_sim.statmech.ising import kaufman
from spacewheat_sim.statmech.ising.thermodynamics import (
    Conditions,
    MethodLimitError,
    Thermodynamics,
    in_own_units,
)

LARGEST_SIDE = 2**22
"""Of the shorter side of a torus whose momenta are summed: some seconds and 3 GB."""

# A shorter side from which a torus above T_c is looked at as infinite too.
_LONG_SIDE = 2**16

CRITICAL_ROUNDING = 4e-16
"""|K − K_c| within which a coupling means K_c itself: rounding of T_c and of J/T."""

# Beyond it five terms of the low-temperature series are exact to rounding.
_SERIES_COUPLING = 3.0

# Below it, likewise for the series at high temperature.
_WEAK_COUPLING = 0.03

# ln Z/N = 2K + Σ c_n e^{−4nK} = ln(2 cosh² K) + Σ c_n tanh^{2n} K, dual to each other:
# C. Domb, Advances in Physics 9, 149 (1960).
_SERIES = {2: 1.0, 3: 2.0, 4: 4.5, 5: 12.0, 6: 112.0 / 3.0}


def exact_chain(L: int, conditions: Conditions) -> Thermodynamics:
    """Return the thermodynamics of a ring of L spins in closed form.

        Z = λ₊^L + λ₋^L,
        λ± = e^{βJ} cosh βh ± √(e^{2βJ} sinh² βh + e^{−2βJ})

    Raises:
        ArgumentError: L is below 1.
    """
    check_length(L)

    def solve(at: Conditions) -> Thermodynamics:
        ring = RingMatrix(at)
        found = thermodynamics_from_jet(
            L, at, ring.log_trace(L), L * ring.top, L * ring.bond, ring.spin
        )
        return replace(found, magnetization=ring.magnetization(L))

    return in_own_units(conditions, solve)


def exact_infinite_chain(conditions: Conditions) -> Thermodynamics:
    """Return the thermodynamics per site of the infinite chain, ln Z/N = ln λ₊."""

    def solve(at: Conditions) -> Thermodynamics:
        ring = RingMatrix(at)
        found = thermodynamics_from_jet(
            1, at, ring.log_largest(), ring.top, ring.bond, ring.spin
        )
        return replace(found, magnetization=ring.magnetization(None))

    return in_own_units(conditions, solve)


def exact_torus(Lx: int, Ly: int, conditions: Conditions) -> Thermodynamics:
    """Return the thermodynamics of a torus of any size without field, by Kaufman.

    The susceptibility is None: no closed form of it is known. Where the sum cancels, at
    low T and on frustrated tori, it is done in as many digits as it loses.

    Raises:
        ArgumentError: a side is below 1.
        MethodLimitError: h ≠ 0, or a torus so large and so frustrated that its sum
            would lose too many digits.
    """
    check_sides(Lx, Ly)
    _refuse_field(conditions)
    return in_own_units(conditions, lambda at: _torus(Lx, Ly, at))


def seconds_needed(Lx: int, Ly: int, conditions: Conditions) -> float:
    """Estimate the time of :func:`exact_torus`, infinite where it refuses."""
    if conditions.h:
        return math.inf
    K, side = conditions.J / conditions.T, min(Lx, Ly)
    if _is_long(K, Lx, Ly):
        return long_kaufman.seconds_needed(K, Lx, Ly)
    return 2e-6 * min(side, LARGEST_SIDE) + 1e-3


def _is_long(K: float, Lx: int, Ly: int) -> bool:
    """Return whether the sum cancels, so that it takes longer numbers."""
    if kaufman.broken_bonds(K, Lx, Ly):
        return kaufman.cancelled(K, Lx, Ly) > kaufman.MOST_CANCELLED
    infinite = _is_like_infinite(abs(K), min(Lx, Ly))
    return abs(K) > long_kaufman.COLD_COUPLING and not infinite


def _torus(Lx: int, Ly: int, at: Conditions) -> Thermodynamics:
    K, sites = at.beta * at.J, Lx * Ly
    frustrated = kaufman.broken_bonds(K, Lx, Ly) > 0
    if not frustrated and _is_like_infinite(abs(K), min(Lx, Ly)):
        states = 2.0 if abs(K) > kaufman.CRITICAL_COUPLING else 1.0
        return _infinite_lattice(at, more=math.log(states) / sites)
    if min(Lx, Ly) > LARGEST_SIDE:
        raise MethodLimitError(
            f"The exact sum has a momentum for each of the {min(Lx, Ly):.3g} spins of "
            f"the shorter side, at most {LARGEST_SIDE:.3g} of which are possible so "
            f"near to T_c or on a frustrated torus; take the infinite lattice, or "
            "another T"
        )
    long = _is_long(K, Lx, Ly)
    summed = long_kaufman.log_partition if long else kaufman.torus
    log_z = summed(K, Lx, Ly)
    return Thermodynamics(
        free_energy=-at.T * (log_z.value / sites),
        energy=-at.J * (log_z.first / sites),
        magnetization=0.0,
        susceptibility=None,
        heat_capacity=max(0.0, K * (K * log_z.second / sites)),
    )


def _is_like_infinite(K: float, N: int) -> bool:
    """Return whether a torus is an infinite lattice, or either of two ordered ones.

    What goes around it costs e^{−Nγ}, γ = |2(K − K*)|, e^{−2K*} = tanh K: the tension
    of walls below T_c, the inverse correlation length above.
    """
    if (long_kaufman.COLD_COUPLING if N <= _LONG_SIDE else 1e-100) >= K:
        return False
    return N * abs(2.0 * K + math.log(math.tanh(K))) > 60.0 + 8.0 * K


def exact_infinite_lattice(conditions: Conditions) -> Thermodynamics:
    """Return Onsager's solution of the infinite square lattice without field.

    With k = 2 sinh 2K / cosh² 2K, q = 2 tanh² 2K − 1 and K = β|J|:

        ln Z/N = ln(2 cosh 2K) + (1/π) ∫₀^{π/2} ln ½(1 + √(1 − k² sin² θ)) dθ,
        e = −J ⟨σσ′⟩ · 2,
        C = (4/π) (K coth 2K)² {𝒦 − ℰ − (1 − tanh² 2K)(π/2 + q 𝒦)}

    (Physical Review 65, 117, 1944). C is infinite at T_c, to rounding of T. ``extra``
    holds the ``spontaneous_magnetization``; m is that of no field, 0.

    Raises:
        MethodLimitError: h ≠ 0.
    """
    _refuse_field(conditions)
    spontaneous = spontaneous_magnetization(conditions)
    return replace(
        in_own_units(conditions, _infinite_lattice),
        extra={"spontaneous_magnetization": spontaneous},
    )


def _infinite_lattice(at: Conditions, more: float = 0.0) -> Thermodynamics:
    """Return Onsager's solution, with ``more`` added to ln Z/N."""
    K = at.beta * at.J
    return Thermodynamics(
        free_energy=-at.T * (_onsager_log_z(abs(K)) + more),
        energy=-2.0 * at.J * _onsager_correlation(K),
        magnetization=0.0,
        susceptibility=None,
        heat_capacity=_onsager_heat_capacity(abs(K)),
    )


def spontaneous_magnetization(conditions: Conditions) -> float:
    """Return m₀ = (1 − sinh⁻⁴ 2K)^{1/8} of the infinite lattice below T_c, else 0.

    C. N. Yang, Physical Review 85, 808 (1952). An antiferromagnet has none: its order
    is staggered.

    Raises:
        MethodLimitError: h ≠ 0.
    """
    _refuse_field(conditions)
    K = conditions.beta * conditions.J
    if K <= kaufman.CRITICAL_COUPLING + CRITICAL_ROUNDING:
        return 0.0
    return float((-math.expm1(-4.0 * _log_sinh(2.0 * K))) ** 0.125)


def _refuse_field(conditions: Conditions) -> None:
    if conditions.h != 0.0:
        raise MethodLimitError(
            f"Argument `h` must be 0 for method 'exact', but is {conditions.h:g}: no "
            "exact solution in two dimensions with a field is known; use method "
            "'transfer_matrix', 'trg' or 'monte_carlo'"
        )


def _onsager_log_z(K: float) -> float:
    """Return ln Z per site at K ≥ 0."""
    log_cosh = float(np.logaddexp(2.0 * K, -2.0 * K))  # ln(2 cosh 2K)
    tanh = math.tanh(2.0 * K)
    gap = 2.0 * tanh**2 - 1.0  # its square is 1 − k²
    angle, weight = _double_exponential_rule()
    # From the end θ = π/2, where the root almost vanishes near T_c.
    cosine = np.cos(angle)
    root = np.sqrt(np.sin(angle) ** 2 + (gap * cosine) ** 2)
    integral = float(weight @ np.log1p(0.5 * (root - 1.0)))
    return log_cosh + integral / math.pi


def _double_exponential_rule() -> tuple[np.ndarray, np.ndarray]:
    """Return nodes and weights on (0, π/2) that pile up at both ends, (n,)."""
    step = 1.0 / 64.0
    t = step * np.arange(-256, 257)
    shape = 0.5 * math.pi * np.sinh(t)
    # The distance from 0 keeps its relative accuracy: e^{2s}/(1 + e^{2s}).
    angle = 0.5 * math.pi / (1.0 + np.exp(-2.0 * shape))
    weight = 0.25 * math.pi * step * 0.5 * math.pi * np.cosh(t) / np.cosh(shape) ** 2
    return angle, weight


def _onsager_correlation(K: float) -> float:
    """Return ⟨σσ′⟩ of neighbors."""
    if abs(K) > _WEAK_COUPLING:
        return kaufman.infinite_correlation(K)
    v = math.tanh(K)
    terms = [c * n * v ** (2 * n - 1) * (1.0 - v * v) for n, c in _SERIES.items()]
    return v + math.fsum(terms)


def _onsager_heat_capacity(K: float) -> float:
    """Return C per site at K ≥ 0."""
    from scipy.special import ellipe, ellipkm1

    if K <= _WEAK_COUPLING:
        square = math.tanh(K) ** 2
        rest = 1.0 - square
        terms = [
            c * 2 * n * square ** (n - 1) * ((2 * n - 1) * rest - 2.0 * square)
            for n, c in _SERIES.items()
        ]
        return K * K * rest * (2.0 + math.fsum(terms))
    if abs(K - kaufman.CRITICAL_COUPLING) <= CRITICAL_ROUNDING:
        return math.inf
    if K > _SERIES_COUPLING:
        terms = [
            c * (4 * n * K) ** 2 * math.exp(-4 * n * K) for n, c in _SERIES.items()
        ]
        return math.fsum(terms)
    if K > long_kaufman.COLD_COUPLING:
        return _cold_heat_capacity(K)
    tanh = math.tanh(2.0 * K)
    slope = 2.0 * tanh**2 - 1.0
    first, second = float(ellipkm1(slope**2)), float(ellipe(1.0 - slope**2))
    last = (0.5 * math.pi + slope * first) / math.cosh(2.0 * K) ** 2
    return 4.0 / math.pi * (K / tanh) ** 2 * (first - second - last)


def _cold_heat_capacity(K: float) -> float:
    """Return the same where it is a small difference, by longer numbers."""
    with localcontext() as context:
        context.prec = 45
        small = (-4 * Decimal(K)).exp()  # e^{−4K}
        square = ((1 - small) / (1 + small)) ** 2  # tanh² 2K
        slope = 2 * square - 1
        first, second = elliptic_integrals(slope * slope)
        last = (1 - square) * (pi() / 2 + slope * first)
        whole = 4 / pi() * Decimal(K) ** 2 / square * (first - second - last)
        return float(whole)


def _log_sinh(x: float) -> float:
    return x + math.log1p(-math.exp(-2.0 * x)) - math.log(2.0)
