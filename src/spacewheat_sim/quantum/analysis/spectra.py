"""Two-time correlations of jumps, their spectra, and responses to a change."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.errors import ArgumentError, RunError
from spacewheat_sim.quantum.analysis.long_runs import KNOWN, long_run
from spacewheat_sim.quantum.analysis.propagation.feed import FeedEntries
from spacewheat_sim.quantum.analysis.propagation.propagation import Propagation
from spacewheat_sim.quantum.analysis.propagation.step import covered, parts
from spacewheat_sim.quantum.analysis.resolvent import SURE
from spacewheat_sim.quantum.analysis.static_bath import StaticBath
from spacewheat_sim.quantum.drive import Drive


def populations_after(
    bath: StaticBath, start: ComplexArray, times: FloatArray
) -> FloatArray:
    """Return the populations of e^{Lt} X at sorted ``times`` (T,), (T, N)."""
    found = np.empty((times.size, bath.size))
    found[times <= 0.0] = start.diagonal().real
    feed = FeedEntries.of(bath.generator.jumps)
    way = Propagation(bath.generator, Drive(()), feed)
    last = float(times.max(initial=0.0))
    for step, own in covered(way.run(parts(start), 0.0, last), times, last):
        found[own] = step.diagonals(times[own])
    return found


def jump_correlation(
    bath: StaticBath, first: FloatArray, then: FloatArray, times: FloatArray
) -> FloatArray:
    """Return g(τ) = tr[J₂ e^{Lτ} J₁ ρ] / (tr J₁ρ · tr J₂ρ) at ``times`` (T,).

    How likely a jump of the second kind is a time τ after one of the first, against how
    likely it is at any time: 1 means no connection.

    Args:
        bath: The bath, in its steady state.
        first: Feed C_ts of the jumps that come first, in 1/s, (N, N).
        then: Feed of those that follow, (N, N).
        times: τ in s, sorted, not negative.

    Raises:
        ArgumentError: one of them never happens.
    """
    steady = bath.steady.diagonal().real
    landed = first @ steady
    rate, later = float(landed.sum()), float((then @ steady).sum())
    if bath.is_dark or rate == 0.0 or later == 0.0:
        raise ArgumentError(
            "Jumps that never happen in the steady state have no correlations"
        )
    start, weights = np.diag(landed / rate).astype(np.complex128), then.sum(axis=0)
    after = None
    if KNOWN * weights.max() <= SURE * later:
        after = long_run(bath.generator, start, times)
    if after is None:
        after = populations_after(bath, start, times)
    return np.asarray(after @ weights / later)


def jump_spectrum(
    bath: StaticBath, counted: FloatArray, frequencies: FloatArray
) -> FloatArray:
    """Return S(ω) = r + 2 Re tr[C (iω − L)⁻¹ (C − r) ρ] in 1/s, r = tr Cρ.

    It is the two-sided spectrum of the current of counted jumps: r for independent ones
    (shot noise), and the variance per second of the number of jumps at ω = 0.

    Args:
        bath: The bath, in its steady state.
        counted: Feed C_ts of the counted jumps in 1/s, (N, N).
        frequencies: ω in rad/s, (F,).
    """
    steady = bath.steady
    landed = counted @ steady.diagonal().real
    rate = float(landed.sum())
    if bath.is_dark or rate == 0.0:
        return np.zeros(frequencies.size)
    start = np.diag(landed) - rate * steady
    found = np.empty(frequencies.size)
    weight = counted.sum(axis=0)
    for place, omega in enumerate(frequencies.tolist()):
        moved = _traceless(bath, omega, start)
        found[place] = rate + 2 * float((weight @ moved.diagonal()).real)
    return found


def responses(bath: StaticBath, change: ComplexArray, omega: float) -> ComplexArray:
    """Return χ_i(ω) = ⟨i|(iω − L)⁻¹X|i⟩, X = (∂L/∂θ)ρ of a number θ, at one ω, (N,).

    The population of i moves by Re χ_i(ω)e^{iωt} · δ where the number is θ + δ cos ωt.

    Args:
        bath: The bath, in its steady state.
        change: X, traceless, (N, N).
        omega: ω in rad/s.

    Raises:
        RunError: it is not known to 1e-6; the steady state is dark, and changes.
    """
    if not change.any():
        return np.zeros(bath.size, dtype=np.complex128)
    if bath.is_dark:
        raise RunError(
            "No jump leaves the superposition that this bath settles in: how it "
            "follows a change is not found from where jumps land"
        )
    return _traceless(bath, omega, change).diagonal()


def _traceless(bath: StaticBath, omega: float, x: ComplexArray) -> ComplexArray:
    """Return (iω − L)⁻¹X of a traceless X, (N, N).

    Raises:
        RunError: it is not known to 1e-6.
    """
    z = 1j * omega if omega else 0.0
    return bath.resolvent(z, traceless=True).solve(x)
