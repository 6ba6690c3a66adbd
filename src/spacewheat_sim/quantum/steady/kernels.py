"""Compiled loops of steady states: elimination without subtraction, exact residuals.

Shapes: ``N`` states, ``C`` landings, ``K`` jumps.
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit

ROUNDING = 2.0**-53
SPLITTER = 134217729.0  # 2²⁷ + 1
# Where unnormalized weights are scaled down, and by how much.
LARGE = 2.0**600


@njit()
def total_rates(sources, targets, rates, n):  # type: ignore[no-untyped-def]
    """Return Γ, the total rate out of each state, (N,), and W, (N, N)."""
    decay = np.zeros(n)
    feed = np.zeros((n, n))
    for k in range(rates.size):
        decay[sources[k]] += rates[k]
        feed[targets[k], sources[k]] += rates[k]
    return decay, feed


@njit()
def connected(hamiltonian):  # type: ignore[no-untyped-def]
    """Return a label for each part that H connects, (N,), 0 for that of state 0."""
    n = hamiltonian.shape[0]
    labels = np.full(n, -1)
    stack = np.empty(n, dtype=np.int64)
    count = 0
    for first in range(n):
        if labels[first] >= 0:
            continue
        labels[first] = count
        stack[0] = first
        depth = 1
        while depth:
            depth -= 1
            i = stack[depth]
            for j in range(n):
                if labels[j] < 0 and hamiltonian[i, j] != 0.0:
                    labels[j] = count
                    stack[depth] = j
                    depth += 1
        count += 1
    return labels


@njit()
def norm(matrix):  # type: ignore[no-untyped-def]
    """Return √Σ|m_ij|²."""
    total = 0.0
    for x in matrix.flat:
        total += x.real * x.real + x.imag * x.imag
    return np.sqrt(total)


@njit()
def modal_errors(b, values, vectors, inverse, overlaps, times, starts):  # type: ignore[no-untyped-def]
    """Bound the errors of M_it = Σ_ab V_ia V_ib* G_ab U_at U_bt*, U ≈ V⁻¹.

    With B̃ = V diag(λ) V⁻¹ in place of B, and a start VU|t⟩ = |t⟩ + |φ_t⟩, the error of
    M_it is at most S_i (2 ‖B − B̃‖ T_t + ‖φ_t‖²) + 2 ‖φ_t‖ √(S_i M_it), where T_t = Σ_i
    M_it and S_i is the sum of M_is over all states s. The rounding of the sum is at
    most that of its terms, whose sizes add up to (Σ_a |V_ia| √G_aa |U_at|)² at most.

    Args:
        b: B, (n, n).
        values: λ, (n,).
        vectors: V, (n, n).
        inverse: U, (n, n).
        overlaps: G, (n, n).
        times: M, (n, c).
        starts: The landings t, (c,).

    Returns:
        The bounds (n, c), empty where they would not hold: S is not known to a half.
    """
    n, c = times.shape
    terms = 0
    for i in range(n):
        terms = max(terms, int(np.count_nonzero(b[i])))
    sizes, back = np.abs(vectors), np.abs(inverse)
    misfit = norm(np.dot(b, vectors) - vectors * values)
    misfit += (
        (4 + terms) * ROUNDING * norm(np.dot(np.abs(b), sizes) + sizes * np.abs(values))
    )
    misfit = misfit * norm(inverse) + 2 * ROUNDING * norm(b)
    strays = np.dot(vectors, inverse)
    grown = np.dot(sizes, back)
    stray = np.empty(n)
    for t in range(n):
        strays[t, t] -= 1.0
        stray[t] = norm(strays[:, t]) + (4 + np.sqrt(n)) * ROUNDING * norm(grown[:, t])
    # S_i = Σ_ab V_ia G_ab (UU†)_ab V_ib*
    inner = np.dot(vectors, overlaps * np.dot(inverse, inverse.conj().T.copy()))
    spent = np.empty(n)
    for i in range(n):
        spent[i] = abs((inner[i] * vectors[i].conj()).sum().real)
        for a in range(n):
            sizes[i, a] *= np.sqrt(overlaps[a, a].real)
    doubt = 2 * (misfit * spent.sum() + stray.sum())
    if not doubt < 0.5:
        return np.empty((0, 0))
    sums = np.dot(sizes, back)
    errors = np.empty((n, c))
    for k in range(c):
        t = starts[k]
        whole = np.abs(times[:, k]).sum()
        for i in range(n):
            error = spent[i] * (2 * misfit * whole + stray[t] ** 2)
            error += 2 * stray[t] * np.sqrt(spent[i] * abs(times[i, k]))
            error += 16 * ROUNDING * sums[i, t] ** 2
            errors[i, k] = error / (1 - doubt)
    return errors


@njit()
def eliminate(chain, source):  # type: ignore[no-untyped-def]
    """Solve a Markov chain by Grassmann, Taksar and Heyman's elimination.

    No number is ever subtracted from another, so that each keeps its digits.

    Args:
        chain: Probabilities q_kt from t to k; what is on the diagonal is not used. Used
            up, (C, C).
        source: s with Σ s = 0, used up, (C,).

    Returns:
        The stationary distribution π = qπ with π_0 = 1 (scaled down where it would
        overflow), the solution of (1 − q)x = s with x_0 = 0, and the rates out of each
        state into those before it, when those after it are taken out, each (C,). Their
        product (from 1 on) times π_j is the sum of all spanning trees into j.
    """
    c = chain.shape[0]
    out = np.ones(c)
    for m in range(c - 1, 0, -1):
        total = 0.0
        for j in range(m):
            total += chain[j, m]
        out[m] = total
        for k in range(m):
            share = chain[k, m] / total if total > 0.0 else 0.0
            source[k] += share * source[m]
            if share > 0.0:
                for j in range(m):
                    chain[k, j] += share * chain[m, j]
    stationary = np.zeros(c)
    stationary[0] = 1.0
    solution = np.zeros(c)
    for m in range(1, c):
        weight = 0.0
        value = source[m]
        for j in range(m):
            weight += chain[m, j] * stationary[j]
            value += chain[m, j] * solution[j]
        if out[m] > 0.0:
            stationary[m] = weight / out[m]
            solution[m] = value / out[m]
        elif weight > 0.0:
            stationary[m] = np.inf
        if LARGE < stationary[m] < np.inf:
            stationary[: m + 1] /= stationary[m]
    return stationary, solution, out


@njit()
def settle(feed, times, errors):  # type: ignore[no-untyped-def]
    """Return where a chain of landings with q = WM settles, and bounds on it.

    Args:
        feed: W into the landings, (C, N).
        times: M, (N, C).
        errors: Bounds on the errors of M, (N, C).

    Returns:
        Weights of the landings (C,), populations (N,), and lower and upper bounds on
        these.
    """
    c = feed.shape[0]
    unused = np.zeros(c)
    weights = eliminate(np.dot(feed, times), unused)[0]
    order = np.argsort(-weights, kind="mergesort")  # so that no weight overflows
    feed, times, errors = feed[order], times[:, order], errors[:, order]
    weights = eliminate(np.dot(feed, times), unused)[0]
    less, more = np.maximum(times - errors, 0.0), times + errors
    low, _, low_rates = eliminate(np.dot(feed, less), unused)
    high, _, high_rates = eliminate(np.dot(feed, more), unused)
    gap = 1.0
    for m in range(1, c):
        gap = gap * high_rates[m] / low_rates[m] if low_rates[m] > 0.0 else np.inf
    populations = np.dot(times, weights)
    lower, upper = np.dot(less, low), np.dot(more, high)
    least, most, total = lower.sum(), gap * upper.sum(), populations.sum()
    landings = np.empty(c)
    landings[order] = weights / total
    upper = gap * upper / least if least > 0.0 else np.full(upper.size, np.inf)
    return landings, populations / total, lower / most, upper


@njit(inline="always")
def two_sum(a, b):  # type: ignore[no-untyped-def]
    """Return a + b and what its rounding lost."""
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t)


@njit(inline="always")
def two_product(a, b):  # type: ignore[no-untyped-def]
    """Return a·b and what its rounding lost."""
    p = a * b
    t = SPLITTER * a
    a_high = t - (t - a)
    a_low = a - a_high
    t = SPLITTER * b
    b_high = t - (t - b)
    b_low = b - b_high
    return p, ((a_high * b_high - p) + a_high * b_low + a_low * b_high) + a_low * b_low


@njit(inline="always")
def add_product(high, low, a, b, b_rest):  # type: ignore[no-untyped-def]
    """Return (high + low) + a·(b + b_rest) as such a pair."""
    p, e = two_product(a, b)
    s, f = two_sum(high, p)
    f += low + (e + a * b_rest)
    return two_sum(s, f)


@njit(inline="always")
def add_complex(total, w, z, z_rest):  # type: ignore[no-untyped-def]
    """Return a sum (re, its rest, im, its rest) with w·(z + z_rest) added."""
    re, re_rest, im, im_rest = total
    re, re_rest = add_product(re, re_rest, w.real, z.real, z_rest.real)
    re, re_rest = add_product(re, re_rest, -w.imag, z.imag, z_rest.imag)
    im, im_rest = add_product(im, im_rest, w.real, z.imag, z_rest.imag)
    im, im_rest = add_product(im, im_rest, w.imag, z.real, z_rest.real)
    return re, re_rest, im, im_rest


@njit()
def total_decay(sources, rates, n):  # type: ignore[no-untyped-def]
    """Return Γ, the total rate out of each state, and its rests, (N,) and (N,)."""
    decay, rest = np.zeros(n), np.zeros(n)
    for k in range(rates.size):
        s = sources[k]
        decay[s], lost = two_sum(decay[s], rates[k])
        rest[s] += lost
    return decay, rest


@njit()
def jump_flows(sources, targets, rates, rho, rest, high, low):  # type: ignore[no-untyped-def]
    """Add what jumps change of the populations to ``high`` and ``low``, (N,) each."""
    for k in range(rates.size):
        s, t = sources[k], targets[k]
        if s != t:
            x, y = rho[s, s].real, rest[s, s].real
            high[t], low[t] = add_product(high[t], low[t], rates[k], x, y)
            high[s], low[s] = add_product(high[s], low[s], -rates[k], x, y)


@njit()
def slope(hamiltonian, sources, targets, rates, rho, rest):  # type: ignore[no-untyped-def]
    """Return dρ/dt, summed in twice the digits of a double and then rounded, (N, N).

    Energies enter by their differences, and each jump takes from one state what it
    gives to the other, so that neither constants nor fast exchange hide what is slow.

    Args:
        hamiltonian: H, (N, N).
        sources: s_k, (K,).
        targets: t_k, (K,).
        rates: γ_k, (K,).
        rho: Hermitian ρ to double precision, (N, N).
        rest: What is to be added to it, (N, N).
    """
    n = hamiltonian.shape[0]
    decay, decay_rest = total_decay(sources, rates, n)
    high, low = np.zeros(n), np.zeros(n)
    jump_flows(sources, targets, rates, rho, rest, high, low)
    columns = np.zeros((n, n), dtype=np.int64)
    filled = np.zeros(n, dtype=np.int64)
    for i in range(n):
        for k in range(n):
            if k != i and hamiltonian[i, k] != 0.0:
                columns[i, filled[i]] = k
                filled[i] += 1
    out = np.zeros((n, n), dtype=np.complex128)
    for i in range(n):
        for j in range(i, n):
            total = (high[i], low[i], 0.0, 0.0) if i == j else (0.0, 0.0, 0.0, 0.0)
            for q in range(filled[i]):
                k = columns[i, q]
                total = add_complex(
                    total, -1j * hamiltonian[i, k], rho[k, j], rest[k, j]
                )
            for q in range(filled[j]):
                k = columns[j, q]
                total = add_complex(
                    total, 1j * hamiltonian[k, j], rho[i, k], rest[i, k]
                )
            if i != j:
                gap, gap_rest = two_sum(hamiltonian[i, i].real, -hamiltonian[j, j].real)
                loss, loss_rest = two_sum(decay[i], decay[j])
                loss_rest += decay_rest[i] + decay_rest[j]
                w = -0.5 * loss - 1j * gap
                w_rest = -0.5 * loss_rest - 1j * gap_rest
                total = add_complex(total, w, rho[i, j], rest[i, j])
                total = add_complex(total, w_rest, rho[i, j], 0j)
            out[i, j] = total[0] + 1j * total[2]
            out[j, i] = total[0] - 1j * total[2]
    return out
