"""Numbers that carry their first and second derivatives in β and in h.

A jet is (f, ∂f/∂β, ∂f/∂h, ∂²f/∂β², ∂²f/∂h²): a hyper-dual number, truncated after the
second order and without the mixed derivative, which no output needs. Its entries may be
arrays, in particular matrices. Arithmetic is exact: nothing here has a step size.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from spacewheat_sim.arrays import FloatArray


@dataclass(frozen=True)
class Jet:
    """A value with its derivatives.

    Attributes:
        value: f, of any shape (…).
        first: ∂f/∂β and ∂f/∂h, (2, …).
        second: ∂²f/∂β² and ∂²f/∂h², (2, …).
    """

    value: FloatArray
    first: FloatArray
    second: FloatArray

    @classmethod
    def constant(cls, value: ArrayLike) -> Jet:
        """Return a number, or an array, that depends on neither β nor h."""
        plain = np.asarray(value, dtype=np.float64)
        zero = np.zeros((2, *plain.shape))
        return cls(plain, zero, zero)

    @classmethod
    def exponential(cls, exponent: ArrayLike, slopes: ArrayLike) -> Jet:
        """Return e^x for an x (…) that is linear in β and in h, with slopes (2, …)."""
        value = np.exp(np.asarray(exponent, dtype=np.float64))
        slope = np.asarray(slopes, dtype=np.float64)
        return cls(value, slope * value, slope * slope * value)

    def __add__(self, other: Jet) -> Jet:
        return Jet(
            self.value + other.value,
            self.first + other.first,
            self.second + other.second,
        )

    def __sub__(self, other: Jet) -> Jet:
        return self + other * -1.0

    def __mul__(self, other: Jet | float) -> Jet:
        """Multiply entry by entry: shapes must agree, or one factor be a scalar."""
        if not isinstance(other, Jet):
            return Jet(other * self.value, other * self.first, other * self.second)
        if self.value.ndim < other.value.ndim:
            return other * self
        scalar = other.value.ndim < self.value.ndim
        shape = (2,) + (1,) * self.value.ndim if scalar else other.first.shape
        first, second = other.first.reshape(shape), other.second.reshape(shape)
        return Jet(
            self.value * other.value,
            self.first * other.value + self.value * first,
            self.second * other.value + 2.0 * self.first * first + self.value * second,
        )

    def __truediv__(self, other: Jet) -> Jet:
        inverse = 1.0 / other.value
        return self * other.compose(inverse, -(inverse**2), 2.0 * inverse**3)

    def __matmul__(self, other: Jet) -> Jet:
        """Multiply matrices (n, n)."""
        return Jet(
            self.value @ other.value,
            self.first @ other.value + self.value @ other.first,
            self.second @ other.value
            + 2.0 * self.first @ other.first
            + self.value @ other.second,
        )

    def sum(self) -> Jet:
        """Return the sum of all entries of a vector (n,)."""
        return Jet(
            np.asarray(self.value.sum()),
            self.first.sum(axis=1),
            self.second.sum(axis=1),
        )

    def squared_symmetric(self) -> Jet:
        """Return A² of a symmetric matrix A (n, n), in 7 products rather than 11."""
        n = self.value.shape[0]
        stack = np.concatenate([self.value[None], self.first, self.second])
        # One tall product is faster than five square ones.
        products = (stack.reshape(-1, n) @ self.value).reshape(stack.shape)
        mirrored = products[1:] + products[1:].swapaxes(1, 2)
        for d in range(2):
            mirrored[2 + d] += 2.0 * (self.first[d] @ self.first[d])
        return Jet(products[0], mirrored[:2], mirrored[2:])

    def trace(self) -> Jet:
        """Return the trace of a matrix."""
        return Jet(
            np.asarray(np.trace(self.value)),
            np.asarray(np.trace(self.first, axis1=1, axis2=2)),
            np.asarray(np.trace(self.second, axis1=1, axis2=2)),
        )

    def trace_with(self, other: Jet) -> Jet:
        """Return tr AB of two symmetric matrices, without their product."""
        first = _inner(self.first, other.value) + _inner(other.first, self.value)
        bend = _inner(self.second, other.value) + _inner(other.second, self.value)
        cross = np.einsum("dij,dij->d", self.first, other.first)
        return Jet(_inner(self.value, other.value), first, bend + 2.0 * cross)

    def compose(self, value: FloatArray, slope: FloatArray, bend: FloatArray) -> Jet:
        """Return g(f), given g, g′ and g″ at f.

        (g∘f)″ = g′(f) f″ + g″(f) f′².
        """
        return Jet(
            np.asarray(value, dtype=np.float64),
            np.asarray(slope * self.first),
            np.asarray(slope * self.second + bend * self.first**2),
        )

    def log(self) -> Jet:
        """Return ln f."""
        slope = self.first / self.value
        bend = self.second / self.value - slope**2
        return Jet(np.asarray(np.log(self.value)), slope, np.asarray(bend))

    def log1p(self) -> Jet:
        """Return ln(1 + f), accurate for small f."""
        base = 1.0 + self.value
        return self.compose(np.log1p(self.value), 1.0 / base, -1.0 / base**2)

    def exp(self) -> Jet:
        """Return e^f."""
        value = np.exp(self.value)
        return self.compose(value, value, value)

    def sqrt(self) -> Jet:
        """Return √f for f > 0."""
        root = np.sqrt(self.value)
        return self.compose(root, 0.5 / root, -0.25 / (root * self.value))


def _inner(a: FloatArray, b: FloatArray) -> FloatArray:
    return np.asarray(np.einsum("...ij,ij->...", a, b))
