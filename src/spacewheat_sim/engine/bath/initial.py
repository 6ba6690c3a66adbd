"""Initial kets of a bath."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.engine.bath.arguments import checked_items
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.errors import ArgumentError, UnknownNameError
from spacewheat_sim.plain_values import real, shown
from spacewheat_sim.quantum.register.layout import axis_of
from spacewheat_sim.statmech.markov import checked_rows, stationary_distribution

# What the weights of the two poles of an axis may miss of 1.
ROUNDING = 1e-9


def uniform_ket(n: int) -> ComplexArray:
    """Return the ket of ``n`` equal amplitudes."""
    return np.full(n, n**-0.5, dtype=np.complex128)


def emoji_ket(operators: BathOperators, emoji: str) -> ComplexArray:
    """Return the basis state of ``emoji``, (D,).

    In a register its axis is there, and all others are in the south.

    Raises:
        UnknownNameError: the bath has no such emoji.
    """
    if operators.qubits:
        return poles_ket(operators, [emoji])
    psi = np.zeros(len(operators), dtype=np.complex128)
    psi[operators.index(emoji)] = 1.0
    return psi


def weighted_ket(
    operators: BathOperators, weights: Mapping[str, float]
) -> ComplexArray:
    """Return the ket (D,) of real amplitudes √(w_i / Σ w).

    Of a register, the product over its axes of √w |e⟩ + √(1 − w) |ē⟩; an axis that is
    not named is in (|n⟩ + |s⟩)/√2.

    Raises:
        UnknownNameError: a weight for an emoji that is not in the bath.
        ArgumentError: a weight negative or not finite, an emoji named twice (with and
            without U+FE0F), or all weights 0; in a register a weight above 1, or two
            of one axis that do not add up to 1.
    """
    if not isinstance(weights, Mapping):
        raise ArgumentError(
            "Argument `weights` must map emojis to numbers, but is " + shown(weights)
        )
    given: dict[int, float] = {}
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
        given[i] = value
    if operators.qubits:
        return _product_ket(operators, given)
    values = np.zeros(len(operators))
    values[list(given)] = list(given.values())
    largest = float(values.max())
    if largest == 0.0:
        raise ArgumentError("Argument `weights` must not be 0 for every emoji")
    values /= largest
    return np.asarray(np.sqrt(values / values.sum()), dtype=np.complex128)


def poles_ket(operators: BathOperators, poles: Iterable[str]) -> ComplexArray:
    """Return the basis state of a register in which ``poles`` are on, (2^n,).

    An axis of which no pole is named is in the south.

    Raises:
        UnknownNameError: a pole that is not in the bath.
        ArgumentError: the bath is of levels, or both poles of an axis are named, or one
            of them twice.
    """
    if not operators.qubits:
        raise ArgumentError(
            "Only a register has poles to start in; a level biome starts in one emoji, "
            "in weights, or in a ket"
        )
    bits = [1] * operators.qubits
    named: dict[int, str] = {}
    for name in checked_items(poles, "poles", "emojis"):
        pole = operators.index(name)
        axis = axis_of(pole)
        if axis in named:
            raise ArgumentError(
                "Argument `poles` must name at most one pole of each axis, but names "
                f"{named[axis]} and {name} of one"
            )
        named[axis], bits[axis] = name, pole & 1
    psi = np.zeros(operators.dimension, dtype=np.complex128)
    psi[int("".join(map(str, bits)), 2)] = 1.0
    return psi


def _product_ket(
    operators: BathOperators, weights: Mapping[int, float]
) -> ComplexArray:
    """Return the product ket (2^n,) in which poles have the probabilities given."""
    psi: FloatArray = np.ones(1)
    for axis, (north, south) in enumerate(operators.axes):
        up, down = weights.get(2 * axis), weights.get(2 * axis + 1)
        for emoji, weight in ((north, up), (south, down)):
            if weight is not None and weight > 1.0:
                raise ArgumentError(
                    f"The weight of {emoji} must be a probability from 0 to 1 in a "
                    f"register, but is {weight:g}"
                )
        if up is not None and down is not None and abs(up + down - 1.0) > ROUNDING:
            raise ArgumentError(
                f"The weights of {north} and {south}, the poles of one axis, must add "
                f"up to 1, but add up to {up + down:g}"
            )
        if up is None:
            up = 0.5 if down is None else 1.0 - down
        psi = np.asarray(np.kron(psi, np.sqrt([up, 1.0 - up])), dtype=np.float64)
    return psi.astype(np.complex128)


def markov_ket(
    operators: BathOperators, chain: Mapping[str, Mapping[str, float]]
) -> ComplexArray:
    """Return the ket (N,) whose populations are the stationary distribution of a chain.

    Raises:
        UnknownNameError: the chain names an emoji that is not in the bath.
        ArgumentError: a row is empty or negative, or the chain has several closed
            classes and so no unique stationary distribution; or the bath is a register.
    """
    if operators.qubits:
        raise ArgumentError(
            "A chain moves among the emojis of a level biome; in a register one of "
            "each axis is always on, so that no stationary distribution is a start"
        )
    for source, row in checked_rows(chain).items():
        for name in (source, *row):
            try:
                operators.index(name)
            except UnknownNameError:
                raise UnknownNameError(
                    "emoji", name, operators.emojis, f"in the chain's row of {source}"
                ) from None
    return weighted_ket(operators, stationary_distribution(chain))
