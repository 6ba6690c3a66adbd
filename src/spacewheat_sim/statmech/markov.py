"""Finite Markov chains: the stationary distribution and what stands in its way."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.plain_values import real, shown

Chain = Mapping[str, Mapping[str, float]]

# Departure of a row's sum from 1 that is worth a warning.
ROW_SUM_TOLERANCE = 1e-9


class MarkovRowWarning(UserWarning):
    """Rows of a chain did not sum to 1 and were normalized."""


def stationary_distribution(
    chain: Mapping[str, Mapping[str, float]],
) -> dict[str, float]:
    """Return π with πM = π and Σπ = 1, by solving the linear equations directly.

    Power iteration would fail on periodic chains. A state that is only ever reached
    must have a row too.

    Args:
        chain: {from: {to: probability}}; rows are normalized, with a warning.

    Raises:
        ArgumentError: no row at all, an empty row, two rows for one emoji, a negative
            or infinite entry, a state without a row, or several closed classes (the
            message lists them).
    """
    names, matrix = transition_matrix(chain)
    closed = closed_classes(matrix)
    if len(closed) > 1:
        listed = "; ".join(
            "{" + ", ".join(names[i] for i in members) + "}" for members in closed
        )
        raise ArgumentError(
            f"The Markov chain has no unique stationary distribution: it has "
            f"{len(closed)} closed classes, {listed}"
        )
    members = closed[0]
    block = matrix[np.ix_(members, members)]
    pi = np.zeros(len(names))
    pi[members] = _solve_stationary(block)
    return dict(zip(names, pi.tolist(), strict=True))


def checked_rows(chain: object) -> Chain:
    """Return ``chain`` if it maps names to rows, each of which maps names to entries.

    Raises:
        ArgumentError: it does not.
    """
    if not isinstance(chain, Mapping):
        raise ArgumentError(
            "Argument `chain` must map emojis to rows, {from: {to: probability}}, but "
            f"is {shown(chain)}"
        )
    for source, row in chain.items():
        if not isinstance(row, Mapping):
            raise ArgumentError(
                f"The Markov chain's row of {shown(source)} must map emojis to "
                f"probabilities, but is {shown(row)}"
            )
        for name in (source, *row):
            if not isinstance(name, str):
                raise ArgumentError(
                    f"The Markov chain must name its states by texts, but has "
                    f"{shown(name)}"
                )
    return chain


def transition_matrix(chain: Chain) -> tuple[tuple[str, ...], FloatArray]:
    """Return the states in order and the row-stochastic matrix (n, n) of a chain."""
    names = tuple(checked_rows(chain))
    if not names:
        raise ArgumentError("The Markov chain must have at least one row")
    index: dict[str, int] = {}
    for i, name in enumerate(names):
        if index.setdefault(canonical_emoji(name), i) != i:
            raise ArgumentError(f"The Markov chain has two rows for {name}")
    matrix = np.zeros((len(names), len(names)))
    for i, (source, row) in enumerate(chain.items()):
        for target, given in row.items():
            probability = real(given)
            if not 0.0 <= probability < math.inf:
                raise ArgumentError(
                    f"The Markov chain's entry {source} → {target} must be finite and "
                    f"not negative, but is {shown(given)}"
                )
            j = index.get(canonical_emoji(target))
            if j is None:
                raise ArgumentError(
                    f"The Markov chain goes {source} → {target}, but has no row for "
                    f"{target}"
                )
            matrix[i, j] += probability
    return names, _normalized_rows(names, matrix)


def closed_classes(matrix: FloatArray) -> list[list[int]]:
    """Return the sets of states that reach each other and never leave, sorted."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    steps = csr_array(matrix)
    count, label = connected_components(steps, directed=True, connection="strong")
    leaving = np.zeros(count, dtype=bool)
    for i, j in np.argwhere(matrix > 0.0):
        leaving[label[i]] |= label[i] != label[j]
    classes = [np.flatnonzero(label == c).tolist() for c in np.flatnonzero(~leaving)]
    return sorted(classes)


def _normalized_rows(names: tuple[str, ...], matrix: FloatArray) -> FloatArray:
    with np.errstate(over="ignore"):
        sums = matrix.sum(axis=1)
    empty = [names[i] for i in np.flatnonzero(sums == 0.0)]
    if empty:
        raise ArgumentError(
            f"The Markov chain's row of {', '.join(empty)} is empty: it must lead "
            "somewhere"
        )
    shares = np.asarray(matrix / sums[:, None])
    lost = np.flatnonzero(((shares == 0.0) & (matrix > 0.0)).any(axis=1))
    if lost.size:
        listed = ", ".join(names[i] for i in lost)
        raise ArgumentError(
            f"The Markov chain's rows of {listed} hold entries too far apart, or too "
            "large, for double precision"
        )
    off = np.flatnonzero(np.abs(sums - 1.0) > ROW_SUM_TOLERANCE)
    if off.size:
        listed = ", ".join(f"{names[i]} ({sums[i]:g})" for i in off)
        warnings.warn(
            f"Rows of the Markov chain that do not sum to 1 were normalized: {listed}",
            MarkovRowWarning,
            stacklevel=4,
        )
    return shares


def _solve_stationary(block: FloatArray) -> FloatArray:
    """Return π = πM for an irreducible row-stochastic ``block`` M, (n, n).

    States are eliminated one by one without a subtraction, so that every entry of π is
    accurate to rounding however rarely the chain moves (Grassmann, Taksar, Heyman,
    Operations Research 33, 1107, 1985).
    """
    n = block.shape[0]
    rates = block.copy()
    pi = np.ones(n)
    with np.errstate(all="ignore"):
        for k in range(n - 1, 0, -1):
            rates[:k, k] /= math.fsum(rates[k, :k].tolist())
            rates[:k, :k] += np.outer(rates[:k, k], rates[k, :k])
        for k in range(1, n):
            pi[k] = math.fsum((pi[:k] * rates[:k, k]).tolist())
        pi /= math.fsum(pi.tolist())
    if not np.isfinite(pi).all():
        raise ArgumentError(
            "The Markov chain's probabilities are too far apart for double precision"
        )
    return pi
