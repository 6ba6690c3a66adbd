"""Two-time correlations of jumps, their spectra, and responses to a change."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.errors import ArgumentError, RunError
from spacewheat_sim.quantum.analysis.changes import counted_change
from spacewheat_sim.quantum.analysis.long_runs import KNOWN, long_run
from spacewheat_sim.quantum.analysis.propagation.feed import FeedEntries
from spacewheat_sim.quantum.analysis.propagation.propagation import Propagation
from spacewheat_sim.quantum.analysis.propagation.step import covered, parts
from spacewheat_sim.quantum.analysis.resolvent import SURE, Twofold, unknown
from spacewheat_sim.quantum.analysis.static_bath import StaticBath
from spacewheat_sim.quantum.drive import Drive

MARGIN = 10
"""How much smaller an estimate of an error is to be than the error may be."""


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

    Raises:
        RunError: it is not known to 1e-6.
    """
    weights = counted.sum(axis=0)
    rate = float(weights @ bath.steady.diagonal().real)
    if bath.is_dark or rate == 0.0:
        return np.zeros(frequencies.size)
    change = counted_change(bath.steady_twofold, counted)
    found = np.empty(frequencies.size)
    for place, omega in enumerate(frequencies.tolist()):
        moved, error = _moved(bath, omega, change, weights)
        found[place] = rate + 2 * float((weights @ moved).real)
        check_known(2 * error, abs(found[place]))
    return found


def responses(
    bath: StaticBath, change: Twofold, observed: int, omega: float
) -> tuple[ComplexArray, float]:
    """Return χ_i(ω) = ⟨i|(iω − L)⁻¹X|i⟩, X = (∂L/∂θ)ρ of a number θ, at one ω, (N,).

    The population of i moves by Re χ_i(ω)e^{iωt} · δ where the number is θ + δ cos ωt.

    Args:
        bath: The bath, in its steady state.
        change: X, traceless, not 0, (N, N).
        observed: Of which i the error is asked.
        omega: ω in rad/s.

    Returns:
        χ, and a bound on the error of that of ``observed``.

    Raises:
        RunError: it is not known at all; the steady state is dark.
    """
    if bath.is_dark:
        raise RunError(
            "No jump leaves the superposition that this bath settles in: how it "
            "follows a change is not found from where jumps land"
        )
    return _moved(bath, omega, change, np.eye(bath.size)[observed])


def check_known(error: float, size: float) -> None:
    """Refuse a number that is not known to 1e-6 of ``size``.

    Args:
        error: An estimate of its error.
        size: What it is to be known to 1e-6 of.

    Raises:
        RunError: the error may be more.
    """
    if not MARGIN * error <= SURE * size:
        raise unknown()


def _moved(
    bath: StaticBath, omega: float, change: Twofold, weights: FloatArray
) -> tuple[ComplexArray, float]:
    """Return the diagonal of Y = (iω − L)⁻¹X, and an error of Σ_i w_i Y_ii.

    With O = diag(w) and σ = (iω − L†)⁻¹(O − tr Oρ), what is left of X − iωY + LY by a
    given Y changes tr OY by tr σ times it.

    Raises:
        RunError: neither is known.
    """
    resolvent = bath.resolvent(1j * omega if omega else 0.0, traceless=True)
    found = resolvent.solve_closely(change)
    mean = float(weights @ bath.steady.diagonal().real)
    sigma = resolvent.solve_adjoint(np.diag(weights - mean).astype(np.complex128))
    left = np.abs(resolvent.left_over(change, found)) + resolvent.blur(found)
    error = float(np.sum(np.abs(sigma.T) * (left + change.errors)))
    return found.value.diagonal(), error
