"""Correlations of jumps in time, their spectra, and responses to a change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.engine.analysis.subject import (
    Pair,
    Subject,
    checked_pairs,
    operators_of,
    pair_feed,
    static_bath,
)
from spacewheat_sim.engine.bath.arguments import checked_array
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.plain_values import shown
from spacewheat_sim.quantum.analysis import spectra
from spacewheat_sim.quantum.analysis.changes import energy_change, rate_change
from spacewheat_sim.quantum.analysis.resolvent import Twofold
from spacewheat_sim.quantum.analysis.static_bath import StaticBath

# Of 1 over the largest energy or rate: 1e-6 of this is no response.
NO_RESPONSE = 1e-6


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
            is more; or the biome settles in a superposition that no jump leaves and
            that follows the change.
    """
    operators = operators_of(subject)
    bath = static_bath(subject, "response")
    i = operators.index(observed)
    change = _change(bath, operators, changed)
    points = checked_array(frequencies, "frequencies", "rad/s")
    found = np.zeros(points.size, dtype=np.complex128)
    if not change.value.any():
        return found
    largest = max(np.abs(bath.b).max(), bath.flows.rates.max(initial=0.0))
    for place, omega in enumerate(points.tolist()):
        moved, error = spectra.responses(bath, change, i, omega)
        spectra.check_known(error, np.abs(moved).max() + NO_RESPONSE / largest)
        found[place] = moved[i]
    return found


def _change(bath: StaticBath, operators: BathOperators, changed: Any) -> Twofold:
    """Return (∂L/∂θ)ρ, (N, N)."""
    if isinstance(changed, str):
        return energy_change(bath.steady_twofold, operators.index(changed))
    if not isinstance(changed, tuple | list) or len(changed) != 2:
        raise ArgumentError(
            "Argument `changed` must be an emoji, or a pair (source, target), but is "
            f"{shown(changed)}"
        )
    ((s, t),) = checked_pairs(operators, [changed])
    return rate_change(bath.steady_twofold, s, t)
