"""What a generated bath is to do: density matrices and no-jump kets."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cached_property

import numpy as np
from driven_reference import DrivenReference
from generated_bath import GeneratedBath
from plain_bath import PlainBath
from real_generators import to_matrix, to_vector
from static_reference import Propagation

from spacewheat_sim.arrays import ComplexArray, FloatArray

# Rounding that a double-precision method cannot avoid: each number of the bath may be
# off by as much, and the answer by what follows from it.
NUDGE = 4.5e-16
NUDGES_FELT = 32.0
FLOOR = 2e-12
# ‖L‖t from which squaring may be cheaper than a series.
SQUARED_FROM = 500.0


def pure(ket: ComplexArray) -> ComplexArray:
    """Return |ψ⟩⟨ψ|, (N, N)."""
    return np.outer(ket, ket.conj())


def resting(bath: PlainBath) -> PlainBath:
    """Return the bath without its drives."""
    return replace(bath, drives=())


class ExpectedDensity:
    """ρ(t) from one start, at multiples of one step or after any lengths of time."""

    def __init__(self, bath: PlainBath, rho: ComplexArray) -> None:
        n = bath.size
        self._n = n
        self._bath = bath
        self._vector = to_vector(rho)
        self._everything = np.ones(n * n, dtype=bool)

    def every(self, dt: float, counts: list[int]) -> FloatArray:
        """Return the vectors (T, N²) after ``counts`` steps of ``dt``, increasing.

        Of a static bath the counts may be few different multiples of the first.
        """
        if self._bath.drives:
            times = np.array([dt * c for c in counts])
            reference = DrivenReference(self._bath, "density")
            return reference.states(self._vector, 0.0, times)
        gaps = np.diff([0, *counts])
        different = sorted(set(gaps.tolist()))
        powers = self._propagation.powers(Fraction(dt), different)
        return self._chain([powers[different.index(g)] for g in gaps.tolist()])

    def after(self, pieces: list[float], times: list[float]) -> FloatArray:
        """Return the vectors (T, N²) after each of ``pieces``, at ``times``."""
        if self._bath.drives:
            reference = DrivenReference(self._bath, "density")
            return reference.states(self._vector, 0.0, np.array(times))
        steps = [self._propagation.over(Fraction(piece)) for piece in pieces]
        return self._chain(steps)

    def expected_jumps(self, duration: float) -> float:
        """Return roughly how many jumps there are, Σ_k γ_k ∫ p dt, within a third."""
        decay = self._bath.decay
        if self._bath.drives:
            return float(decay.max()) * duration
        levels = int(min(60, max(4, np.ceil(np.log2(1 + self._bath.norm * duration)))))
        kept = self._propagation.kept
        matrices = self._propagation.dyadic(Fraction(duration), levels)
        vectors = np.zeros((levels + 1, self._n**2))
        vectors[:, kept] = [m @ self._vector[kept] for m in matrices]
        flow = np.concatenate(
            ([self._vector[: self._n] @ decay], vectors[:, : self._n] @ decay)
        )
        times = np.concatenate(([0.0], duration * 2.0 ** -np.arange(levels, -1, -1)))
        return float(np.trapezoid(np.maximum(flow, 0.0), times))

    def _chain(self, steps: list[FloatArray]) -> FloatArray:
        kept = self._propagation.kept
        out = np.full((len(steps), self._n**2), np.nan)
        state = self._vector[kept]
        for row, step in enumerate(steps):
            state = step @ state
            out[row] = 0.0
            out[row, kept] = state
        return out

    @cached_property
    def _propagation(self) -> Propagation:
        return Propagation(self._bath, "density", self._vector != 0.0, self._everything)


class NoJump:
    """ψ̃(t) without jumps, dψ̃/dt = (−iH − Γ/2) ψ̃, not normalized."""

    def __init__(self, bath: PlainBath) -> None:
        self._bath = bath

    def kets(self, ket: ComplexArray, begin: float, times: list[float]) -> ComplexArray:
        """Return ψ̃ at each of ``times`` (T, N), from ``ket`` at ``begin``."""
        n = self._bath.size
        vector = np.concatenate((ket.real, ket.imag))
        if self._bath.drives:
            reference = DrivenReference(self._bath, "ket")
            rows = reference.states(vector, begin, np.array(times))
        else:
            everything = np.ones(2 * n, dtype=bool)
            propagation = Propagation(self._bath, "ket", vector != 0.0, everything)
            rows = np.zeros((len(times), 2 * n))
            state, now = vector[propagation.kept], Fraction(begin)
            for row, time in enumerate(times):
                lap = Fraction(time) - now
                if lap > 0:
                    state = propagation.over(lap) @ state
                    now += lap
                rows[row, propagation.kept] = state
        return np.asarray(rows[:, :n] + 1j * rows[:, n:])


def rounding_of(case: GeneratedBath, rho: ComplexArray) -> float:
    """Return the error that rounding the numbers of the bath makes unavoidable."""
    bath, duration = case.bath, case.schedule.duration
    at_risk = NUDGE * bath.norm * duration
    if bath.drives:
        return FLOOR + NUDGES_FELT * at_risk + _drive_rounding(case)
    if bath.is_classical or at_risk < 0.1 * (case.tolerance * duration + FLOOR):
        return FLOOR + (0.0 if bath.is_classical else at_risk)
    rng = case.rng("nudge")
    n = bath.size
    right = ExpectedDensity(bath, rho).after([duration], [duration])
    worst = 0.0
    for _ in range(2):
        nudged = ExpectedDensity(bath.nudged(rng, NUDGE), rho)
        off = nudged.after([duration], [duration]) - right
        worst = max(worst, float(np.abs(off[:, : n * n]).max()))
    return FLOOR + NUDGES_FELT * worst


def promised(case: GeneratedBath, seconds: float) -> float:
    """Return the error that the tolerance allows after so many seconds.

    Rounding of powers of a propagator may take as much of less than a second.
    """
    reach = case.bath.norm * case.schedule.duration
    is_stiff = not case.bath.drives and reach > SQUARED_FROM
    return case.tolerance * (max(seconds, 1.0) if is_stiff else seconds)


def turning(case: GeneratedBath) -> float:
    """Return the phase of a coherence that rounding its energies' difference moves."""
    spread = float(np.ptp(case.bath.energies))
    return 8 * NUDGE * spread * case.schedule.duration


def _drive_rounding(case: GeneratedBath) -> float:
    """Return the phase that rounding of t, and of ft + φ, moves at edges and slopes."""
    duration, total = case.schedule.duration, 0.0
    for drive in case.bath.drives:
        frequency = getattr(drive, "frequency", 0.0)
        turns = frequency * duration + abs(getattr(drive, "phase", 0.0)) / 6.28
        total += drive.bound * duration * NUDGE * (1 + turns) * 8
        total += drive.bound * 64 * float(np.spacing(duration))
        if frequency and getattr(drive, "shape", "") == "pulse":
            # An edge is where ft + φ/2π is a whole or half number, to rounding.
            total += drive.bound * 2 * NUDGE * (0.5 + turns) / frequency
    return total


def matrix_of(vector: FloatArray, n: int) -> ComplexArray:
    """Return the density matrix of a vector (N²,)."""
    return to_matrix(vector, n)
