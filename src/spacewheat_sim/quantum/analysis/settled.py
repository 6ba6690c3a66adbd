"""Gradients of what a bath settles into: a steady state, or the day of a driven one."""

from __future__ import annotations

import numpy as np
from scipy.sparse import linalg as sparse_linalg

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.errors import RunError
from spacewheat_sim.quantum.analysis.limit_cycle import pack, unpack
from spacewheat_sim.quantum.analysis.modes import (
    LARGEST_DENSE,
    inner_weights,
    packed,
    unpacked,
    written_out,
)
from spacewheat_sim.quantum.analysis.propagation.feed import FeedEntries
from spacewheat_sim.quantum.analysis.propagation.propagation import Propagation
from spacewheat_sim.quantum.analysis.propagation.step import parts
from spacewheat_sim.quantum.analysis.resolvent import SURE
from spacewheat_sim.quantum.analysis.sensitivity import (
    Channels,
    Count,
    Gradient,
    Kick,
    Source,
    gradient,
)
from spacewheat_sim.quantum.analysis.static_bath import StaticBath
from spacewheat_sim.quantum.drive import Drive
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.series.density_squared import liouvillian
from spacewheat_sim.quantum.steady import null_space
from spacewheat_sim.quantum.steady.null_space import MOST_DENSE

# Relative residual of the adjoint of a day, and the products that it may take.
ACCURACY = 1e-12
MOST_PRODUCTS = 2000


def steady_gradient(
    rho: ComplexArray, sigma: ComplexArray, channels: Channels
) -> Gradient:
    """Return the gradient of tr Oρ with Lρ = 0.

    Args:
        rho: The steady state, (N, N).
        sigma: What solves L†σ = tr(Oρ) − O, (N, N).
        channels: By whose rates.
    """
    product = rho @ sigma
    t, other_t, s, other_s = channels.entries.T
    fed = (rho[None, s, other_s] * sigma[None, other_t, t]).real
    return Gradient(
        -1j * (product - product.conj().T),
        np.zeros_like(rho),
        np.zeros(1),
        np.zeros((1, len(rho))),
        channels.overlaps(fed, product.diagonal().real[None]),
    )


def landing_adjoint(bath: StaticBath, observable: ComplexArray) -> ComplexArray:
    """Return a σ with L†σ = tr(Oρ) − O, of jumps that land on basis states, (N, N).

    Raises:
        RunError: it is not known to 1e-6; or jumps die out, and it has more states than
            L is written out for.
    """
    right = _traceless(observable, bath.steady)
    if not bath.is_dark:
        return bath.resolvent(0.0).solve_adjoint(right)
    # M(0) does not exist.
    if bath.size > LARGEST_DENSE:
        raise RunError(
            f"The sensitivities of a dark steady state are known of up to "
            f"{LARGEST_DENSE} emojis, and this biome has {bath.size}"
        )
    weights = inner_weights(bath.size)
    adjoint = written_out(bath).T * weights / weights[:, None]
    found = _solved(adjoint, -packed(right), 1e-12)
    return unpacked(found.astype(np.complex128), bath.size)


def steady_adjoint(
    generator: Generator, rho: ComplexArray, observable: ComplexArray
) -> ComplexArray:
    """Return a σ with L†σ = tr(Oρ) − O, of any jumps, (N, N).

    Args:
        generator: H and the jumps.
        rho: The steady state, (N, N).
        observable: O, Hermitian, (N, N).

    Raises:
        RunError: it has more states than L is written out for, or is not known to 1e-6.
    """
    n = generator.dimension
    if n > MOST_DENSE:
        raise RunError(
            "The sensitivities of a steady state of a register are known of up to "
            f"{MOST_DENSE.bit_length() - 1} axes, and this one has "
            f"{n.bit_length() - 1}: ask for a mean over some seconds"
        )
    # tr XY of packed X and Y counts what is not on the diagonal twice.
    weights = np.full(n * n, 2.0)
    weights[np.arange(n) * (n + 1)] = 1.0
    adjoint = liouvillian(generator).T * weights / weights[:, None]
    x = _traceless(observable, rho)
    right = null_space.packed((x + x.conj().T) / 2)
    return null_space.unpacked(_solved(adjoint, -right, 1e-13), n)


def _solved(adjoint: FloatArray, right: FloatArray, least: float) -> FloatArray:
    """Solve L†σ = R without the singular values below ``least`` of the largest.

    Raises:
        RunError: some of R is left, as of a mode so slow that it counts as lasting.
    """
    found = np.linalg.lstsq(adjoint, right, rcond=least)[0]
    left = np.abs(adjoint @ found - right).max(initial=0.0)
    if not left <= SURE * np.abs(right).max(initial=0.0):
        raise RunError(
            f"The sensitivities of this steady state are not known to {SURE:g}: "
            "energies and rates lie too far apart for double precision"
        )
    return np.asarray(found)


def _traceless(observable: ComplexArray, rho: ComplexArray) -> ComplexArray:
    """Return O − tr Oρ, (N, N)."""
    mean = float(np.sum(observable.T * rho).real)
    return np.asarray(observable - mean * np.eye(len(rho)))


def cycle_gradient(
    generator: Generator,
    drive: Drive,
    start: ComplexArray,
    period: float,
    asked: Source | Count,
    channels: Channels,
) -> Gradient:
    """Return the gradient of what is ``asked`` of one period of the limit cycle.

    With σ₀ the adjoint of one period from ρ(0) given, and P the period's map, the start
    moves by (1 − P)⁻¹ dP ρ(0): so the adjoint begins at the end with λ = (1 − P†)⁻¹σ₀.

    Args:
        generator: H and the jumps.
        drive: Energies of a common period.
        start: ρ(0) of the cycle, (N, N).
        period: T in s.
        asked: A source or a count, from 0 to the period.
        channels: By whose rates.

    Raises:
        RunError: λ is not found.
    """
    sources = [asked] if isinstance(asked, Source) else []
    counts = [asked] if isinstance(asked, Count) else []
    once = gradient(generator, drive, start, [], sources, counts=counts)
    back = _PeriodBack(generator, drive, period, start)
    kick = Kick(period, back.settled(once.initial))
    whole = gradient(generator, drive, start, [kick], sources, channels, counts)
    # What the start gives is in λ already.
    return whole._replace(initial=np.zeros_like(start))


class _PeriodBack:
    """P†, the adjoint of a period's map, on Hermitian matrices as real vectors."""

    def __init__(
        self, generator: Generator, drive: Drive, period: float, start: ComplexArray
    ) -> None:
        """Take the steps of one period from ρ(0), (N, N)."""
        fed = FeedEntries.of(generator.jumps, drive)
        ahead = Propagation(generator, drive, fed)
        self._back = ahead.adjoint()
        self._start, self._n = start, len(start)
        self._steps = [
            step._replace(terms=step.terms[:0].copy())
            for step in ahead.run(parts(start), 0.0, period)
        ]

    def settled(self, sigma: ComplexArray) -> ComplexArray:
        """Return (1 − P†)⁻¹σ on what has tr ρσ = 0, (N, N).

        Raises:
            RunError: it is not found.
        """
        size = self._n**2
        operator = sparse_linalg.LinearOperator(
            (size, size),
            matvec=lambda v: self._less(np.asarray(v, dtype=np.float64).ravel()),
            dtype=np.dtype(np.float64),
        )
        found, failed = sparse_linalg.gmres(
            operator,
            self._project(pack(parts(sigma))),
            rtol=ACCURACY,
            atol=0.0,
            restart=60,
            maxiter=MOST_PRODUCTS // 60,
        )
        if failed:
            raise RunError(
                "The sensitivities of this limit cycle are not found to 1e-12"
            )
        re, im = unpack(self._project(found), self._n)
        return np.asarray(re + 1j * im)

    def _less(self, x: FloatArray) -> FloatArray:
        """Return (1 − P†)x without what P† keeps."""
        return self._project(x - self._move(self._project(x)))

    def _project(self, x: FloatArray) -> FloatArray:
        """Leave out the multiple of 1, which P† keeps, so that tr ρX = 0."""
        own = unpack(x, self._n)
        mean = float(
            np.sum(own[0] * self._start.real) + np.sum(own[1] * self._start.imag)
        )
        own[0] -= mean * np.eye(self._n)
        return pack(own)

    def _move(self, x: FloatArray) -> FloatArray:
        """Return P†X."""
        sigma = unpack(x, self._n)
        for step in reversed(self._steps):
            sigma = self._back.back_over(step, sigma).end()
        return pack(sigma)
