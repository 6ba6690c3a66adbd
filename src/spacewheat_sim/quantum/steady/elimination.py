"""Stationary distributions by elimination without subtraction."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.errors import RunError

FloatArray = NDArray[np.float64]


def stationary(chain: FloatArray) -> FloatArray:
    """Return π with πP = π, (N,), of an irreducible chain (N, N); only P_ij, i ≠ j.

    States are taken out one by one: i → j through k has probability
    P_ik P_kj / Σ_{l < k} P_kl. No number is subtracted from another, so the entries of
    π keep their digits however small (Grassmann, Taksar, Heyman, Oper. Res. 33, 1107,
    1985).

    Raises:
        RunError: some state cannot be left.
    """
    p = chain.copy()
    n = len(p)
    for k in range(n - 1, 0, -1):
        out = p[k, :k].sum()
        if not out > 0.0:
            raise RunError("A chain of jumps has a state that is never left")
        p[:k, k] /= out
        p[:k, :k] += np.outer(p[:k, k], p[k, :k])
    pi = np.zeros(n)
    pi[0] = 1.0
    for k in range(1, n):
        pi[k] = pi[:k] @ p[:k, k]
    return np.asarray(pi / pi.sum())
