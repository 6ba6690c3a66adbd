"""Correlations of jumps in time, their spectra, and responses to a change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.engine.analysis.static import static_bath_of
from spacewheat_sim.engine.analysis.subject import (
    Pair,
    Subject,
    checked_pairs,
    operators_of,
    pair_feed,
    static_bath,
)
from spacewheat_sim.engine.analysis.turned import UNIT, check_same, turned
from spacewheat_sim.engine.bath.arguments import checked_array
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.plain_values import shown
from spacewheat_sim.quantum.analysis import spectra
from spacewheat_sim.quantum.analysis.static_bath import StaticBath

# Of 1 over the largest energy or rate: a tenth of 1e-6 of this is no response.
NO_RESPONSE = 1e-5


def correlation(
    subject: Subject, first: Sequence[Pair], then: Sequence[Pair], times: Any
) -> FloatArray:
    """Return g(τ): how much likelier ``then`` is τ s after ``first`` than at any time.

    g(τ) = tr[J₂ e^{Lτ} J₁ ρ] / (tr J₁ρ · tr J₂ρ) in the steady state; 1 is no
    connection, below 1 keeping apart (antibunching), above 1 bunching.

    Args:
        subject: Operators, a biome or a bath.
        first: Pairs ``(source, target)`` of the jumps that come first.
        then: Pairs of those that follow.
        times: τ in s, not negative, (T,).

    Raises:
        ArgumentError: the biome is driven or a register; a time is negative; one of
            the jumps never happens in the steady state.
        UnknownNameError: a pair without a jump.
    """
    operators = operators_of(subject)
    bath = static_bath(subject, "correlation")
    delays = checked_array(times, "times", "s")
    if (delays < 0.0).any():
        raise ArgumentError("Argument `times` must not be negative")
    feeds = [pair_feed(bath, checked_pairs(operators, own)) for own in (first, then)]
    order = np.argsort(delays)
    found = np.empty(delays.size)
    found[order] = spectra.jump_correlation(bath, feeds[0], feeds[1], delays[order])
    return found


def spectrum(subject: Subject, pairs: Sequence[Pair], frequencies: Any) -> FloatArray:
    """Return the spectrum S(ω) of a current of jumps in 1/s, (F,).

    S(ω) = r + 2 Re tr[C (iω − L)⁻¹ (C − r)ρ] with the rate r = tr Cρ: r at high ω and
    for independent jumps, the variance per second at ω = 0.

    Args:
        subject: Operators, a biome or a bath.
        pairs: Pairs ``(source, target)`` of the counted jumps.
        frequencies: ω in rad/s, (F,).

    Raises:
        ArgumentError: the biome is driven or a register.
        UnknownNameError: a pair without a jump.
        RunError: it is not known to 1e-6.
    """
    bath = static_bath(subject, "spectrum")
    counted = pair_feed(bath, checked_pairs(operators_of(subject), pairs))
    points = checked_array(frequencies, "frequencies", "rad/s")
    return spectra.jump_spectrum(bath, counted, points)


def response(
    subject: Subject, observed: str, changed: str | Pair, frequencies: Any
) -> ComplexArray:
    """Return χ(ω): how a population follows a number that swings, (F,).

    χ(ω) = tr[P (iω − L)⁻¹ (∂L/∂θ)ρ]: where θ is changed by δ cos ωt, the population of
    ``observed`` moves by δ Re χ(ω)e^{iωt}.

    Args:
        subject: Operators, a biome or a bath.
        observed: The emoji whose population is watched.
        changed: What swings: an emoji for its energy in rad/s, or a pair ``(source,
            target)`` for the rate of its jumps in 1/s.
        frequencies: ω in rad/s, (F,).

    Raises:
        ArgumentError: the biome is driven or a register; ``changed`` is neither.
        UnknownNameError: an emoji that is not there, or a pair without a jump.
        RunError: it is not known to 1e-6 of the largest response of a population to
            the same change, or to 1e-12 over the largest energy or rate where that
            is more, as two workings of it that round otherwise tell (which for scales
            30 decades apart may agree on what is wrong); or the biome settles in a
            superposition that no jump leaves and that follows the change.
    """
    operators = operators_of(subject)
    bath = static_bath(subject, "response")
    i = operators.index(observed)
    change = _change(bath, operators, changed)
    points = checked_array(frequencies, "frequencies", "rad/s")
    found = _responses(bath, change, points)
    if change.any():
        other = turned(operators)
        back = static_bath_of(other, "response")
        again = _change(back, other, changed)
        moved = UNIT * _responses(back, again, UNIT * points)[:, ::-1]
        largest = max(np.abs(bath.b).max(), bath.flows.rates.max(initial=0.0))
        size = np.abs(found).max(axis=1) + NO_RESPONSE / largest
        check_same(found[:, i], moved[:, i], size)
    return np.asarray(found[:, i])


def _responses(
    bath: StaticBath, change: ComplexArray, points: FloatArray
) -> ComplexArray:
    """Return the responses of all populations at all frequencies, (F, N)."""
    found = [spectra.responses(bath, change, omega) for omega in points.tolist()]
    return np.array(found, dtype=np.complex128).reshape(points.size, bath.size)


def _change(bath: StaticBath, operators: Any, changed: Any) -> ComplexArray:
    """Return (∂L/∂θ)ρ, (N, N)."""
    rho = bath.steady
    unit = np.zeros_like(rho)
    if isinstance(changed, str):
        i = operators.index(changed)
        unit[i, i] = 1.0
        return np.asarray(-1j * (unit @ rho - rho @ unit))
    if not isinstance(changed, tuple | list) or len(changed) != 2:
        raise ArgumentError(
            "Argument `changed` must be an emoji, or a pair (source, target), but is "
            f"{shown(changed)}"
        )
    ((s, t),) = checked_pairs(operators, [changed])
    unit[s, s] = 1.0
    found = -(unit @ rho + rho @ unit) / 2
    found[t, t] += rho[s, s]
    return np.asarray(found)
