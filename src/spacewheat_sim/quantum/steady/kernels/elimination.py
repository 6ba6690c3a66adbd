"""Compiled elimination without subtraction, for chains of ``C`` landings."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit

# Weights above this are scaled down.
LARGE = 2.0**600


@njit()
def eliminate(chain, last, source):
    """Solve a Markov chain by Grassmann, Taksar and Heyman's elimination.

    No number is ever subtracted from another, so that each keeps its digits.

    Args:
        chain: Probabilities q_kt from t to k; what is on the diagonal is not used. Used
            up, (C, C).
        last: The state that is never taken out.
        source: s with Σ s = 0, used up, (C,).

    Returns:
        The stationary distribution π = qπ with π_last = 1 (scaled down where it would
        overflow); the solution of (1 − q)x = s with x_last = 0; and the rates out of
        each state into those that are taken out after it, 1 for the last, each (C,).
        Their product times π_j is the sum of all spanning trees into j.
    """
    c = chain.shape[0]
    order = np.zeros(c, dtype=np.int64)
    for m in range(c):
        order[m] = m
    order[0], order[last] = last, 0
    out = np.ones(c)
    for place in range(c - 1, 0, -1):
        m = order[place]
        total = 0.0
        for rest in range(place):
            total += chain[order[rest], m]
        out[m] = total
        for rest in range(place):
            k = order[rest]
            share = chain[k, m] / total if total > 0.0 else 0.0
            source[k] += share * source[m]
            if share > 0.0:
                for j in range(c):
                    chain[k, j] += share * chain[m, j]
    stationary = np.zeros(c)
    solution = np.zeros(c)
    stationary[last] = 1.0
    for place in range(1, c):
        m = order[place]
        weight = 0.0
        value = source[m]
        for rest in range(place):
            j = order[rest]
            weight += chain[m, j] * stationary[j]
            value += chain[m, j] * solution[j]
        if out[m] > 0.0:
            stationary[m] = weight / out[m]
            solution[m] = value / out[m]
        elif weight > 0.0:
            stationary[m] = np.inf
        if LARGE < stationary[m] < np.inf:
            scale = 1.0 / stationary[m]
            for j in range(c):
                stationary[j] *= scale
    return stationary, solution, out


@njit()
def most_frequent(chain):
    """Return the state that is most often in a chain: no π is then above 1."""
    weights = eliminate(chain.copy(), 0, np.zeros(chain.shape[0]))[0]
    best = 0
    for k in range(weights.size):
        if weights[k] > weights[best]:
            best = k
    return best


@njit()
def respond(chain, source):
    """Return a solution of (1 − q)x = s, both used up; others differ by π."""
    return eliminate(chain, most_frequent(chain), source)[1]


@njit()
def settle(chain, less, more, times, errors):
    """Return where a chain settles, and bounds on the populations.

    Args:
        chain: q = WM, used up as are the next two, (C, C).
        less: The same for M less its errors.
        more: The same for M and its errors.
        times: M, (N, C).
        errors: Bounds on the errors of M, (N, C).

    Returns:
        How often each landing is made (C,), the populations (N,), and lower and upper
        bounds on these.
    """
    n, c = times.shape
    last = most_frequent(chain)
    unused = np.zeros(c)
    weights = eliminate(chain, last, unused)[0]
    low, _, low_rates = eliminate(less, last, unused)
    high, _, high_rates = eliminate(more, last, unused)
    gap = 1.0
    for m in range(c):
        gap = gap * high_rates[m] / low_rates[m] if low_rates[m] > 0.0 else np.inf
    populations, lower, upper = np.zeros(n), np.zeros(n), np.zeros(n)
    total, least, most = 0.0, 0.0, 0.0
    for i in range(n):
        for t in range(c):
            populations[i] += times[i, t] * weights[t]
            lower[i] += max(times[i, t] - errors[i, t], 0.0) * low[t]
            upper[i] += (times[i, t] + errors[i, t]) * high[t]
        total += populations[i]
        least += lower[i]
        most += upper[i]
    for i in range(n):
        populations[i] /= total
        lower[i] /= gap * most
        upper[i] = upper[i] * gap / least if least > 0.0 else np.inf
    for t in range(c):
        weights[t] /= total
    return weights, populations, lower, upper
