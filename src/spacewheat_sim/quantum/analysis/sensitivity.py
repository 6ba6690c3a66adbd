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
from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import (
    ComplexArray,
    FloatArray,
    IndexArray,
    Int32Array,
)
from spacewheat_sim.quantum.analysis.history import History
from spacewheat_sim.quantum.analysis.propagation.feed import FeedEntries
from spacewheat_sim.quantum.analysis.propagation.propagation import (
    Overlaps,
    Propagation,
)
from spacewheat_sim.quantum.analysis.propagation.step import SHARES, Step, parts
from spacewheat_sim.quantum.drive import Drive
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.jumps import Jumps


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
        self._feed = FeedEntries.of(jumps).without(set(silent))
        self._onto = _adding_up(self._feed.operators.astype(np.intp), jumps.size)
        self._from = _adding_up(jumps.operators().astype(np.intp), jumps.size)

    @property
    def entries(self) -> Int32Array:
        """What is fed: (t, t', s, s') of each pair of entries of each jump, (F, 4)."""
        return self._feed.entries

    def counting(self, counts: Sequence[Count]) -> FeedEntries:
        """Return their feed, with what those that are counted add where they land."""
        return _counting(self._feed, counts)

    def overlaps(self, fed: FloatArray, lost: FloatArray) -> FloatArray:
        """Return Σ ρ[s, s'] σ[t', t] − Re Σ (ρσ)_ss at some nodes, (Q, K).

        Args:
            fed: Re ρ[s, s'] σ[t', t] of each of ``entries``, (Q, F).
            lost: Re (ρσ)_ss of each state, (Q, N).
        """
        return np.asarray(fed @ self._onto - lost[:, self.jumps.sources] @ self._from)


class _Sums:
    """The integrals of one adjoint run as they add up."""

    def __init__(self, n: int, channels: Channels) -> None:
        self._n, self._channels = n, channels
        self.products = np.zeros((2 * n, 2 * n))
        self._times: list[FloatArray] = [np.empty(0)]
        self._energies: list[FloatArray] = [np.empty((0, n))]
        self._rates: list[FloatArray] = [np.empty((0, channels.jumps.size))]

    def add(self, steps: Sequence[Step], found: Overlaps) -> None:
        """Add what some steps contribute besides ``products``."""
        lengths = np.array([step.h for step in steps])[:, None]
        begins = np.array([step.begin for step in steps])[:, None]
        self._times.append((begins + lengths * SHARES).ravel())
        count = lengths.size * SHARES.size
        fed, lost, own = (part.reshape(count, part.shape[-1]) for part in found)
        # tr[−i(P − P†) dH] of a diagonal entry is 2 Im P_ii dH_ii.
        self._energies.append(2 * own)
        self._rates.append(self._channels.overlaps(fed, lost))

    def gradient(self, initial: ComplexArray) -> Gradient:
        """Return the gradient, σ₀ given."""
        n = self._n
        # With ρ = R + iI and σ = S + iT, of G = R + I and K = S + T.
        gtk, gtkt = self.products[:n, :n], self.products[:n, n:]
        gk, gkt = self.products[n:, :n], self.products[n:, n:]
        products = (gkt + gtk) / 2 + 0.5j * (gk - gtkt)
        return Gradient(
            -1j * (products - products.conj().T),
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
    history: History | None = None,
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
        history: The run from ρ(0), as far as it was made.

    Raises:
        RunError: the run would not end.
    """
    if history is None:
        fed = FeedEntries.of(generator.jumps, drive).without(silent)
        history = History(Propagation(generator, drive, fed), parts(rho))
    marks = sorted(
        {kick.time for kick in kicks}
        | {time for own in sources for time in (own.begin, own.end)}
        | {time for own in counts for time in (own.begin, own.end)}
    )
    for _ in history.run(marks[-1] if marks else 0.0):
        pass
    back = history.adjoint()
    own = channels or Channels(generator.jumps, silent)
    sums = _Sums(len(rho), own)
    sigma = np.zeros_like(parts(rho))
    waiting = sorted(kicks, key=lambda kick: kick.time)
    for steps, nodes in history.back(marks):
        middle = steps[0].begin + steps[0].h / 2
        while waiting and waiting[-1].time > middle:
            sigma += parts(waiting.pop().operator)
        source = _source_at(middle, sources, sigma)
        active = [count for count in counts if count.begin < middle < count.end]
        if not (active or sigma.any() or source.any()):
            continue  # nothing depends on what comes so late
        feeds = _counting(history.feed, active), own.counting(active)
        sums.add(
            steps,
            back.back_through(steps, nodes, sigma, source, *feeds, sums.products),
        )
    for kick in waiting:
        sigma += parts(kick.operator)
    return sums.gradient(sigma[0] + 1j * sigma[1])


def _source_at(time: float, sources: Sequence[Source], like: FloatArray) -> FloatArray:
    """Return the sum of the sources that are on, (2, N, N)."""
    found = np.zeros_like(like)
    for each in sources:
        if each.begin < time < each.end:
            found += parts(each.operator)
    return found


def _counting(feed: FeedEntries, counts: Sequence[Count]) -> FeedEntries:
    """Return a feed with what each jump that is counted adds where it lands."""
    for count in counts:
        feed = feed.counting(count.operators, count.factor)
    return feed


def _adding_up(groups: IndexArray, count: int) -> FloatArray:
    """Return the matrix (E, K) that adds up entries by their group."""
    found = np.zeros((groups.size, count))
    found[np.arange(groups.size), groups] = 1.0
    return found
