"""The Ising ring of any length by its 2 × 2 transfer matrix, in O(log L)."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.statmech.exact.weights import Weights, merged
from spacewheat_sim.statmech.ising.thermodynamics import (
    Conditions,
    Thermodynamics,
    in_own_units,
)

LARGEST_LENGTH = 10**300
"""Of a ring: its logarithm of Z and its energy must be floats."""


def chain_thermodynamics(L: int, conditions: Conditions) -> Thermodynamics:
    """Return the thermodynamics of a ring of L spins, to rounding at any T.

        Z = Tr V^L,   V_{σσ′} = exp β[J σσ′ + h (σ + σ′)/2],
        m = 2 e^{2βJ} sinh βh · (V^L)_{+−}/Z

    by repeated squaring, every entry with the mean and the variance of the energy and
    of the magnetization (:mod:`.weights`): there are no finite differences and no
    differences of large numbers.

    Raises:
        ArgumentError: L is below 1 or above :data:`LARGEST_LENGTH`.
    """
    check_length(L)
    return in_own_units(conditions, lambda at: _thermodynamics(L, at))


def check_length(L: int) -> None:
    """Refuse what is not the length of a ring."""
    if L < 1:
        raise ArgumentError(f"Argument `L` must be at least 1, but is {L}")
    if L > LARGEST_LENGTH:
        raise ArgumentError(
            "Argument `L` must be at most 10^300, but has "
            f"{math.log10(L) + 1:.0f} digits; take the infinite chain"
        )


@dataclass(frozen=True)
class _Matrix:
    """e^``scale`` times a symmetric 2 × 2 matrix whose entries are families of states.

    A long ring has a large logarithm, which the ratios of entries need not know.
    """

    scale: float
    up: Weights
    mixed: Weights
    down: Weights

    def times(self, other: _Matrix, at: Conditions) -> _Matrix:
        """Return the product of two powers of one matrix."""
        a, b = self, other
        entries = (
            merged([a.up.joined(b.up), a.mixed.joined(b.mixed)], at),
            merged([a.up.joined(b.mixed), a.mixed.joined(b.down)], at),
            merged([a.mixed.joined(b.mixed), a.down.joined(b.down)], at),
        )
        large = max(entry.log for entry in entries)
        reduced = [replace(entry, log=entry.log - large) for entry in entries]
        return _Matrix(a.scale + b.scale + large, *reduced)


def _thermodynamics(L: int, at: Conditions) -> Thermodynamics:
    power = _power(_Matrix(0.0, Weights(1, 1), Weights(-1, 0), Weights(1, -1)), L, at)
    trace = merged([power.up, power.down], at)
    whole = replace(trace, log=trace.log + power.scale)
    found = whole.thermodynamics(L, at)
    if at.h == 0.0:
        return found
    return replace(found, magnetization=_magnetization(power.mixed, trace, at))


def _power(base: _Matrix, power: int, at: Conditions) -> _Matrix:
    done: _Matrix | None = None
    while True:
        if power & 1:
            done = base if done is None else done.times(base, at)
        power >>= 1
        if not power and done is not None:
            return done
        base = base.times(base, at)


def _magnetization(mixed: Weights, trace: Weights, at: Conditions) -> float:
    """Return m from the ratio of an entry of V^L to its trace, for h ≠ 0.

    It keeps its digits where a weak field leaves M near 0 on the mean.
    """
    # 2 sinh βh without its growing factor, which joins the other weights.
    sinh = -math.expm1(-2.0 * at.beta * abs(at.h))
    turned = int(math.copysign(1.0, at.h))
    bonds, spins = mixed.B + 2 - trace.B, mixed.M + turned - trace.M
    exponent = at.beta * (at.J * bonds + at.h * spins) + mixed.log - trace.log
    # Rounding may leave it just above 1.
    return math.copysign(min(1.0, sinh * math.exp(min(exponent, 700.0))), at.h)
