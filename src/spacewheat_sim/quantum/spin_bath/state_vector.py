"""The two branches of the environment as state vectors, 2ⁿ amplitudes each.

P = Π_k X_k turns H_+ into H_−, so E_−(t) is P times what P·E becomes under H_+. Both
branches then run under one Hamiltonian, and where E is P-symmetric, as |+⟩ⁿ is, one
evolution serves for both.

Without a field H_+ is diagonal and the phases are exact. With one, the evolution is a
Chebyshev series, whose error falls faster than any power of its length,

    e^{−iHτ} = e^{−icτ} Σ_k (2 − δ_k0) (−i)^k J_k(ρτ) T_k((H − c)/ρ),

with the spectrum of H in [c − ρ, c + ρ]. One series gives the states at several output
times. Source: H. Tal-Ezer and R. Kosloff, J. Chem. Phys. 81, 3967 (1984). The phase
e^{−icτ}, the same in both branches, is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import jv

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.spin_bath import kernels
from spacewheat_sim.quantum.spin_bath.model import SpinBath

LARGEST_SIZE = 20
# Longest ρτ of one series, and the most output times that it serves.
REACH = 24.0
MOST_OUTPUTS = 16
# Terms after which the weights of a series may be dropped.
NEGLIGIBLE = 1e-16
GROUP = 8


@dataclass(frozen=True)
class Branches:
    """The environment at one time, in both branches of the central spin.

    Attributes:
        plus: E_+ as real and imaginary parts, (2, N).
        mirrored_minus: P E_−, likewise; the same array as ``plus`` if E is symmetric.
    """

    plus: FloatArray
    mirrored_minus: FloatArray

    def decoherence_factor(self) -> complex:
        """Return r = ⟨E_−|E_+⟩."""
        return complex(kernels.mirrored_overlap(self.mirrored_minus, self.plus))

    def kets(self) -> ComplexArray:
        """Return E_+ and E_−, up to one phase common to both, (2, N)."""
        minus = self.mirrored_minus[:, ::-1]
        return np.stack([self.plus[0] + 1j * self.plus[1], minus[0] + 1j * minus[1]])


def evolve_branches(bath: SpinBath, dt: float, count: int) -> Iterator[Branches]:
    """Yield the branches at the times 0, dt, …, ``count`` dt.

    What is yielded is overwritten by the next: use it at once.

    Raises:
        ArgumentError: the bath has more than 20 spins.
    """
    if bath.size > LARGEST_SIZE:
        raise ArgumentError(
            f"Argument `bath` must have at most {LARGEST_SIZE} spins, but has "
            f"{bath.size}: dimension {2.0**bath.size:g}, "
            f"{needed_bytes(bath.size) / 2**30:.3g} GiB of memory"
        )
    start = product_ket(bath)
    energy = branch_energies(bath)
    evolved = _phases if bath.field == 0.0 else _series
    plus = evolved(energy, bath.field, start, dt, count)
    if _is_symmetric(start):
        yield from (Branches(ket, ket) for ket in plus)
        return
    mirrored = np.ascontiguousarray(start[:, ::-1])
    minus = evolved(energy, bath.field, mirrored, dt, count)
    for ket, other in zip(plus, minus, strict=True):
        yield Branches(ket, other)


class BranchSeries:
    """One branch that is looked ahead of, and moved when that is asked for."""

    def __init__(self, energy: FloatArray, field: float, start: FloatArray) -> None:
        """Start from ``start`` (2, N) under the diagonal ``energy`` (N,) and h."""
        self.series = _centered_series(energy, field)
        self.ket = start.copy()

    def after(self, times: FloatArray) -> FloatArray:
        """Return the kets ``times`` (T,) later, T ≤ 16, (T, 2, N), in work space."""
        return self.series.expand(self.ket, times)

    def advance(self, time: float) -> None:
        """Move by ``time``."""
        pieces = max(1, int(np.ceil(self.series.radius * time / REACH)))
        for _ in range(pieces):
            self.ket[:] = self.after(np.array([time / pieces]))[-1]


def branch_series(bath: SpinBath) -> list[BranchSeries]:
    """Return E_+ and the mirrored E_−, or one of them where they are the same."""
    start = product_ket(bath)
    energy, starts = branch_energies(bath), [start]
    if not _is_symmetric(start):
        starts.append(np.ascontiguousarray(start[:, ::-1]))
    return [BranchSeries(energy, bath.field, each) for each in starts]


def _is_symmetric(start: FloatArray) -> bool:
    """Return whether a ket is its own mirror image under P."""
    return bool(np.allclose(start, start[:, ::-1], rtol=0.0, atol=1e-15))


def decoherence_factor(bath: SpinBath, dt: float, count: int) -> ComplexArray:
    """Return r(t) = ⟨E_−(t)|E_+(t)⟩ at the times 0, dt, …, ``count`` dt, (count + 1,).

    Raises:
        ArgumentError: the bath has more than 20 spins.
    """
    branches = evolve_branches(bath, dt, count)
    return np.array([each.decoherence_factor() for each in branches])


def needed_bytes(size: int, branches: int = 2) -> float:
    """Return the bytes that the evolution of ``size`` spins takes at its peak.

    Each of the ``branches`` evolved, one where the start is symmetric, holds its output
    times, the terms of a group, the two before it, its start and its present ket; the
    energies serve both.
    """
    kets = branches * (MOST_OUTPUTS + GROUP + 2 + 2)
    return 2.0**size * (16.0 * kets + 8.0)


def product_ket(bath: SpinBath) -> FloatArray:
    """Return ⊗_k of the spinors as real and imaginary parts, (2, N)."""
    ket = np.ones(1, dtype=np.complex128)
    for spinor in bath.spinors:
        ket = (ket[:, None] * spinor).ravel()
    return np.stack([ket.real, ket.imag])


def branch_energies(bath: SpinBath) -> FloatArray:
    """Return the diagonal Σ_k g_k Z_k + J Σ_k Z_k Z_{k+1} of H_+, (N,)."""
    energy = np.zeros(1)
    last = np.zeros(1)  # Z of the spin before, none before the first
    for g in bath.couplings:
        up = energy + g + bath.chain * last
        down = energy - g - bath.chain * last
        energy = np.stack([up, down], axis=1).ravel()
        last = np.tile([1.0, -1.0], up.size)
    return energy


def _phases(
    energy: FloatArray, _field: float, start: FloatArray, dt: float, count: int
) -> Iterator[FloatArray]:
    ket = np.empty_like(start)
    for step in range(count + 1):
        kernels.turn_phases(energy, step * dt, start, ket)
        yield ket


def _series(
    energy: FloatArray, field: float, start: FloatArray, dt: float, count: int
) -> Iterator[FloatArray]:
    branch = BranchSeries(energy, field, start)
    reach = branch.series.radius * dt
    # How many steps one series spans.
    outputs = max(1, min(MOST_OUTPUTS, int(REACH / max(reach, 1e-300))))
    yield branch.ket
    done = 0
    while done < count:
        if reach > REACH:
            branch.advance(dt)
            yield branch.ket
            done += 1
            continue
        ahead = np.arange(1.0, min(outputs, count - done) + 1)
        kets = branch.after(np.asarray(dt * ahead, dtype=np.float64))
        yield from kets
        branch.ket[:] = kets[-1]
        done += len(kets)


def _centered_series(energy: FloatArray, field: float) -> _Chebyshev:
    """Return the series of H less the middle of its spectrum."""
    span = abs(field) * np.log2(energy.size)
    low, high = energy.min() - span, energy.max() + span
    return _Chebyshev(energy - (low + high) / 2, field, (high - low) / 2)


def spectral_radius(bath: SpinBath) -> float:
    """Return a bound on half the width of the spectrum of H_±, in rad/s."""
    links = max(0, bath.size - 1)
    return float(
        np.sum(np.abs(bath.couplings))
        + abs(bath.chain) * links
        + abs(bath.field) * bath.size
    )


class _Chebyshev:
    """The series of e^{−i(H − c)τ} applied to kets; the work space is kept."""

    def __init__(self, energy: FloatArray, field: float, radius: float) -> None:
        self.radius = radius
        self._energy = energy
        self._field = field
        # Two terms before the group, and the group.
        self._terms = np.empty((GROUP + 2, 2, energy.size))
        self._outputs = np.empty((MOST_OUTPUTS, 2, energy.size))

    def expand(self, ket: FloatArray, times: FloatArray) -> FloatArray:
        """Return the kets at ``times`` (T,) after ``ket``, (T, 2, N), in work space."""
        weights = _weights(self.radius * times)
        out = self._outputs[: times.size]
        out[:] = 0.0
        terms = self._terms
        flat = terms[2:].reshape(GROUP, -1)
        for first in range(0, weights.shape[1], GROUP):
            for k in range(first, first + GROUP):
                self._next(k, ket, terms[k - first : k - first + 3])
            group = np.ascontiguousarray(weights[:, first : first + GROUP])
            # Early times need few terms.
            late = int(np.argmax(np.abs(group).max(axis=1) > NEGLIGIBLE))
            kernels.add_terms(
                group[late:], flat, out[late:].reshape(len(out) - late, -1)
            )
            terms[:2] = terms[-2:]
        return out

    def _next(self, k: int, ket: FloatArray, three: FloatArray) -> None:
        """Write U_k = (−i)^k T_k ψ after U_{k−2} and U_{k−1}; all three in ``three``.

        From T_{k+1} = 2 x T_k − T_{k−1} follows U_{k+1} = −2i x U_k + U_{k−1}.
        """
        before, current, new = three
        if k == 0:
            new[:] = ket
            return
        factor = (1.0 if k == 1 else 2.0) / self.radius
        if k == 1:
            before[:] = 0.0
        kernels.chebyshev_term(self._energy, self._field, factor, current, before, new)


def _weights(reach: FloatArray) -> FloatArray:
    """Return (2 − δ_k0) J_k(``reach``), (T, K), K a multiple of the group."""
    orders = np.arange(int(reach[-1]) + 64)
    weights = 2.0 * jv(orders[None, :], reach[:, None])
    weights[:, 0] /= 2.0
    needed = int(np.flatnonzero(np.abs(weights[-1]) > NEGLIGIBLE)[-1]) + 1
    count = -(-needed // GROUP) * GROUP
    return np.ascontiguousarray(np.pad(weights, ((0, 0), (0, GROUP)))[:, :count])
