"""What the environment knows about the central spin, in nats.

The global state (|0⟩|E_+⟩ + |1⟩|E_−⟩)/√2 is pure, so S(E) = S(S) and
I(S:E) = 2 S(S).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from spacewheat_sim.arrays import FloatArray


def purity(magnitude: ArrayLike) -> FloatArray:
    """Return Tr ρ_S² = (1 + |r|²)/2 of the central spin for ``magnitude`` |r|."""
    return np.asarray((1.0 + np.asarray(magnitude, dtype=np.float64) ** 2) / 2.0)


def entropy_vn(log_magnitude: ArrayLike) -> FloatArray:
    """Return the entropy of the eigenvalues (1 ± |r|)/2 in nats, from log |r| ≤ 0.

    It is that of the central spin, and of any half-and-half mixture of two kets with
    overlap r; the logarithm keeps overlaps near 1 exact.
    """
    logs = np.minimum(np.asarray(log_magnitude, dtype=np.float64), 0.0)
    small = -np.expm1(logs) / 2.0
    large = (1.0 + np.exp(logs)) / 2.0
    some = np.where(small > 0.0, small, 1.0)
    return np.asarray(-small * np.log(some) - large * np.log(large))


def mutual_information(log_magnitude: ArrayLike) -> FloatArray:
    """Return I(S:E) = 2 S(ρ_S) in nats."""
    return 2.0 * entropy_vn(log_magnitude)
