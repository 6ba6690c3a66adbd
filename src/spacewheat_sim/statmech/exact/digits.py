"""Numbers of as many digits as a formula cancels, with two derivatives in one variable.

Whoever uses them sets the precision, by ``decimal.localcontext``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal, getcontext
from functools import lru_cache

_HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class LongJet:
    """f, f′ and f″, each as long as the precision at hand."""

    value: Decimal
    first: Decimal = Decimal(0)
    second: Decimal = Decimal(0)

    def __add__(self, other: LongJet) -> LongJet:
        return LongJet(
            self.value + other.value,
            self.first + other.first,
            self.second + other.second,
        )

    def __sub__(self, other: LongJet) -> LongJet:
        return self + other.times(Decimal(-1))

    def __mul__(self, other: LongJet) -> LongJet:
        return LongJet(
            self.value * other.value,
            self.first * other.value + self.value * other.first,
            self.second * other.value
            + 2 * self.first * other.first
            + self.value * other.second,
        )

    def __truediv__(self, other: LongJet) -> LongJet:
        inverse = 1 / other.value
        slope = -inverse * inverse * other.first
        bend = 2 * inverse * slope * -other.first - inverse * inverse * other.second
        return self * LongJet(inverse, slope, bend)

    def times(self, factor: Decimal) -> LongJet:
        """Return the jet of ``factor`` · f."""
        return LongJet(factor * self.value, factor * self.first, factor * self.second)

    def power(self, n: int) -> LongJet:
        """Return the jet of f^n, n ≥ 1, for f ≠ 0."""
        power = self.value**n
        slope, bend = self.first / self.value, self.second / self.value
        return LongJet(
            power, n * power * slope, n * power * (bend + (n - 1) * slope * slope)
        )

    def root(self) -> LongJet:
        """Return the jet of √f for f > 0."""
        root = self.value.sqrt()
        slope = _HALF * self.first / root
        return LongJet(root, slope, (_HALF * self.second - slope * slope) / root)


def cosines(N: int) -> list[Decimal]:
    """Return cos(πl/N) for l = 0 … 2N − 1, at the precision at hand."""
    first = _cosine(N, getcontext().prec)
    found = [Decimal(1), first]
    for _ in range(2, N + 1):
        found.append(2 * first * found[-1] - found[-2])
    return found[: N + 1] + found[N - 1 : 0 : -1] if N > 1 else found[:2]


@lru_cache(maxsize=4)
def _cosine(N: int, digits: int) -> Decimal:
    """Return cos(π/N) by its series, with spare digits for a recursion over N."""
    context = getcontext()
    usual = context.prec
    context.prec = digits + 10 + 3 * math.ceil(math.log10(N + 1))
    try:
        square = (pi() / N) ** 2
        term = total = Decimal(1)
        smallest = Decimal(10) ** -context.prec
        k = 0
        while abs(term) > smallest:
            k += 2
            term *= -square / (k * (k - 1))
            total += term
        return total
    finally:
        context.prec = usual


def pi() -> Decimal:
    """Return π at the precision at hand, by the arithmetic-geometric mean.

    Source: E. Salamin, Mathematics of Computation 30, 565 (1976).
    """
    a, b = Decimal(1), _HALF.sqrt()
    gap, weight = Decimal("0.25"), 1
    for _ in range(getcontext().prec.bit_length() + 2):
        mean = (a + b) * _HALF
        gap -= weight * (a - mean) ** 2
        a, b, weight = mean, (a * b).sqrt(), 2 * weight
    return a * a / gap


def elliptic_integrals(rest: Decimal) -> tuple[Decimal, Decimal]:
    """Return 𝒦 and ℰ at the modulus k, from ``rest`` = 1 − k² > 0, likewise."""
    a, b = Decimal(1), rest.sqrt()
    lost, weight = 1 - rest, Decimal(1)
    smallest = Decimal(10) ** (2 - getcontext().prec)
    while abs(a - b) > smallest * a:
        a, b, gap = (a + b) * _HALF, (a * b).sqrt(), (a - b) * _HALF
        weight *= 2
        lost += weight * gap * gap
    first = pi() / (2 * a)
    return first, first * (1 - _HALF * lost)
