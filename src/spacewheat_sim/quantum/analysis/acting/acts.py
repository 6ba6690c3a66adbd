"""Acts as an agent chooses among them: instruments, and what their outcomes earn.

What has been earned and spent is an account, one of A; what an outcome earns and what
may still be done depend on it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import BoolArray, ComplexArray, FloatArray, IndexArray


class Outcome(NamedTuple):
    """One outcome of an act.

    Attributes:
        kraus: Its Kraus operator K, (N, N).
        earned: What it earns from each account, less what the act costs, (A,).
        account: The account after it, from each one before it, (A,).
    """

    kraus: ComplexArray
    earned: FloatArray
    account: IndexArray


class Act(NamedTuple):
    """An instrument that may be used at the beginning of a step.

    Attributes:
        outcomes: What may come of it; Σ K†K = 1.
        allowed: In which accounts it may be used, (A,).
    """

    outcomes: tuple[Outcome, ...]
    allowed: BoolArray


def waiting(n: int, accounts: int) -> Act:
    """Return the act of doing nothing to ``n`` states, free and always allowed."""
    nothing = Outcome(
        np.eye(n, dtype=np.complex128), np.zeros(accounts), np.arange(accounts)
    )
    return Act((nothing,), np.ones(accounts, dtype=np.bool_))


def expectations(operators: ComplexArray, kets: ComplexArray) -> FloatArray:
    """Return ⟨ψ|O|ψ⟩ of Hermitian operators (O, N, N) in kets (M, N), (M, O)."""
    n = kets.shape[1]
    pairs = (kets.conj()[:, :, None] * kets[:, None, :]).reshape(-1, n * n)
    flat = operators.reshape(-1, n * n)
    # Re(ab) of matrices, without the imaginary half, which is 0.
    return np.asarray(pairs.real @ flat.real.T - pairs.imag @ flat.imag.T)
