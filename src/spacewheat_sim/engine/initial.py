"""Initial states of a bath from weights, a Markov chain or a matrix."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.engine.operators import BathOperators
from spacewheat_sim.errors import ArgumentError, UnknownNameError
from spacewheat_sim.quantum.states import complex_array
from spacewheat_sim.statmech.markov import stationary_distribution

ComplexArray = NDArray[np.complex128]

# Rounding allowed to a density matrix given from outside.
ROUNDING = 1e-10


def weighted_ket(
    operators: BathOperators, weights: Mapping[str, float]
) -> ComplexArray:
    """Return the ket (N,) of real amplitudes √(w_i / Σ w).

    Raises:
        UnknownNameError: a weight for an emoji that is not in the bath.
        ArgumentError: a weight negative or not finite, an emoji named twice (with and
            without U+FE0F), or all weights 0.
    """
    values = np.zeros(len(operators))
    given: set[int] = set()
    for emoji, weight in weights.items():
        if not (isinstance(weight, Real) and 0.0 <= weight < math.inf):
            raise ArgumentError(
                f"The weight of {emoji} must be finite and not negative, but is "
                f"{weight!r}"
            )
        i = operators.index(emoji)
        if i in given:
            raise ArgumentError(f"Argument `weights` must not name {emoji} twice")
        given.add(i)
        values[i] = weight
    largest = float(values.max())
    if largest == 0.0:
        raise ArgumentError("Argument `weights` must not be 0 for every emoji")
    values /= largest
    return np.asarray(np.sqrt(values / values.sum()), dtype=np.complex128)


def markov_ket(
    operators: BathOperators, chain: Mapping[str, Mapping[str, float]]
) -> ComplexArray:
    """Return the ket (N,) whose populations are the stationary distribution of a chain.

    Raises:
        UnknownNameError: the chain names an emoji that is not in the bath.
        ArgumentError: a row is empty or negative, or the chain has several closed
            classes and so no unique stationary distribution.
    """
    for source, row in chain.items():
        for name in (source, *row):
            try:
                operators.index(name)
            except UnknownNameError:
                raise UnknownNameError(
                    "emoji", name, operators.emojis, f"in the chain's row of {source}"
                ) from None
    return weighted_ket(operators, stationary_distribution(chain))


def checked_density_matrix(rho: Any, n: int) -> ComplexArray:
    """Return ``rho`` (n, n) with trace 1.

    Raises:
        ArgumentError: wrong shape, not finite, not Hermitian, a negative eigenvalue,
            or trace 0.
    """
    matrix = complex_array(rho, "rho")
    if matrix.shape != (n, n):
        raise ArgumentError(
            f"Argument `rho` must have shape ({n}, {n}), but has {matrix.shape}"
        )
    if not np.isfinite(matrix).all():
        raise ArgumentError("Argument `rho` must be finite, but holds NaN or infinity")
    trace = float(matrix.trace().real)
    if trace <= 0.0:
        raise ArgumentError(f"Argument `rho` must have a positive trace, but {trace:g}")
    matrix /= trace
    gap = float(np.abs(matrix - matrix.conj().T).max())
    if gap > ROUNDING:
        raise ArgumentError(
            f"Argument `rho` must be Hermitian, but differs from its adjoint by {gap:g}"
        )
    lowest = float(np.linalg.eigvalsh(matrix)[0])
    if lowest < -ROUNDING:
        raise ArgumentError(
            f"Argument `rho` must have no negative eigenvalue, but has {lowest:g}"
        )
    return matrix
