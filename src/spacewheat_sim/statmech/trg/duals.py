"""Arrays that carry their first and second derivatives along independent directions.

A jet holds f, ∂f/∂x and ∂²f/∂x² for each direction x of a list: inverse temperature and
field here. Mixed derivatives are not kept, since no result needs them. A jet without
directions is a plain array, so one implementation serves values and derivatives.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from spacewheat_sim.arrays import FloatArray


@dataclass(frozen=True)
class Jet:
    """An array and its derivatives.

    Attributes:
        value: f, of any shape.
        first: ∂f/∂x for each direction, each of the shape of ``value``.
        second: ∂²f/∂x² likewise.
    """

    value: FloatArray
    first: tuple[FloatArray, ...] = ()
    second: tuple[FloatArray, ...] = ()

    def linear(self, act: Callable[[FloatArray], FloatArray]) -> Jet:
        """Return the jet of ``act(f)``, a linear map independent of all directions."""
        return Jet(
            act(self.value),
            tuple(act(part) for part in self.first),
            tuple(act(part) for part in self.second),
        )

    def __neg__(self) -> Jet:
        return self.linear(np.negative)

    def __matmul__(self, other: Jet) -> Jet:
        return product(np.matmul, self, other)


@dataclass(frozen=True)
class ScalarJet:
    """A number and its derivatives; see `Jet`."""

    value: float
    first: tuple[float, ...] = ()
    second: tuple[float, ...] = ()

    def __add__(self, other: ScalarJet) -> ScalarJet:
        return ScalarJet(
            self.value + other.value,
            tuple(a + b for a, b in zip(self.first, other.first, strict=True)),
            tuple(a + b for a, b in zip(self.second, other.second, strict=True)),
        )

    def times(self, factor: float) -> ScalarJet:
        """Return the jet multiplied by a constant."""
        return ScalarJet(
            factor * self.value,
            tuple(factor * part for part in self.first),
            tuple(factor * part for part in self.second),
        )

    def log(self) -> ScalarJet:
        """Return the jet of ln f, for f > 0."""
        slopes = tuple(part / self.value for part in self.first)
        bends = zip(self.second, slopes, strict=True)
        return ScalarJet(
            math.log(self.value),
            slopes,
            tuple(part / self.value - slope**2 for part, slope in bends),
        )


def product(
    multiply: Callable[[FloatArray, FloatArray], FloatArray], f: Jet, g: Jet
) -> Jet:
    """Return the jet of a bilinear map: (fg)″ = f″g + 2f′g′ + fg″."""
    first, second = [], []
    for f_1, f_2, g_1, g_2 in zip(f.first, f.second, g.first, g.second, strict=True):
        first.append(multiply(f_1, g.value) + multiply(f.value, g_1))
        bend = multiply(f_1, g_1)
        bend *= 2.0
        bend += multiply(f_2, g.value)
        bend += multiply(f.value, g_2)
        second.append(bend)
    return Jet(multiply(f.value, g.value), tuple(first), tuple(second))


def block_product(
    a: FloatArray, b: FloatArray, splits: tuple[int, int, int]
) -> FloatArray:
    """Return a @ b, without multiplying blocks that vanish.

    Args:
        a: (l, m).
        b: (m, n).
        splits: Where rows, inner index and columns are divided in two.
    """
    if splits == (a.shape[0], a.shape[1], b.shape[1]):
        return np.asarray(a @ b)
    rows, inner, columns = (
        (slice(None, split), slice(split, None)) for split in splits
    )
    out = np.zeros((a.shape[0], b.shape[1]))
    for k in inner:
        right = [column for column in columns if b[k, column].any()]
        for row in rows:
            if right and a[row, k].any():
                for column in right:
                    out[row, column] += a[row, k] @ b[k, column]
    return out


def signed_gram(f: Jet, signs: FloatArray, splits: tuple[int, int]) -> Jet:
    """Return the jet of f diag(signs) fᵀ, (m, m), at a little over half the products.

    Args:
        f: Jet of shape (m, n).
        signs: ±1, (n,).
        splits: Where rows and columns are divided in blocks, some of which may vanish.
    """
    plain = bool(np.all(signs > 0.0))
    rows, columns = splits

    def times(a: FloatArray, b: FloatArray) -> FloatArray:
        signed = a if plain else a * signs
        return block_product(signed, b.T, (rows, columns, rows))

    first, second = [], []
    for f_1, f_2 in zip(f.first, f.second, strict=True):
        half = times(f_1, f.value)
        first.append(half + half.T)
        half = times(f_2, f.value)
        half += times(f_1, f_1)
        second.append(half + half.T)
    return Jet(times(f.value, f.value), tuple(first), tuple(second))


def total_square(f: Jet) -> float:
    """Return Σ f² of the values."""
    return float(np.vdot(f.value, f.value))


def projected_norm(parts: list[Jet]) -> ScalarJet:
    """Return ⟨f₀, f⟩/|f₀| as a jet: the norm of ``parts``, frozen to its direction f₀.

    It is a smooth positive scale to divide by; that it is linear in f keeps it cheap.
    """
    norm = math.sqrt(sum(total_square(part) for part in parts))
    directions = range(len(parts[0].first))

    def along(pick: Callable[[Jet], FloatArray]) -> float:
        return sum(float(np.vdot(part.value, pick(part))) for part in parts) / norm

    return ScalarJet(
        norm,
        tuple(along(lambda part, i=i: part.first[i]) for i in directions),  # type: ignore[misc]
        tuple(along(lambda part, i=i: part.second[i]) for i in directions),  # type: ignore[misc]
    )


def divide(f: Jet, scale: ScalarJet) -> Jet:
    """Return the jet of f / scale."""
    value = f.value / scale.value
    first, second = [], []
    for f_1, f_2, s_1, s_2 in zip(
        f.first, f.second, scale.first, scale.second, strict=True
    ):
        slope = (f_1 - value * s_1) / scale.value
        second.append((f_2 - 2.0 * slope * s_1 - value * s_2) / scale.value)
        first.append(slope)
    return Jet(value, tuple(first), tuple(second))


def square_root(f: Jet) -> Jet:
    """Return the jet of the symmetric root X of a positive matrix, X² = f.

    The value of f must be diagonal. Differentiating X² gives Sylvester equations whose
    denominators √f_i + √f_j never vanish, degenerate or not.

    Args:
        f: Jet of shape (n, n).
    """
    roots = np.sqrt(np.diagonal(f.value))
    sums = roots[:, None] + roots[None, :]
    first = tuple(part / sums for part in f.first)
    second = tuple(
        (part - 2.0 * slope @ slope) / sums
        for part, slope in zip(f.second, first, strict=True)
    )
    return Jet(np.diag(roots), first, second)


def inverse(f: Jet) -> Jet:
    """Return the jet of f⁻¹; the value of f must be diagonal, (n, n)."""
    factors = 1.0 / np.diagonal(f.value)
    outer = factors[:, None] * factors[None, :]
    first, second = [], []
    for f_1, f_2 in zip(f.first, f.second, strict=True):
        first.append(-outer * f_1)
        second.append(outer * (2.0 * (f_1 * factors) @ f_1 - f_2))
    return Jet(np.diag(factors), tuple(first), tuple(second))
