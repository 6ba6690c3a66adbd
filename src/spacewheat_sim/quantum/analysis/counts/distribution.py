"""P(n, t): how many counted jumps there are until a time."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.analysis.static_bath import StaticBath
from spacewheat_sim.quantum.stepping import check_cost

# ‖L‖h of a step and the terms of its series: 4^40/40! is 1e-24.
REACH = 4.0
TERMS = 40
# Share of what a step may add that is as good as none.
FAINT = 1e-18
# Bytes that the matrices of all n may take.
MOST_BYTES = 1 << 31


def count_distribution(
    bath: StaticBath, counted: FloatArray, rho: ComplexArray, time: float, most: int
) -> FloatArray:
    """Return P(n, t) for n = 0 … ``most`` from ρ (N, N) at time 0, (most + 1,).

    ρ_n is what has made n counted jumps,

        dρ_n/dt = Bρ_n + ρ_nB† + diag((W − C) p_n) + diag(C p_{n−1}),

    so that those up to ``most`` need no others, and P(n, t) = tr ρ_n.

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
    h = time / steps
    uncounted = bath.feed - counted
    state = np.zeros((most + 1, n, n), dtype=np.complex128)
    state[0] = rho
    index = np.arange(n)
    for _ in range(steps):
        term = state
        for k in range(1, TERMS + 1):
            product = bath.b @ term
            new = product + product.conj().transpose(0, 2, 1)
            populations = term[:, index, index].real
            new[:, index, index] += populations @ uncounted.T
            new[1:, index, index] += populations[:-1] @ counted.T
            term = new * (h / k)
            state = state + term
            if np.abs(term).max() <= FAINT:
                break
    return np.asarray(np.maximum(np.einsum("nii->n", state).real, 0.0))
