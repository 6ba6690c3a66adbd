"""One step of a Hermitian matrix, with every term of its series."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.quantum.analysis.kernels import whole_step
from spacewheat_sim.quantum.stepping import MOST_TERMS

# Share of a time that the sum of two times may be off by.
CLOCK = 2.0**-50
# Nodes of a step's integrals: of ‖L‖h ≤ 5 they are right to rounding.
NODES = 12
SHARES, WEIGHTS = np.polynomial.legendre.leggauss(NODES)
SHARES, WEIGHTS = (SHARES + 1) / 2, WEIGHTS / 2
# Powers of the share of a step that has passed at its nodes, and of what is left.
PASSED, LEFT = (
    np.ascontiguousarray(np.vander(x, MOST_TERMS + 1, increasing=True).T)
    for x in (SHARES, 1.0 - SHARES)
)


class Step(NamedTuple):
    """One step: when, how long, and Σ_k c_k xᵏ over its share x.

    Attributes:
        begin: Its start in seconds.
        h: Its length in seconds.
        terms: c_k, overwritten by the next step, (K + 1, 2, N, N).
        energies: Series of the drive's rows over it, (R, J).
        bound: On the generator's norm, in 1/s.
    """

    begin: float
    h: float
    terms: FloatArray
    energies: FloatArray
    bound: float

    def shares(self, times: FloatArray) -> FloatArray:
        """Return which share of the step has passed at ``times`` (T,)."""
        return np.clip((times - self.begin) / self.h, 0.0, 1.0)

    def diagonals(self, times: FloatArray) -> FloatArray:
        """Return the populations at ``times`` (T,) inside the step, (T, N)."""
        out = np.empty((times.size, self.terms.shape[2]))
        whole_step.diagonals(self.terms, self.shares(times), out)
        return out

    def integrated(self, times: FloatArray) -> FloatArray:
        """Return ∫ of the populations from the step's start to ``times``, (T, N)."""
        count = len(self.terms)
        powers = np.vander(self.shares(times), count + 1, increasing=True)[:, 1:]
        own = self.terms[:, 0].diagonal(axis1=1, axis2=2)
        return np.asarray(self.h * (powers / np.arange(1.0, count + 1)) @ own)

    def within(self, begin: float, end: float) -> Step:
        """Return the part of the step between two times in s, as a step."""
        first, length = (begin - self.begin) / self.h, (end - begin) / self.h
        count, _, n, _ = self.terms.shape
        moved = _moved(count, first, length) @ self.terms.reshape(count, -1)
        energies = self.energies
        if energies.size:
            own = _moved(energies.shape[1], first, length)
            energies = np.ascontiguousarray(energies @ own.T)
        terms = moved.reshape(count, 2, n, n)
        return Step(begin, end - begin, terms, energies, self.bound)

    def values(self, x: FloatArray) -> ComplexArray:
        """Return X at shares ``x`` (T,) of the step, (T, N, N)."""
        count, _, n, _ = self.terms.shape
        powers = np.vander(x, count, increasing=True)
        found = (powers @ self.terms.reshape(count, -1)).reshape(-1, 2, n, n)
        return np.asarray(found[:, 0] + 1j * found[:, 1])

    def integral(self) -> ComplexArray:
        """Return ∫ X dt over the step, (N, N)."""
        weights = self.h / np.arange(1.0, len(self.terms) + 1)
        found = np.tensordot(weights, self.terms, 1)
        return np.asarray(found[0] + 1j * found[1])

    def end(self) -> FloatArray:
        """Return X at the step's end, (2, N, N)."""
        return np.asarray(self.terms[::-1].sum(axis=0))


def covered(
    steps: Iterable[Step], times: FloatArray, last: float, begin: float = 0.0
) -> Iterator[tuple[Step, slice]]:
    """Yield each of a run's steps with which of sorted ``times`` (T,) it covers.

    Args:
        steps: From ``begin`` on.
        times: In s after ``begin``; those up to 0 are of no step.
        last: When the run ends, in s after ``begin``; all that are left are due there.
        begin: In s.
    """
    done = int((times <= 0.0).sum())
    # Far from time 0 a step's end is only known as exactly as the clock tells.
    rounding = CLOCK * (abs(begin) + last)
    for step in steps:
        end = step.begin + step.h - begin
        upto = int(np.searchsorted(times, end + rounding, side="right"))
        if end >= last - rounding:
            upto = times.size
        yield step, slice(done, upto)
        done = upto


def parts(matrix: ComplexArray) -> FloatArray:
    """Return a Hermitian matrix (N, N) as real and imaginary part, (2, N, N)."""
    hermitian = (matrix + matrix.conj().T) / 2
    return np.ascontiguousarray(np.stack((hermitian.real, hermitian.imag)))


def _moved(count: int, first: float, length: float) -> FloatArray:
    """Return the coefficients of Σ_j c_j (first + length · y)ʲ by yᵏ, (K, J)."""
    found = np.zeros((count, count))
    powers = np.vander([first], count, increasing=True)[0]
    for k in range(count):
        ways = [math.comb(j, k) for j in range(k, count)]
        found[k, k:] = ways * powers[: count - k] * length**k
    return found
