"""The order of nodes around an oval that keeps strong connections short."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import FloatArray, IndexArray

MOST_SWAPS = 2000  # a limit that graphs of a few hundred nodes do not reach


def circular_order(weights: FloatArray) -> IndexArray:
    """Return node numbers in their order around a circle.

    From the given order, the best swap of two nodes is made until none shortens
    Σ_ij w_ij d_ij, where d counts the places between two nodes the shorter way around.
    Short connections rarely cross.

    Args:
        weights: Symmetric and non-negative with a zero diagonal, shape (n, n).
    """
    count = len(weights)
    places = np.arange(count)
    apart = np.abs(places[:, None] - places[None, :])
    distance = np.minimum(apart, count - apart).astype(float)
    order = np.arange(count)
    for _ in range(MOST_SWAPS):
        gain = _swap_gains(weights[np.ix_(order, order)], distance)
        best = int(np.argmax(gain))
        if gain.size == 0 or gain.flat[best] <= 1e-9 * weights.max():
            break
        i, j = divmod(best, count)
        order[[i, j]] = order[[j, i]]
    return order


def _swap_gains(weights: FloatArray, distance: FloatArray) -> FloatArray:
    """Return by how much Σ_ij w_ij d_ij / 2 shrinks as the nodes at i and j swap.

    With cost(a at b) = Σ_k w_ak d_bk, a swap changes the sum by cost(i at j) +
    cost(j at i) − cost(i at i) − cost(j at j), and the pair's own connection, which
    keeps its length, must be put back.
    """
    cost = weights @ distance
    own = np.diag(cost)
    moved = cost + cost.T + 2 * weights * distance
    gains: FloatArray = own[:, None] + own[None, :] - moved
    return gains
