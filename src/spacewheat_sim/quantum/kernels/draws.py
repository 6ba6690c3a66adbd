"""Compiled draws: of the start of a trajectory, and of the channel of a jump."""

from __future__ import annotations

from spacewheat_sim.kernel_cache import njit


@njit(error_model="numpy")
def draw_start(shares, draw):
    """Return the start that ``draw`` in [0, 1) selects, by cumulative ``shares``."""
    m = 0
    while m < shares.size - 1 and shares[m] <= draw:
        m += 1
    return m


@njit(error_model="numpy")
def draw_channel(weights, draw, decay, order, channels, rates):
    """Return the channel that ``draw`` in [0, Σ weights) selects.

    ``weights`` (N,) are Γ_i p_i. The source i is drawn first, and what is left of
    ``draw`` then selects one of its channels, ``channels[order[i]:order[i + 1]]``, by
    their ``rates`` (K,).
    """
    last = -1
    for i in range(weights.size):
        if weights[i] > 0.0:
            last = i
            if draw < weights[i]:
                break
            draw -= weights[i]
    rest = draw / weights[last] * decay[last]
    k = order[last]
    while k < order[last + 1] - 1 and rest >= rates[channels[k]]:
        rest -= rates[channels[k]]
        k += 1
    return channels[k]
