"""P(n, t): how many counted jumps there are until a time."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.analysis.static_bath import StaticBath
from spacewheat_sim.quantum.stepping import check_cost

# ‖L‖h of a step and the most terms of its series, each of which brings one jump more at
# most: 4^72/72! is 1e-60.
REACH = 4.0
TERMS = 72
# Terms between two looks at what they add, and the share of it that is as good as none.
LOOK, FAINT = 8, 1e-16
# Largest entry of ρ_n that is as good as none, and the least chance that is told.
NONE, LEAST = 1e-120, 1e-100
# Bytes that the matrices of all n may take.
MOST_BYTES = 1 << 31


def count_distribution(
    bath: StaticBath, counted: FloatArray, rho: ComplexArray, time: float, most: int
) -> FloatArray:
    """Return P(n, t) for n = 0 … ``most`` from ρ (N, N) at time 0, (most + 1,).

    ρ_n is what has made n counted jumps,

        dρ_n/dt = Bρ_n + ρ_nB† + diag((W − C) p_n) + diag(C p_{n−1}),

    so that those up to ``most`` need no others, and P(n, t) = tr ρ_n. Only the n around
    the mean are followed: 0 stands for chances below 1e-100, and others have digits of
    their own, however small.

    Raises:
        ArgumentError: the matrices take more than 2 GB.
        RunError: the time is too long to be followed.
    """
    n = bath.size
    if (most + 1) * n * n * 64 > MOST_BYTES:
        raise ArgumentError(
            f"P(n, t) up to n = {most} takes {(most + 1) * n * n * 64 / 1e9:.1f} GB: "
            "ask for fewer"
        )
    bound = 2 * float(np.abs(bath.b).sum(axis=1).max()) + float(bath.decay.max())
    check_cost(bound, time)
    steps = max(1, int(np.ceil(time * bound / REACH)))
    # The numbers of jumps come last: a product with B is then one for all of them.
    state = np.zeros((n, n, most + 1), dtype=np.complex128)
    state[:, :, 0] = rho
    first, last = 0, 1
    for _ in range(steps):
        # A term brings one jump more at most.
        last = min(last + TERMS, most + 1)
        rows = state[:, :, first:last]
        rows += _added(bath, counted, rows, time / steps)
        held = np.flatnonzero(np.abs(rows).max(axis=(0, 1)) > NONE)
        if held.size == 0:
            break
        # Those on both sides are as good as none, and stay so for what has passed them.
        rows[:, :, : held[0]] = 0.0
        rows[:, :, held[-1] + 1 :] = 0.0
        first, last = first + int(held[0]), first + int(held[-1]) + 1
    chances = np.einsum("iin->n", state).real
    return np.where(chances >= LEAST, chances, 0.0)


def _added(
    bath: StaticBath, counted: FloatArray, state: ComplexArray, h: float
) -> ComplexArray:
    """Return what h seconds add to ρ_n, (N, N, n), by the series of e^{Lh} − 1."""
    n = bath.size
    index, uncounted = np.arange(n), bath.feed - counted
    term, added = state, np.zeros_like(state)
    for k in range(1, TERMS + 1):
        product = (bath.b @ term.reshape(n, -1)).reshape(term.shape)
        new = product + product.conj().transpose(1, 0, 2)
        populations = term[index, index].real
        fed = uncounted @ populations
        fed[:, 1:] += counted @ populations[:, :-1]
        new[index, index] += fed
        term = new * (h / k)
        added += term
        if k % LOOK == 0 and (_sizes(term) <= FAINT * _sizes(added) + NONE).all():
            break
    return added


def _sizes(state: ComplexArray) -> FloatArray:
    """Return the largest entry of each ρ_n, (n,)."""
    return np.asarray(np.abs(state).max(axis=(0, 1)))
