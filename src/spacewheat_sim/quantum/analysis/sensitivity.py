"""The gradient of what is asked of a run, in every number at once.

J depends on ρ(t) of dρ/dt = Lρ through dJ = Σ_i tr G_i dρ(t_i) + ∫ tr O(t) dρ dt. One
run of the adjoint backward from the end,

    −dσ/dt = L†σ + O = B†σ + σB + Wᵀ-feed of σ + O,     σ jumps by G_i at t_i,

gives with P = ∫ ρσ dt all of

    dJ = tr[−i(P − P†) dH] + Σ_k dγ_k ∫ (Σ ρ[s, s'] σ[t', t] − Re Σ (ρσ)_ss) dt
         + tr σ(0) dρ(0).

Both are power series over each step, and the integrals are by Gauss–Legendre nodes,
exact for polynomials of twice their number.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.quantum.analysis.propagation import (
    FeedEntries,
    Propagation,
    Step,
    parts,
)
from spacewheat_sim.quantum.drive import Drive
from spacewheat_sim.quantum.generator import Generator

# Nodes of a step's integrals: of ‖L‖h ≤ 5 they are right to rounding.
NODES = 12
_X, _W = np.polynomial.legendre.leggauss(NODES)
_X, _W = (_X + 1) / 2, _W / 2


class Kick(NamedTuple):
    """dJ = tr G dρ(time): G Hermitian, (N, N)."""

    time: float
    operator: ComplexArray


class Source(NamedTuple):
    """dJ = ∫ tr O dρ dt from ``begin`` to ``end``: O Hermitian, (N, N)."""

    begin: float
    end: float
    operator: ComplexArray


class Gradient(NamedTuple):
    """dJ = tr Y dH + Σ_k g_k dγ_k + tr σ₀ dρ(0) + Σ_d e_d da_d.

    Attributes:
        hamiltonian: Y, Hermitian, in 1/(rad/s), (N, N).
        rates: g_k by the rate of each jump operator in s, (K,).
        initial: σ₀, Hermitian, (N, N).
        amplitudes: e_d by a factor on the energy of each driver, (D,).
    """

    hamiltonian: ComplexArray
    rates: FloatArray
    initial: ComplexArray
    amplitudes: FloatArray


class Sums:
    """The integrals of one adjoint run as they add up."""

    def __init__(self, generator: Generator, drive: Drive, feed: FeedEntries) -> None:
        """Begin with none."""
        n = generator.dimension
        self._jumps, self._drive, self._feed = generator.jumps, drive, feed
        self.products = np.zeros((n, n), dtype=np.complex128)
        self.overlaps = np.zeros(generator.jumps.size)
        self.amplitudes = np.zeros(len(drive.drivers))

    def add(self, forward: Step, backward: Step) -> None:
        """Add what one step contributes."""
        n = len(self.products)
        rho, sigma = forward.values(_X), backward.values(1.0 - _X)
        weights = forward.h * _W
        weighted = rho * weights[:, None, None]
        left = weighted.transpose(1, 0, 2).reshape(n, -1)
        self.products += left @ sigma.reshape(-1, n)
        t, other_t, s, other_s = self._feed.entries.T
        fed = (weighted[:, s, other_s] * sigma[:, other_t, t]).real.sum(axis=0)
        self.overlaps += np.bincount(
            self._feed.operators, fed, minlength=self.overlaps.size
        )
        for d, driver in enumerate(self._drive.drivers):
            i = driver.state
            own = np.einsum("qj,qj->q", weighted[:, i], sigma[:, :, i])
            values = [driver(forward.begin + forward.h * x) for x in _X.tolist()]
            # tr[−i(P − P†) dH] of a diagonal entry is 2 Im P_ii dH_ii.
            self.amplitudes[d] += 2 * float(own.imag @ np.array(values))

    def gradient(self, initial: ComplexArray) -> Gradient:
        """Return the gradient, σ₀ given."""
        lost = self.products.diagonal().real[self._jumps.sources]
        own = np.bincount(self._jumps.operators(), lost, minlength=self.overlaps.size)
        return Gradient(
            -1j * (self.products - self.products.conj().T),
            self.overlaps - own,
            initial,
            self.amplitudes,
        )


def gradient(
    generator: Generator,
    drive: Drive,
    rho: ComplexArray,
    kicks: Sequence[Kick],
    sources: Sequence[Source] = (),
    feed: FeedEntries | None = None,
) -> Gradient:
    """Return the gradient of J, whose dependence on ρ is given.

    Args:
        generator: H and the jumps.
        drive: Time-dependent energies.
        rho: ρ(0), (N, N).
        kicks: Where J depends on ρ at a time.
        sources: Where it depends on ρ over an interval.
        feed: What jumps feed, if not all that they do.

    Raises:
        RunError: the run would not end.
    """
    fed = FeedEntries.of(generator.jumps) if feed is None else feed
    ahead = Propagation(generator, drive, fed)
    back = Propagation(generator, drive, fed, adjoint=True)
    marks = {0.0, *(kick.time for kick in kicks)}
    marks |= {time for source in sources for time in (source.begin, source.end)}
    times = sorted(marks)
    starts = _starts(ahead, parts(rho), times)
    sums = Sums(generator, drive, fed)
    sigma = np.zeros_like(parts(rho))
    for number in range(len(times) - 1, -1, -1):
        for kick in kicks:
            if kick.time == times[number]:
                sigma = sigma + parts(kick.operator)
        if number == 0:
            break
        begin, end = times[number - 1], times[number]
        source = np.zeros_like(sigma)
        for each in sources:
            if each.begin <= begin and end <= each.end:
                source = source + parts(each.operator)
        for kept in reversed(starts[number - 1]):
            step = ahead.repeat(kept)
            over = back.back_over(step, sigma, source)
            sums.add(step, over)
            sigma = over.end()
    return sums.gradient(sigma[0] + 1j * sigma[1])


def _starts(
    ahead: Propagation, rho: FloatArray, times: Sequence[float]
) -> list[list[Step]]:
    """Return the steps of each interval between ``times``, each with c_0 alone."""
    found = []
    for begin, end in pairwise(times):
        steps = []
        for step in ahead.run(rho, begin, end):
            steps.append(step._replace(terms=step.terms[:1].copy()))
            rho = step.end()
        found.append(steps)
    return found
