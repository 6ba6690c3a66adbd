"""Hermitian matrices through many steps, each with every term of its series."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from copy import copy
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.errors import RunError
from spacewheat_sim.quantum.analysis.kernels import overlaps, whole_step
from spacewheat_sim.quantum.analysis.propagation.feed import FeedEntries
from spacewheat_sim.quantum.analysis.propagation.step import LEFT, WEIGHTS, Step
from spacewheat_sim.quantum.drive import Drive, Reach
from spacewheat_sim.quantum.generator import Generator, StaticTerms
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
# Steps in a window.
WINDOW = 64


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


@lru_cache(maxsize=8)
def _mirror(count: int) -> FloatArray:
    """Return the coefficients of (1 − x)ʲ, (J, J)."""
    signed = np.zeros((count, count))
    for j in range(count):
        signed[j, : j + 1] = [math.comb(j, k) * (-1) ** k for k in range(j + 1)]
    return signed
