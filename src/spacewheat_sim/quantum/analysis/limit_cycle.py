"""The day that a periodically driven bath settles into."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from scipy.sparse import linalg as sparse_linalg

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.errors import ArgumentError, RunError
from spacewheat_sim.quantum.analysis.propagation.feed import FeedEntries
from spacewheat_sim.quantum.analysis.propagation.propagation import Propagation
from spacewheat_sim.quantum.analysis.propagation.step import Step, parts
from spacewheat_sim.quantum.drive import Drive
from spacewheat_sim.quantum.driving.driver import Driver
from spacewheat_sim.quantum.generator import Generator

# Largest denominator of a ratio of frequencies, and how near to it they must be.
LARGEST_RATIO = 64
RATIO_ERROR = 1e-9
# Up to this many states the map of a period is written out.
LARGEST_DENSE = 6
# Error of the state after a period, and a multiplier that is as good as 1.
ACCURACY = 1e-9
LASTING = 1.0 - 1e-9
# Nodes of a step's integral.
_X, _W = np.polynomial.legendre.leggauss(12)
# Shares of a step at which its populations are looked at.
_GRID = np.linspace(0.0, 1.0, 17)


class LimitCycle(NamedTuple):
    """The state that comes back after each period.

    Attributes:
        start: ρ at time 0 of the cycle, (N, N).
        multipliers: Factors by which deviations change in a period, largest first, the
            first of them 1, (K,).
        time: Seconds over one period, (T,).
        populations: At these times, (T, N).
        mean: Their mean over the period, (N,).
        peaks: When in the period each is largest, in s, (N,).
    """

    start: ComplexArray
    multipliers: ComplexArray
    time: FloatArray
    populations: FloatArray
    mean: FloatArray
    peaks: FloatArray


def common_period(drivers: Sequence[Driver]) -> float:
    """Return the shortest time in s after which all ``drivers`` repeat.

    Raises:
        ArgumentError: none of them changes, one is a function, or there is none.
    """
    if any(driver.function is not None for driver in drivers):
        raise ArgumentError(
            "Nothing is known of the period of a driver's function: a limit cycle "
            "needs waves and pulses"
        )
    if any(not driver.repeats for driver in drivers):
        raise ArgumentError(
            "A ramp or a fade never repeats: this bath has no limit cycle"
        )
    frequencies = sorted({d.frequency for d in drivers if d.frequency > 0.0})
    if not frequencies:
        raise ArgumentError(
            "Where nothing changes with time there is no limit cycle: this bath "
            "settles in a steady state"
        )
    whole = Fraction(1)
    for frequency in frequencies[1:]:
        ratio = frequency / frequencies[0]
        near = Fraction(ratio).limit_denominator(LARGEST_RATIO)
        if abs(float(near) - ratio) > RATIO_ERROR * ratio:
            raise ArgumentError(
                f"Drivers of {frequencies[0]:g} Hz and {frequency:g} Hz have no common "
                "period that is short: this bath never repeats"
            )
        whole = Fraction(math.lcm(whole.numerator, near.denominator))
    return float(whole) / frequencies[0]


def limit_cycle(
    generator: Generator, drive: Drive, period: float, count: int, rows: int
) -> LimitCycle:
    """Return the cycle of period T, ρ(T) = ρ(0), by Arnoldi's method on the period map.

    Raises:
        ArgumentError: several cycles exist.
        RunError: the map's eigenvectors are not found.
    """
    n = generator.dimension
    way = Propagation(generator, drive, FeedEntries.of(generator.jumps, drive))

    def move(vector: FloatArray) -> FloatArray:
        x = unpack(vector, n)
        for step in way.run(x, 0.0, period):
            x = step.end()
        return pack(x)

    values, vectors = _leading(move, n, count)
    order = np.lexsort((-values.imag, -np.abs(values)))
    values, vectors = values[order], vectors[:, order]
    if values.size > 1 and abs(values[1]) > LASTING:
        raise ArgumentError(
            "This bath has no unique limit cycle: a deviation from one lasts forever, "
            "as where several parts are not connected or no jumps are there"
        )
    start = unpack(vectors[:, 0].real.copy(), n)
    start /= np.trace(start[0])
    error = float(np.abs(pack(start) - move(pack(start))).max())
    if not error <= ACCURACY:
        raise RunError(f"The limit cycle is known to {error:.1g} only")
    time = np.linspace(0.0, period, rows)
    populations, mean, peaks = _populations(way, start, time)
    whole = start[0] + 1j * start[1]
    return LimitCycle(whole, values, time, populations, mean, peaks)


def _populations(
    way: Propagation, start: FloatArray, time: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the populations at sorted ``time`` (T,) (T, N), their mean, and peaks."""
    populations = np.empty((time.size, start.shape[1]))
    total = np.zeros(start.shape[1])
    done, period = 0, float(time[-1])
    peaks = _Peaks(start.shape[1])
    for step in way.run(start, 0.0, period):
        half = step.h / 2
        total += half * (_W @ step.diagonals(step.begin + half * (_X + 1)))
        peaks.add(step)
        until = int(np.searchsorted(time, step.begin + step.h, side="right"))
        if step.begin + step.h >= period * (1 - 1e-15):
            until = time.size
        populations[done:until] = step.diagonals(time[done:until])
        done = until
    return populations, total / period, peaks.times() % period


class _Peaks:
    """When each population is largest, on the series of the steps.

    A driver's edge is between two steps, so that a corner is the end of one.
    """

    def __init__(self, n: int) -> None:
        self._tops = np.full(n, -np.inf)
        self._found: dict[int, tuple[float, float, _Top]] = {}

    def add(self, step: Step) -> None:
        """Look at a step, before the next one is made."""
        values = step.diagonals(step.begin + step.h * _GRID)
        best = values.argmax(axis=0)
        tops = values.max(axis=0)
        for i in np.flatnonzero(tops > self._tops).tolist():
            series = step.terms[:, 0, i, i].copy()
            self._found[i] = step.begin, step.h, _Top(int(best[i]), series)
        self._tops = np.maximum(self._tops, tops)

    def times(self) -> FloatArray:
        """Return the times in s, (N,)."""
        places = (self._found[i] for i in range(self._tops.size))
        return np.array([begin + h * top.share() for begin, h, top in places])


class _Top(NamedTuple):
    """Where a series is largest: about which point of the grid.

    Attributes:
        place: That of :data:`_GRID`.
        series: c_k of Σ_k c_k xᵏ, (K + 1,).
    """

    place: int
    series: FloatArray

    def share(self) -> float:
        """Return the x of the maximum beside the point, or its own at an end."""
        slope = np.polynomial.Polynomial(self.series).deriv()
        low, high = (
            float(_GRID[min(max(self.place + k, 0), _GRID.size - 1)]) for k in (-1, 1)
        )
        if slope(low) > 0.0 > slope(high):
            from scipy import optimize

            return float(optimize.brentq(slope, low, high, xtol=1e-14))
        return float(_GRID[self.place])


def _leading(
    move: Callable[[FloatArray], FloatArray], n: int, count: int
) -> tuple[ComplexArray, ComplexArray]:
    """Return the largest eigenvalues of the map (K,) and their vectors (N², K)."""
    size = n * n
    if n <= LARGEST_DENSE:
        columns = np.array([move(unit) for unit in np.eye(size)]).T
        values, vectors = np.linalg.eig(columns)
        kept = np.argsort(-np.abs(values))[:count]
        return values[kept].astype(complex), vectors[:, kept].astype(complex)
    operator = sparse_linalg.LinearOperator(
        (size, size),
        matvec=lambda v: move(np.asarray(v, dtype=np.float64).ravel()),
        dtype=np.dtype(np.float64),
    )
    start = pack(parts(np.eye(n, dtype=np.complex128)))
    start += 0.1 * np.cos(np.arange(size) ** 2 % 97)
    values, vectors = sparse_linalg.eigs(operator, k=count, v0=start, tol=1e-13)
    return np.asarray(values), np.asarray(vectors)


def pack(x: FloatArray) -> FloatArray:
    """Return a Hermitian (2, N, N) as N² real numbers: Re at and below the diagonal."""
    n = x.shape[1]
    upper = np.triu_indices(n, 1)
    packed = np.tril(x[0])
    packed[upper] = x[1][upper[1], upper[0]]
    return np.asarray(packed.ravel())


def unpack(vector: FloatArray, n: int) -> FloatArray:
    """Return the Hermitian matrix (2, N, N) of N² real numbers."""
    packed = vector.reshape(n, n)
    lower = np.tril(packed, -1)
    im = np.zeros((n, n))
    upper = np.triu_indices(n, 1)
    im[upper[1], upper[0]] = packed[upper]
    re = lower + lower.T + np.diag(packed.diagonal())
    return np.ascontiguousarray(np.stack((re, im - im.T)))
