"""Initial kets of a bath."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from spacewheat_sim.arrays import ComplexArray
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.errors import ArgumentError, UnknownNameError
from spacewheat_sim.plain_values import real, shown
from spacewheat_sim.statmech.markov import checked_rows, stationary_distribution


def uniform_ket(n: int) -> ComplexArray:
    """Return the ket of ``n`` equal amplitudes."""
    return np.full(n, 1.0 / math.sqrt(n), dtype=np.complex128)


def emoji_ket(operators: BathOperators, emoji: str) -> ComplexArray:
    """Return the basis state of ``emoji``, (N,).

    Raises:
        UnknownNameError: the bath has no such emoji.
    """
    psi = np.zeros(len(operators), dtype=np.complex128)
    psi[operators.index(emoji)] = 1.0
    return psi


def weighted_ket(
    operators: BathOperators, weights: Mapping[str, float]
) -> ComplexArray:
    """Return the ket (N,) of real amplitudes √(w_i / Σ w).

    Raises:
        UnknownNameError: a weight for an emoji that is not in the bath.
        ArgumentError: a weight negative or not finite, an emoji named twice (with and
            without U+FE0F), or all weights 0.
    """
    if not isinstance(weights, Mapping):
        raise ArgumentError(
            "Argument `weights` must map emojis to numbers, but is " + shown(weights)
        )
    values = np.zeros(len(operators))
    given: set[int] = set()
    for emoji, weight in weights.items():
        i = operators.index(emoji)
        value = real(weight)
        if not 0.0 <= value < math.inf:
            raise ArgumentError(
                f"The weight of {emoji} must be finite and not negative, but is "
                f"{shown(weight)}"
            )
        if i in given:
            raise ArgumentError(f"Argument `weights` must not name {emoji} twice")
        given.add(i)
        values[i] = value
    largest = float(values.max())
    if largest == 0.0:
        raise ArgumentError("Argument `weights` must not be 0 for every emoji")
    values /= largest
    return np.asarray(np.sqrt(values / math.fsum(values.tolist())), dtype=np.complex128)


def markov_ket(
    operators: BathOperators, chain: Mapping[str, Mapping[str, float]]
) -> ComplexArray:
    """Return the ket (N,) whose populations are the stationary distribution of a chain.

    Raises:
        UnknownNameError: the chain names an emoji that is not in the bath.
        ArgumentError: a row is empty or negative, or the chain has several closed
            classes and so no unique stationary distribution.
    """
    for source, row in checked_rows(chain).items():
        for name in (source, *row):
            try:
                operators.index(name)
            except UnknownNameError:
                raise UnknownNameError(
                    "emoji", name, operators.emojis, f"in the chain's row of {source}"
                ) from None
    return weighted_ket(operators, stationary_distribution(chain))
