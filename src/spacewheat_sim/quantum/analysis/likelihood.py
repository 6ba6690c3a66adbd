"""How likely a log of jumps is, and its gradient in every number.

A wait from the landing j ends in a jump from s to t with the density
W_ts |⟨s|e^{Bτ}|j⟩|² dτ, whatever came before j, so that the logarithms of waits add up.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import linalg

from spacewheat_sim.arrays import ComplexArray, FloatArray, IntArray
from spacewheat_sim.errors import RunError
from spacewheat_sim.quantum.analysis.kernels import waits as kernels
from spacewheat_sim.quantum.analysis.static_bath import StaticBath

# ‖B‖ times the length of a cell, and the terms of its series: 0.25^11/11! is 6e-15.
CELL = 0.5
TERMS = 11
# Most complex numbers that a table may hold.
MOST_NUMBERS = 1 << 27
# Two eigenvalues closer than this, relative to ‖B‖, are taken for one.
CLOSE = 1e-5


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
    """⟨s|e^{Bτ}|j⟩ of each pair of a landing j and a source s that a log has."""

    def __init__(self, bath: StaticBath, waits: Waits) -> None:
        """Tabulate them up to the longest wait.

        Raises:
            RunError: that takes more than 2 GB.
        """
        self._bath = bath
        n = bath.size
        keys = waits.landings * n + waits.sources
        known = np.flatnonzero(np.bincount(keys, minlength=n * n))
        place = np.zeros(n * n, dtype=np.int64)
        place[known] = np.arange(known.size)
        self.pairs = place[keys]
        self.landings, self.sources = known // n, known % n
        norm = float(np.abs(bath.b).sum(axis=1).max())
        longest = float(waits.times.max(initial=0.0))
        self.step = CELL / norm if norm else max(longest, 1.0)
        count = int(longest / self.step) + 1
        if count * known.size * TERMS > MOST_NUMBERS:
            raise RunError(
                f"Waits of up to {longest:.3g} s beside energies and rates of "
                f"{norm:.3g} /s need a table of {count * known.size:.3g} cells, "
                "which is too many"
            )
        self.cells = np.empty((known.size, count, TERMS), dtype=np.complex128)
        self._fill(count)

    def amplitudes(self, waits: Waits) -> ComplexArray:
        """Return ψ_s(τ) at the end of each wait, (n,)."""
        out = np.empty(waits.times.size, dtype=np.complex128)
        kernels.amplitudes(self.pairs, waits.times, self.step, self.cells, out)
        return out

    def exponentials(
        self, waits: Waits, found: ComplexArray, values: ComplexArray
    ) -> tuple[ComplexArray, ComplexArray]:
        """Return Σ e^{λτ}/ψ and Σ τ e^{λτ}/ψ over the waits of each pair, (P, A).

        e^{λτ} = e^{λτ_c} Σ_k (λh)ᵏ xᵏ/k! around the middle τ_c of a cell of length h,
        so that the sums of xᵏ/ψ in each cell tell all of them.

        Args:
            waits: The waits.
            found: Their amplitudes ψ, (n,).
            values: λ, no larger than ‖B‖, (A,).
        """
        pairs, count, _ = self.cells.shape
        moments = np.zeros((pairs, count, TERMS + 1), dtype=np.complex128)
        kernels.moments(self.pairs, waits.times, self.step, found, moments)
        middles = self.step * (np.arange(count) + 0.5)
        shares = np.exp(np.outer(middles, values))
        sums = np.zeros((pairs, values.size), dtype=np.complex128)
        slopes = np.zeros_like(sums)
        by_order = np.ascontiguousarray(moments.transpose(2, 0, 1))
        for k in range(TERMS):
            sums += by_order[k] @ shares
            slopes += by_order[k] @ (middles[:, None] * shares)
            slopes += by_order[k + 1] @ (self.step * shares)
            shares *= values * (self.step / (k + 1))
        return sums, slopes

    def _fill(self, count: int) -> None:
        b, h = self._bath.b, self.step
        starts, row = np.unique(self.landings, return_inverse=True)
        psi = linalg.expm(b * (h / 2))[:, starts]
        onward = linalg.expm(b * h)
        for cell in range(count):
            term = psi
            for k in range(TERMS):
                self.cells[:, cell, k] = term[self.sources, row]
                term = (b @ term) * (h / (k + 1))
            psi = onward @ psi


def log_likelihood(bath: StaticBath, waits: Waits) -> float:
    """Return ln of the probability density of a log, −∞ where it is impossible.

    Σ_n ln(W_ts |ψ_s(τ_n)|²) + Σ_m ln ‖ψ(τ_m)‖², each ψ = e^{Bτ}|j⟩ from its landing j.
    """
    rates = bath.feed[waits.targets, waits.sources]
    if (rates == 0.0).any():
        return -np.inf
    total = float(np.log(rates).sum())
    if waits.times.size:
        found = np.abs(Table(bath, waits).amplitudes(waits))
        if not (found > 0.0).all():
            return -np.inf
        total += 2 * float(np.log(found).sum())
    for j, time in zip(waits.cut_landings.tolist(), waits.cut_times, strict=True):
        left = np.linalg.norm(linalg.expm(bath.b * time)[:, j])
        total += 2 * float(np.log(left)) if left > 0.0 else -np.inf
    return total


def likelihood_gradient(bath: StaticBath, waits: Waits) -> LikelihoodGradient:
    """Return the gradient of :func:`log_likelihood`.

    With B = V diag(λ) V⁻¹, d e^{Bτ} = V[(V⁻¹ dB V) ∘ Φ(τ)]V⁻¹ and Φ_ab = (e^{λ_a τ} −
    e^{λ_b τ})/(λ_a − λ_b), so that sums over waits of e^{λ_a τ} alone are needed.
    """
    bath_b = _apart(bath.b)
    values, v = np.linalg.eig(bath_b)
    u = np.linalg.inv(v)
    z = np.zeros((bath.size, bath.size), dtype=np.complex128)
    if waits.times.size:
        table = Table(bath, waits)
        found = table.amplitudes(waits)
        sums, slopes = table.exponentials(waits, found, values)
        for p, (j, s) in enumerate(zip(table.landings, table.sources, strict=True)):
            k = np.outer(v[s], u[:, j]) * _divided(values, sums[p], slopes[p])
            z += u.T @ k @ v.T
    for j, time in zip(waits.cut_landings.tolist(), waits.cut_times, strict=True):
        powers = np.exp(values * time)
        psi = v @ (powers * u[:, j])
        left = psi.conj() / float((np.abs(psi) ** 2).sum())
        k = np.outer(left @ v, u[:, j]) * _divided(values, powers, time * powers)
        z += u.T @ k @ v.T
    flows = bath.flows
    rates = -z.diagonal().real[flows.sources]
    n = bath.size
    landed = np.bincount(waits.targets * n + waits.sources, minlength=n * n)
    counts = landed.reshape(n, n)
    own = counts[flows.targets, flows.sources]
    rates = rates + own / bath.feed[flows.targets, flows.sources]
    return LikelihoodGradient(-1j * z.T + 1j * z.conj(), rates)


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
