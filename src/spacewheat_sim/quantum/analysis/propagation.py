"""Hermitian matrices through many steps, each with every term of its series."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from copy import copy
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray, Int32Array
from spacewheat_sim.errors import RunError
from spacewheat_sim.quantum.analysis.kernels import overlaps, whole_step
from spacewheat_sim.quantum.drive import Drive, Reach
from spacewheat_sim.quantum.generator import Generator, StaticTerms
from spacewheat_sim.quantum.jumps import Jumps
from spacewheat_sim.quantum.stepping import (
    MOST_TERMS,
    Elapsed,
    Stepper,
    check_cost,
)

# Largest ‖L‖h of a step, and the share of a matrix that its neglected terms may be.
REACH = 5.0
NEGLECTED = 1e-17
# Error of a function's energy, and a size below which a matrix is as good as 0.
TOLERANCE = 1e-11
SMALLEST = 1e-280
# Share of a time that the sum of two times may be off by.
CLOCK = 2.0**-50
# Steps in a window.
WINDOW = 64
# Nodes of a step's integrals: of ‖L‖h ≤ 5 they are right to rounding.
NODES = 12
SHARES, WEIGHTS = np.polynomial.legendre.leggauss(NODES)
SHARES, WEIGHTS = (SHARES + 1) / 2, WEIGHTS / 2
# Powers of the share of a step that has passed at its nodes, and of what is left.
PASSED, LEFT = (
    np.ascontiguousarray(np.vander(x, MOST_TERMS + 1, increasing=True).T)
    for x in (SHARES, 1.0 - SHARES)
)


class FeedEntries(NamedTuple):
    """ρ[s, s'] fed to [t, t'] at a rate, for each pair of entries of each jump.

    Attributes:
        entries: (t, t', s, s'), (F, 4).
        operators: The jump operator of each, (F,).
        rates: The constant parts of their rates in 1/s, (F,).
        rows: The row of a drive's series that adds to each rate, or −1, (F,).
        extra: What is added to ρ[s, s'], (F,).
    """

    entries: Int32Array
    operators: Int32Array
    rates: FloatArray
    rows: Int32Array
    extra: FloatArray

    @classmethod
    def of(cls, jumps: Jumps, drive: Drive | None = None) -> FeedEntries:
        """Return the feed of ``jumps``, whose rates ``drive`` may change."""
        sizes = np.diff(jumps.order).astype(np.int64)
        own = np.repeat(np.arange(jumps.size), sizes**2)
        # Of E entries, each of E² pairs is one with each.
        number = np.arange(own.size) - np.repeat(
            np.cumsum(sizes**2) - sizes**2, sizes**2
        )
        first = jumps.order[own] + number // sizes[own]
        second = jumps.order[own] + number % sizes[own]
        s, t = jumps.sources, jumps.targets
        entries = np.stack((t[first], t[second], s[first], s[second]), axis=1)
        rows = np.full(own.size, -1, dtype=np.int32)
        if drive is not None:
            for place, k in enumerate(drive.rows.channels.tolist()):
                rows[own == k] = drive.rows.kets + place
        return cls(
            np.ascontiguousarray(entries, dtype=np.int32),
            own.astype(np.int32),
            jumps.rates[own],
            rows,
            np.zeros(own.size),
        )

    def transposed(self) -> FeedEntries:
        """Return the feed of the adjoint."""
        order = [2, 3, 0, 1]
        return self._replace(entries=np.ascontiguousarray(self.entries[:, order]))

    @classmethod
    def none(cls) -> FeedEntries:
        """Return a feed that feeds nothing."""
        whole, real = np.zeros(0, dtype=np.int32), np.zeros(0)
        return cls(whole.reshape(0, 4), whole, real, whole, real)

    def without(self, operators: Collection[int]) -> FeedEntries:
        """Return the feed without what some jump operators feed."""
        if not operators:
            return self
        kept = ~np.isin(self.operators, sorted(operators))
        return FeedEntries(
            np.ascontiguousarray(self.entries[kept]),
            self.operators[kept],
            self.rates[kept],
            self.rows[kept],
            self.extra[kept],
        )

    def counting(self, operators: Collection[int], factor: float) -> FeedEntries:
        """Return the feed of an adjoint that adds ``factor`` for each such jump."""
        counted = np.isin(self.operators, sorted(operators))
        diagonal = self.entries[:, 0] == self.entries[:, 1]
        return self._replace(extra=self.extra + factor * (counted & diagonal))


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


class Overlaps(NamedTuple):
    """What rates and energies move of tr ρσ, at the nodes of some steps.

    Attributes:
        fed: Re ρ[s, s'] σ[t', t] of each entry of the channels, (S, T, F).
        lost: Re (ρσ)_ii, (S, T, N).
        own: Im (ρσ)_ii, (S, T, N).
    """

    fed: FloatArray
    lost: FloatArray
    own: FloatArray


class Propagation:
    """dX/dt = BX + XB† + feed, static or driven, forward or as its adjoint.

    Attributes:
        feed: What jumps feed.
        window: Seconds that take a good many steps, for those who do not know the end.
    """

    def __init__(self, generator: Generator, drive: Drive, feed: FeedEntries) -> None:
        """Take H and Γ, time-dependent energies, and what jumps feed."""
        static = centered(generator)
        self._static, self.feed, self._drive = static, feed, drive
        n = generator.dimension
        self._bound = norm_bound(static)
        reach = Reach(REACH, self._bound, weight=2.0)
        self._stepper = Stepper(drive, reach, TOLERANCE)
        self.window = WINDOW * REACH / self._bound if self._bound else WINDOW
        self._work = np.empty((2, n, n))
        self._terms = np.empty((MOST_TERMS + 1, 2, n, n))
        self._nothing = np.zeros((2, n, n))

    def adjoint(self) -> Propagation:
        """Return what moves σ with dσ/ds = B†σ + σB + …, s = −t, from the end back.

        It shares this one's scratch: one of them runs at a time.
        """
        found = copy(self)
        static = self._static
        found._static = static._replace(  # noqa: SLF001 - of its own kind
            re=-static.re, im=-static.im, energy=-static.energy
        )
        found.feed = self.feed.transposed()
        return found

    def run(
        self,
        start: FloatArray,
        time: float,
        until: float,
        source: FloatArray | None = None,
    ) -> Iterator[Step]:
        """Yield the steps of X from ``start`` (2, N, N) at ``time``.

        Args:
            start: X at the beginning, (2, N, N).
            time: Its time in seconds.
            until: Where to end.
            source: A constant that is added to dX/dt, (2, N, N).

        Raises:
            RunError: so many steps are needed that it would not end.
        """
        check_cost(self._bound, until - time)
        elapsed = Elapsed(until - time)
        self._terms[0] = start
        while elapsed.done < until - time:
            step = self._step(
                time + elapsed.done,
                elapsed.left(),
                self._nothing if source is None else source,
            )
            yield step
            self._terms[0] = step.end()
            elapsed.add(step.h)

    def state(self) -> FloatArray:
        """Return X where the last run ended, (2, N, N)."""
        return np.array(self._terms[0])

    def repeat(self, step: Step) -> Step:
        """Return a step of :meth:`run` of which c_0 was kept, with all of its terms."""
        self._terms[0] = step.terms[0]
        order = self._expand(step.energies, step.h, step.bound, self._nothing)
        return step._replace(terms=self._terms[: order + 1])

    def back_over(self, step: Step, end: FloatArray) -> Step:
        """Return the series of an adjoint σ over a step of the forward run.

        Args:
            step: The step, as it was made forward.
            end: σ at its end, (2, N, N), where the series begins.
        """
        self._terms[0] = end
        energies = step.energies
        if not self._drive.is_static:
            energies = _back(energies, self._drive.rows.energies.size)
        order = self._expand(energies, step.h, step.bound, self._nothing)
        if order < 0:
            raise _not_finite(step)
        return step._replace(terms=self._terms[: order + 1], energies=energies)

    def back_through(
        self,
        steps: Sequence[Step],
        nodes: FloatArray,
        sigma: FloatArray,
        source: FloatArray,
        counted: FeedEntries,
        channels: FeedEntries,
        products: FloatArray,
    ) -> Overlaps:
        """Take an adjoint σ back over steps of the forward run, at whose nodes ρ is.

        Args:
            steps: The steps, as they were made forward.
            nodes: Re ρ + Im ρ at the nodes of each, (S, T, N, N).
            sigma: σ at the last one's end, overwritten by that at the first one's
                start, (2, N, N).
            source: What is added to dσ/ds all along, (2, N, N).
            counted: The feed of the run, with what it counts.
            channels: The feed that is asked about.
            products: What ∫ρσ is added to, as of the kernel, (2N, 2N).
        """
        energies = np.array([step.energies for step in steps])
        if not self._drive.is_static:
            energies = _back(energies, self._drive.rows.energies.size)
        size, points, n, _ = nodes.shape
        found = Overlaps(
            np.empty((size, points, channels.rates.size)),
            np.empty((size, points, n)),
            np.empty((size, points, n)),
        )
        failed = overlaps.back_through(
            self._static,
            counted.transposed(),
            self._drive.rows,
            (
                energies,
                np.array([step.h for step in steps]),
                np.array([step.bound for step in steps]),
                nodes,
            ),
            source,
            NEGLECTED,
            (WEIGHTS, LEFT),
            (channels.entries, channels.extra),
            self._terms,
            sigma,
            products,
            tuple(found),
        )
        if failed >= 0:
            raise _not_finite(steps[failed])
        return found

    def _step(self, begin: float, h: float, source: FloatArray) -> Step:
        while True:
            h, energies, bound = self._stepper.plan(begin, h)
            order = self._expand(energies, h, bound, source)
            if order >= 0:
                return Step(begin, h, self._terms[: order + 1], energies, bound)
            h = self._stepper.shorter(begin, h, bound)

    def _expand(
        self, energies: FloatArray, h: float, bound: float, source: FloatArray
    ) -> int:
        fed = self.feed
        added = float(np.abs(source).max()) + float(fed.extra.max(initial=0.0)) * bound
        size = max(float(np.abs(self._terms[0]).max()), h * added)
        return int(
            whole_step.expand(
                self._static,
                fed,
                self._drive.rows,
                energies,
                source,
                h,
                bound,
                NEGLECTED * max(size, SMALLEST),
                self._work,
                self._terms,
            )
        )


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


def centered(generator: Generator) -> StaticTerms:
    """Return H and Γ with energies from the middle of all: a phase that all share."""
    middle = generator.energy.min() / 2 + generator.energy.max() / 2
    return generator.static._replace(energy=generator.energy - middle)


def norm_bound(static: StaticTerms) -> float:
    """Return an upper bound on the generator's norm in 1/s."""
    order = static.indptr.astype(np.intp)
    sizes = np.append(np.hypot(static.re, static.im), 0.0)
    coupled = np.add.reduceat(sizes, np.minimum(order[:-1], sizes.size - 1))
    coupled[np.diff(order) == 0] = 0.0
    largest = float(np.max(coupled + np.abs(static.energy)))
    return 2 * largest + 4 * float(static.half_decay.max(initial=0.0))


def _not_finite(step: Step) -> RunError:
    return RunError(
        f"The sensitivities at t = {step.begin:g} s are not finite: some "
        "energy or rate is too large for double precision"
    )


def _back(series: FloatArray, energies: int) -> FloatArray:
    """Return d(1 − x) as a series in x, for d(x) = Σ_j d_j xʲ, (…, R, J).

    The first rows, of as many ``energies``, change their sign: B† has +iH.
    """
    found = np.ascontiguousarray(series @ _mirror(series.shape[-1]))
    found[..., :energies, :] *= -1.0
    return found


def _moved(count: int, first: float, length: float) -> FloatArray:
    """Return the coefficients of Σ_j c_j (first + length · y)ʲ by yᵏ, (K, J)."""
    found = np.zeros((count, count))
    powers = np.vander([first], count, increasing=True)[0]
    for k in range(count):
        ways = [math.comb(j, k) for j in range(k, count)]
        found[k, k:] = ways * powers[: count - k] * length**k
    return found


@lru_cache(maxsize=8)
def _mirror(count: int) -> FloatArray:
    """Return the coefficients of (1 − x)ʲ, (J, J)."""
    signed = np.zeros((count, count))
    for j in range(count):
        signed[j, : j + 1] = [math.comb(j, k) * (-1) ** k for k in range(j + 1)]
    return signed


def parts(matrix: ComplexArray) -> FloatArray:
    """Return a Hermitian matrix (N, N) as real and imaginary part, (2, N, N)."""
    hermitian = (matrix + matrix.conj().T) / 2
    return np.ascontiguousarray(np.stack((hermitian.real, hermitian.imag)))
