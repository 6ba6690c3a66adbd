"""How likely a log of jumps is, and its gradient in every number.

A wait from the landing j ends in a jump from s to t with the density
W_ts |⟨s|e^{Bτ}|j⟩|² dτ, whatever came before j, so that the logarithms of waits add up.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy import linalg

from spacewheat_sim.arrays import ComplexArray, FloatArray, IntArray
from spacewheat_sim.quantum.analysis.kernels import waits as kernels
from spacewheat_sim.quantum.analysis.static_bath import StaticBath
from spacewheat_sim.quantum.steady.flows import connected

# ‖B‖ times the length of a cell, and the terms of its series: 0.5^14/14! is 7e-16.
CELL = 0.5
TERMS = 14
# Most complex numbers that a table may hold, and most cells for each wait: with more
# it is faster to follow the longest waits one by one.
MOST_NUMBERS = 1 << 24
CELLS_A_WAIT = 10
# Complex numbers of the kets of the cells that are filled at once.
BLOCK = 1 << 14
# Two eigenvalues closer than this, relative to ‖B‖, are taken for one.
CLOSE = 1e-5
# Exponent at which what is to be multiplied by 0 is held, so that it stays finite.
LARGEST = 600.0


class Waits(NamedTuple):
    """Waits that ended in a jump, and waits of which only a part was seen.

    Attributes:
        landings: State in which each wait began, (n,).
        sources: State that the jump at its end left, (n,).
        targets: State that it landed in, (n,).
        times: Length in s, (n,).
        cut_landings: State in which each wait without an end began, (m,).
        cut_times: How long it was seen, in s, (m,).
    """

    landings: IntArray
    sources: IntArray
    targets: IntArray
    times: FloatArray
    cut_landings: IntArray
    cut_times: FloatArray


class LikelihoodGradient(NamedTuple):
    """d ln P = tr Y dH + Σ_k g_k dγ_k.

    Attributes:
        hamiltonian: Y, Hermitian, (N, N).
        rates: g_k, (K,).
    """

    hamiltonian: ComplexArray
    rates: FloatArray


class Table:
    """⟨s|e^{Bτ}|j⟩ = z e^l of each pair of a landing j and a source s that a log has.

    Logarithms l are kept beside z, so that no wait is too long for doubles, and each
    cell holds the series from its beginning on, so that no wait is too short: that of
    the first begins with the exact |j⟩.
    """

    def __init__(self, bath: StaticBath, waits: Waits) -> None:
        """Tabulate them as far as that is faster than to follow waits one by one.

        The waits of a pair are kept together: what is read of the table for one of
        them is still near for the next.
        """
        self._bath = bath
        n = bath.size
        keys = waits.landings * n + waits.sources
        counts = np.bincount(keys, minlength=n * n)
        known = np.flatnonzero(counts)
        self.landings, self.sources = known // n, known % n
        place = np.zeros(n * n, dtype=np.int64)
        place[known] = np.arange(known.size)
        self._begins = np.concatenate(([0], np.cumsum(counts[known])))
        order = np.empty(keys.size, dtype=np.int64)
        kernels.grouped(place[keys], self._begins[:-1].copy(), order)
        self._times = waits.times[order]
        norm = float(np.abs(bath.b).sum(axis=1).max())
        longest = float(waits.times.max(initial=0.0))
        self.step = CELL / norm if norm else max(longest, 1.0)
        most = min(MOST_NUMBERS // (known.size * TERMS), CELLS_A_WAIT * keys.size)
        count = int(min(longest / self.step, max(most, 1) - 1)) + 1
        self._cells = np.empty((known.size, count, TERMS), dtype=np.complex128)
        self._logarithms = np.empty((known.size, count))
        self._fill(count)

    def log_size(self) -> float:
        """Return Σ ln|ψ_s(τ)| over all waits, −∞ where one of them cannot end so."""
        begins, beyond = self._begins, self._beyond()
        if beyond:
            begins, times = self._within(beyond)
        else:
            times = self._times
        out = np.empty(self.landings.size)
        kernels.log_sizes(
            begins, times, self.step, self._parts(), self._logarithms, out
        )
        total = float(out.sum())
        for k in beyond:
            z, logarithm = self._followed(k)
            total += math.log(abs(z)) + logarithm if z else -math.inf
        return total

    def amplitudes(self) -> tuple[ComplexArray, FloatArray]:
        """Return z and l of ψ_s(τ) = z e^l of each wait, pair by pair, (n,) each."""
        out = np.empty(self._times.size, dtype=np.complex128)
        logarithms = np.empty(self._times.size)
        kernels.amplitudes(
            self._begins,
            self._times,
            self.step,
            self._parts(),
            self._logarithms,
            out,
            logarithms,
        )
        for k in self._beyond():
            out[k], logarithms[k] = self._followed(k)
        return out, logarithms

    def exponentials(
        self,
        found: ComplexArray,
        logarithms: FloatArray,
        values: ComplexArray,
    ) -> tuple[ComplexArray, ComplexArray]:
        """Return Σ e^{λτ}/ψ and Σ τ e^{λτ}/ψ over the waits of each pair, (P, A).

        e^{λτ} = e^{λτ_c} Σ_k (λh)ᵏ xᵏ/k! from the beginning τ_c of a cell of length h,
        so that the sums of xᵏ/z in each cell tell those of all waits that it holds.

        Args:
            found: z of all ψ = z e^l, as of :meth:`amplitudes`, (n,).
            logarithms: l, (n,).
            values: λ, no larger than ‖B‖, (A,).
        """
        pairs, count, _ = self._cells.shape
        moments = np.zeros((pairs, count, TERMS + 1), dtype=np.complex128)
        kernels.moments(self._begins, self._times, self.step, found, moments)
        by_order = np.ascontiguousarray(moments.transpose(2, 0, 1))
        sums = np.zeros((pairs, values.size), dtype=np.complex128)
        slopes = np.zeros_like(sums)
        begins = self.step * np.arange(count)
        for landing in np.unique(self.landings):
            rows = np.flatnonzero(self.landings == landing)
            exponents = np.outer(begins, values) - self._logarithms[rows[0], :, None]
            # Only modes that the landing has no part in grow beyond its own ψ.
            exponents.real = np.minimum(exponents.real, LARGEST)
            shares = np.exp(exponents)
            for k in range(TERMS):
                here, after = by_order[k][rows], by_order[k + 1][rows]
                sums[rows] += here @ shares
                slopes[rows] += here @ (begins[:, None] * shares)
                slopes[rows] += after @ (self.step * shares)
                shares = shares * (values * (self.step / (k + 1)))
        for k in self._beyond():
            time = float(self._times[k])
            exponents = values * time - logarithms[k]
            exponents.real = np.minimum(exponents.real, LARGEST)
            own = np.exp(exponents) / found[k]
            pair = self._pair(k)
            sums[pair] += own
            slopes[pair] += time * own
        return sums, slopes

    def _beyond(self) -> list[int]:
        """Return the waits that the table does not hold."""
        end = self.step * self._cells.shape[1]
        return np.flatnonzero(self._times > end).tolist()

    def _within(self, beyond: list[int]) -> tuple[IntArray, FloatArray]:
        """Return where pairs begin, and all waits but those ``beyond`` the table."""
        fewer = np.searchsorted(beyond, self._begins)
        return self._begins - fewer, np.delete(self._times, beyond)

    def _pair(self, k: int) -> int:
        """Return the pair of wait ``k``."""
        return int(np.searchsorted(self._begins, k, side="right")) - 1

    def _followed(self, k: int) -> tuple[complex, float]:
        """Return z and l of wait ``k``, without the table."""
        pair = self._pair(k)
        landing, time = int(self.landings[pair]), float(self._times[k])
        psi, logarithm = followed(self._bath, landing, time)
        return complex(psi[self.sources[pair]]), logarithm

    def _parts(self) -> FloatArray:
        """Return the cells as real and imaginary parts, (P, J, K, 2)."""
        return self._cells.view(np.float64).reshape(*self._cells.shape, 2)

    def _fill(self, count: int) -> None:
        """Fill the cells, as many at once as their kets fit in a cache."""
        b, h, n = self._bath.b, self.step, self._bath.size
        starts, row = np.unique(self.landings, return_inverse=True)
        psi = np.eye(n, dtype=np.complex128)[:, starts]
        onward, logarithms = linalg.expm(b * h), np.zeros(starts.size)
        block = max(1, BLOCK // psi.size)
        for first in range(0, count, block):
            last = min(count, first + block)
            kets = np.empty((n, last - first, starts.size), dtype=np.complex128)
            for cell in range(first, last):
                kets[:, cell - first] = psi
                self._logarithms[:, cell] = logarithms[row]
                psi = onward @ psi
                sizes = np.linalg.norm(psi, axis=0)
                psi, logarithms = psi / sizes, logarithms + np.log(sizes)
            terms = kets.reshape(n, -1)
            for k in range(TERMS):
                own = terms.reshape(kets.shape)
                self._cells[:, first:last, k] = own[self.sources, :, row]
                terms = (b @ terms) * (h / (k + 1))


def followed(bath: StaticBath, landing: int, time: float) -> tuple[ComplexArray, float]:
    """Return φ (N,) and l of e^{Bτ}|j⟩ = φ e^l, for any τ = ``time`` in s.

    The propagator is squared, and its size kept as a logarithm, among the states that
    H connects to j: others may last far longer.
    """
    (states,) = (s for s in connected(bath.flows.hamiltonian) if landing in s)
    b = bath.b[np.ix_(states, states)]
    reach = float(np.abs(b).sum(axis=1).max()) * time
    squarings = max(0, math.ceil(math.log2(reach))) if reach > 1.0 else 0
    moved, logarithm = linalg.expm(b * math.ldexp(time, -squarings)), 0.0
    for _ in range(squarings):
        moved = moved @ moved
        size = float(np.abs(moved).max())
        moved, logarithm = moved / size, 2 * logarithm + math.log(size)
    psi = np.zeros(bath.size, dtype=np.complex128)
    psi[states] = moved[:, int(np.flatnonzero(states == landing)[0])]
    return psi, logarithm


def log_likelihood(bath: StaticBath, waits: Waits) -> float:
    """Return ln of the probability density of a log, −∞ where it is impossible.

    Σ_n ln(W_ts |ψ_s(τ_n)|²) + Σ_m ln ‖ψ(τ_m)‖², each ψ = e^{Bτ}|j⟩ from its landing j.
    """
    rates = bath.feed[waits.targets, waits.sources]
    if (rates == 0.0).any():
        return -np.inf
    total = float(np.log(rates).sum())
    if waits.times.size:
        total += 2 * Table(bath, waits).log_size()
    for j, time in zip(waits.cut_landings.tolist(), waits.cut_times, strict=True):
        psi, logarithm = followed(bath, j, float(time))
        total += 2 * (math.log(np.linalg.norm(psi)) + logarithm)
    return total


def likelihood_gradient(bath: StaticBath, waits: Waits) -> LikelihoodGradient:
    """Return the gradient of :func:`log_likelihood`.

    Rounding leaves some 1e-16 · |ln P| of it unknown: of a history whose |ln P| is
    beyond 1e9, less than seven digits are right.

    With B = V diag(λ) V⁻¹, d e^{Bτ} = V[(V⁻¹ dB V) ∘ Φ(τ)]V⁻¹ and Φ_ab = (e^{λ_a τ} −
    e^{λ_b τ})/(λ_a − λ_b), so that sums over waits of e^{λ_a τ} alone are needed.
    """
    bath_b = _apart(bath.b)
    values, v = np.linalg.eig(bath_b)
    u = np.linalg.inv(v)
    z = np.zeros((bath.size, bath.size), dtype=np.complex128)
    if waits.times.size:
        table = Table(bath, waits)
        sums, slopes = table.exponentials(*table.amplitudes(), values)
        for p, (j, s) in enumerate(zip(table.landings, table.sources, strict=True)):
            z += u.T @ _weighted(v[s], u[:, j], values, sums[p], slopes[p]) @ v.T
    for j, time in zip(waits.cut_landings.tolist(), waits.cut_times, strict=True):
        psi, logarithm = followed(bath, j, float(time))
        with np.errstate(over="ignore"):  # of modes that j has no part in
            powers = np.exp(values * time - logarithm)
        left = psi.conj() / float((np.abs(psi) ** 2).sum())
        z += u.T @ _weighted(left @ v, u[:, j], values, powers, time * powers) @ v.T
    flows = bath.flows
    rates = -z.diagonal().real[flows.sources]
    n = bath.size
    landed = np.bincount(waits.targets * n + waits.sources, minlength=n * n)
    counts = landed.reshape(n, n)
    own = counts[flows.targets, flows.sources]
    rates = rates + own / bath.feed[flows.targets, flows.sources]
    return LikelihoodGradient(-1j * z.T + 1j * z.conj(), rates)


def _weighted(
    left: ComplexArray,
    right: ComplexArray,
    values: ComplexArray,
    sums: ComplexArray,
    slopes: ComplexArray,
) -> ComplexArray:
    """Return l_a Φ_ab r_b, 0 where l_a or r_b is, whatever Φ, (A, A)."""
    outer = np.outer(left, right)
    with np.errstate(all="ignore"):
        found = outer * _divided(values, sums, slopes)
    return np.where(outer == 0.0, 0.0, found)


def _divided(
    values: ComplexArray, sums: ComplexArray, slopes: ComplexArray
) -> ComplexArray:
    """Return (S_a − S_b)/(λ_a − λ_b), the mean slope where they are close, (A, A)."""
    gaps = values[:, None] - values
    close = np.abs(gaps) <= CLOSE * max(float(np.abs(values).max()), 1e-300)
    differences = sums[:, None] - sums
    means = (slopes[:, None] + slopes) / 2
    return np.where(close, means, differences / np.where(close, 1.0, gaps))


def _apart(b: ComplexArray) -> ComplexArray:
    """Return B, or B moved by 1e-10 of itself where modes coincide."""
    values, vectors = np.linalg.eig(b)
    if values.size and np.linalg.cond(vectors) < 1e6:
        return b
    n = len(b)
    pattern = np.cos(1.0 + np.arange(n * n).reshape(n, n) ** 2 % 101)
    return np.asarray(b + 1e-10 * np.abs(b).max() * pattern)
