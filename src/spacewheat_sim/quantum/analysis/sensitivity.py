"""The gradient of what is asked of a run, in every number at once.

J depends on ρ(t) of dρ/dt = Lρ through dJ = Σ_i tr G_i dρ(t_i) + ∫ tr O(t) dρ dt. One
run of the adjoint backward from the end,

    −dσ/dt = L†σ + O = B†σ + σB + Wᵀ-feed of σ + O,     σ jumps by G_i at t_i,

gives with P = ∫ ρσ dt all of

    dJ = tr[−i(P − P†) dH] + Σ_k ∫ (Σ ρ[s, s'] σ[t', t] − Re Σ (ρσ)_ss) dγ_k dt
         + tr σ(0) dρ(0).

Both are power series over each step, and the integrals are by Gauss–Legendre nodes,
exact for polynomials of twice their number.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray, IndexArray
from spacewheat_sim.quantum.analysis.propagation import (
    FeedEntries,
    Propagation,
    Step,
    parts,
)
from spacewheat_sim.quantum.drive import Drive
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.jumps import Jumps

# Nodes of a step's integrals: of ‖L‖h ≤ 5 they are right to rounding.
NODES = 12
_X, _W = np.polynomial.legendre.leggauss(NODES)
_X, _W = (_X + 1) / 2, _W / 2
# Bytes that the series of a forward run may take until the run back needs them.
KEPT = 2**27


class Kick(NamedTuple):
    """dJ = tr G dρ(time): G Hermitian, (N, N)."""

    time: float
    operator: ComplexArray


class Source(NamedTuple):
    """dJ = ∫ tr O dρ dt from ``begin`` to ``end``: O Hermitian, (N, N)."""

    begin: float
    end: float
    operator: ComplexArray


class Count(NamedTuple):
    """J counts ``factor`` for each jump of some operators from ``begin`` to ``end``."""

    begin: float
    end: float
    operators: frozenset[int]
    factor: float


class Gradient(NamedTuple):
    """dJ = tr Y dH + tr σ₀ dρ(0) + Σ_q (Σ_i e_qi dE_i(t_q) + Σ_k g_qk dγ_k(t_q)).

    Attributes:
        hamiltonian: Y, Hermitian, in 1/(rad/s), (N, N).
        initial: σ₀, Hermitian, (N, N).
        times: t_q in s, nodes of the integrals over time, (Q,).
        energies: e_qi by the energy of each state, weights included, (Q, N).
        rates: g_qk by the rate of each channel, weights included, (Q, K).
    """

    hamiltonian: ComplexArray
    initial: ComplexArray
    times: FloatArray
    energies: FloatArray
    rates: FloatArray

    def plus(self, other: Gradient) -> Gradient:
        """Return the gradient of the sum, of both from the same start."""
        return Gradient(
            self.hamiltonian + other.hamiltonian,
            self.initial + other.initial,
            np.concatenate((self.times, other.times)),
            np.vstack((self.energies, other.energies)),
            np.vstack((self.rates, other.rates)),
        )


class Channels:
    """The jump operators by whose rates a gradient is taken.

    They may be more than those of the run: one of rate 0 has a derivative, too.
    """

    def __init__(self, jumps: Jumps, silent: Collection[int] = ()) -> None:
        """Take jump operators; what those in ``silent`` feed is left out."""
        self.jumps = jumps
        fed = FeedEntries.of(jumps)
        self._feed = fed.without(set(silent))
        self._onto = _adding_up(self._feed.operators.astype(np.intp), jumps.size)
        self._from = _adding_up(jumps.operators().astype(np.intp), jumps.size)

    def overlaps(
        self, rho: ComplexArray, sigma: ComplexArray, counts: Sequence[Count] = ()
    ) -> FloatArray:
        """Return Σ ρ[s, s'] σ[t', t] − Re Σ (ρσ)_ss of matrices (Q, N, N), (Q, K).

        Each jump that is counted adds its factor to σ where it lands.
        """
        feed = self._feed
        for count in counts:
            feed = feed.counting(count.operators, count.factor)
        t, other_t, s, other_s = feed.entries.T
        landed = sigma[:, other_t, t] + feed.extra
        fed = (rho[:, s, other_s] * landed).real @ self._onto
        lost = np.einsum("qij,qji->qi", rho, sigma).real[:, self.jumps.sources]
        return np.asarray(fed - lost @ self._from)


class _Sums:
    """The integrals of one adjoint run as they add up."""

    def __init__(self, n: int, channels: Channels) -> None:
        self._channels = channels
        self._products = np.zeros((n, n), dtype=np.complex128)
        self._times: list[FloatArray] = [np.empty(0)]
        self._energies: list[FloatArray] = [np.empty((0, n))]
        self._rates: list[FloatArray] = [np.empty((0, channels.jumps.size))]

    def add(self, forward: Step, backward: Step, counts: Sequence[Count]) -> None:
        """Add what one step contributes."""
        n = len(self._products)
        rho, sigma = forward.values(_X), backward.values(1.0 - _X)
        weighted = rho * (forward.h * _W)[:, None, None]
        left = weighted.transpose(1, 0, 2).reshape(n, -1)
        self._products += left @ sigma.reshape(-1, n)
        # tr[−i(P − P†) dH] of a diagonal entry is 2 Im P_ii dH_ii.
        own = np.einsum("qij,qji->qi", weighted, sigma).imag
        self._times.append(forward.begin + forward.h * _X)
        self._energies.append(2 * own)
        self._rates.append(self._channels.overlaps(weighted, sigma, counts))

    def gradient(self, initial: ComplexArray) -> Gradient:
        """Return the gradient, σ₀ given."""
        return Gradient(
            -1j * (self._products - self._products.conj().T),
            initial,
            np.concatenate(self._times),
            np.vstack(self._energies),
            np.vstack(self._rates),
        )


def gradient(
    generator: Generator,
    drive: Drive,
    rho: ComplexArray,
    kicks: Sequence[Kick],
    sources: Sequence[Source] = (),
    channels: Channels | None = None,
    counts: Sequence[Count] = (),
    silent: Collection[int] = (),
) -> Gradient:
    """Return the gradient of J, whose dependence on ρ is given.

    Args:
        generator: H and the jumps.
        drive: Time-dependent energies.
        rho: ρ(0), (N, N).
        kicks: Where J depends on ρ at a time.
        sources: Where it depends on ρ over an interval.
        channels: By whose rates; by default those of the run.
        counts: Jumps that J counts.
        silent: Jump operators whose feed is left out: what they move is lost.

    Raises:
        RunError: the run would not end.
    """
    fed = FeedEntries.of(generator.jumps, drive).without(silent)
    ahead = Propagation(generator, drive, fed)
    back = Propagation(generator, drive, fed, adjoint=True)
    marks = {0.0, *(kick.time for kick in kicks)}
    marks |= {time for own in sources for time in (own.begin, own.end)}
    marks |= {time for own in counts for time in (own.begin, own.end)}
    times = sorted(marks)
    starts = _starts(ahead, parts(rho), times)
    sums = _Sums(len(rho), channels or Channels(generator.jumps, silent))
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
        active = [own for own in counts if own.begin <= begin and end <= own.end]
        counted = fed
        for own in active:
            counted = counted.counting(own.operators, own.factor)
        for kept in reversed(starts[number - 1]):
            step = kept if len(kept.terms) > 1 else ahead.repeat(kept)
            over = back.back_over(step, sigma, source, counted)
            sums.add(step, over, active)
            sigma = over.end()
    return sums.gradient(sigma[0] + 1j * sigma[1])


def _starts(
    ahead: Propagation, rho: FloatArray, times: Sequence[float]
) -> list[list[Step]]:
    """Return the steps of each interval between ``times``.

    As long as they fit in ``KEPT`` bytes with all of their terms, and then with c_0
    alone.
    """
    found, left = [], KEPT
    for begin, end in pairwise(times):
        steps = []
        for step in ahead.run(rho, begin, end):
            left -= step.terms.nbytes
            terms = step.terms if left >= 0 else step.terms[:1]
            steps.append(step._replace(terms=terms.copy()))
            rho = step.end()
        found.append(steps)
    return found


def _adding_up(groups: IndexArray, count: int) -> FloatArray:
    """Return the matrix (E, K) that adds up entries by their group."""
    found = np.zeros((groups.size, count))
    found[np.arange(groups.size), groups] = 1.0
    return found
