"""Markov chains: where one of landings ends, and what a bath is without coherence.

Grassmann, Taksar and Heyman's elimination divides by the sum of what leaves a state
instead of 1 less what stays, so that no digit of a small probability is ever lost.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse.csgraph import connected_components

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.steady.kernels import elimination


class Ends(NamedTuple):
    """How a chain ends from each of its C states.

    Attributes:
        shares: Probability of each of E ends, and in the last row that of none of them,
            (E + 1, C).
        sums: Σ of the costs of all visits before the end, (K, C); ∞ where there may be
            none.
        totals: What is left to leave each state by when it is taken out, (C,).
    """

    shares: FloatArray
    sums: FloatArray
    totals: FloatArray


def find_ends(chain: FloatArray, ends: FloatArray, costs: FloatArray) -> Ends:
    """Solve h_t = e_t + Σ_k h_k q_kt of ends, T_t = c_t + Σ_k T_k q_kt of costs.

    Args:
        chain: q_kt from t to k, (C, C); what is on its diagonal is not used, as a
            column and its ends add up to 1.
        ends: e_t, the probability to end at once, (E, C).
        costs: c_t of each visit, (K, C), not negative.
    """
    count = chain.shape[1]
    chain, costs = chain.copy(), costs.copy()
    ends = np.vstack((ends, np.zeros(count)))
    totals = np.empty(count)
    for m in range(count - 1, -1, -1):
        total = float(chain[:m, m].sum() + ends[:, m].sum())
        if total == 0.0:
            ends[-1, m] = total = 1.0
        totals[m] = total
        share = chain[m, :m] / total
        chain[:m, :m] += np.outer(chain[:m, m], share)
        ends[:, :m] += np.outer(ends[:, m], share)
        costs[:, :m] += np.outer(costs[:, m], share)
    for m in range(count):
        before = chain[:m, m]
        ends[:, m] = (ends[:, m] + ends[:, :m] @ before) / totals[m]
        costs[:, m] = (costs[:, m] + costs[:, :m] @ before) / totals[m]
    costs[:, ends[-1] > 0.0] = np.inf
    return Ends(ends, costs, totals)


def stationary(rates: FloatArray) -> FloatArray:
    """Return the one p ≥ 0 with Rp = 0 and Σ p = 1, (C,).

    Args:
        rates: R_ts from s to t, with columns that sum to 0, (C, C).

    Raises:
        ArgumentError: there are several.
    """
    hops = rates - np.diag(rates.diagonal())
    count, classes = connected_components(hops > 0.0, connection="strong")
    open_classes = {
        int(classes[s]) for t, s in np.argwhere(hops > 0.0) if classes[t] != classes[s]
    }
    closed = [own for own in range(count) if own not in open_classes]
    if len(closed) > 1:
        raise ArgumentError(
            f"There is no unique stationary distribution: {len(closed)} sets of states "
            "are entered and never left"
        )
    states = np.flatnonzero(classes == closed[0])
    found = np.zeros(len(rates))
    inside = np.ascontiguousarray(hops[np.ix_(states, states)])
    weights = elimination.eliminate(
        inside.copy(), elimination.most_frequent(inside.copy()), np.zeros(states.size)
    )[0]
    found[states] = weights / weights.sum()
    return found


def coherent_rates(hamiltonian: ComplexArray, decay: FloatArray) -> FloatArray:
    """Return K_ij = 2|H_ij|² Γ_ij / (Γ_ij² + Δ_ij²), a symmetric matrix in 1/s, (N, N).

    It is the rate at which a coupling moves population where the coherence between two
    states decays faster than it moves, Γ_ij = (Γ_i + Γ_j)/2 with the rate Γ_i of all
    jumps out of i, dephasing counted in, and Δ_ij the difference of their energies.
    Where no jump leaves either end it is no rate: infinite or 0.
    """
    energies = hamiltonian.diagonal().real
    width = (decay[:, None] + decay) / 2
    detuning = energies[:, None] - energies
    strength = np.abs(hamiltonian) ** 2
    np.fill_diagonal(strength, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = 2 * strength * width / (width**2 + detuning**2)
    return np.where(strength > 0.0, rates, 0.0)


def rate_matrix(feed: FloatArray, coherent: FloatArray) -> FloatArray:
    """Return the R of p′ = R p: W and K off the diagonal, columns that sum to 0."""
    rates = feed + coherent
    np.fill_diagonal(rates, 0.0)
    return np.asarray(rates - np.diag(rates.sum(axis=0)))
