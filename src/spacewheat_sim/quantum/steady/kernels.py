"""Compiled loops of steady states: elimination without subtraction, exact residuals.

Shapes: ``N`` states, ``C`` landings, ``K`` jumps.
"""

from __future__ import annotations

import math

import numpy as np

from spacewheat_sim.kernel_cache import njit

ROUNDING = 2.0**-53
SPLITTER = 134217729.0  # 2²⁷ + 1
# Powers of two up to which energies may go: a constant in them may be of any size.
LARGEST_EXPONENT = 1000
# Where unnormalized weights are scaled down, and by how much.
LARGE = 2.0**600


@njit()
def middle_exponent(hamiltonian, rates):  # type: ignore[no-untyped-def]
    """Return the power of two in the middle of all couplings and rates.

    It is more where 2^``LARGEST_EXPONENT`` of it would be less than some number.
    """
    n = hamiltonian.shape[0]
    low, high, top = 5000, -5000, -5000
    for i in range(n):
        for j in range(n):
            z = hamiltonian[i, j]
            size = max(abs(z.real), abs(z.imag))
            if size > 0.0:
                exponent = math.frexp(size)[1]
                top = max(top, exponent)
                if i != j:
                    low, high = min(low, exponent), max(high, exponent)
    for rate in rates:
        exponent = math.frexp(rate)[1]
        low, high, top = min(low, exponent), max(high, exponent), max(top, exponent)
    return max((low + high) // 2, top - LARGEST_EXPONENT, -LARGEST_EXPONENT)


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
def eliminate(chain, last, source):  # type: ignore[no-untyped-def]
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
def most_frequent(chain):  # type: ignore[no-untyped-def]
    """Return the state that is most often in a chain: no π is then above 1."""
    weights = eliminate(chain.copy(), 0, np.zeros(chain.shape[0]))[0]
    best = 0
    for k in range(weights.size):
        if weights[k] > weights[best]:
            best = k
    return best


@njit()
def respond(chain, source):  # type: ignore[no-untyped-def]
    """Return a solution of (1 − q)x = s, both used up; others differ by π."""
    return eliminate(chain, most_frequent(chain), source)[1]


@njit()
def settle(chain, less, more, times, errors):  # type: ignore[no-untyped-def]
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


@njit()
def misfit(b, values, vectors, inverse, moved, sizes):  # type: ignore[no-untyped-def]
    """Return a bound on ‖B − V diag(λ) V⁻¹‖.

    Args:
        b: B, (n, n).
        values: λ, (n,).
        vectors: V, (n, n).
        inverse: V⁻¹, (n, n).
        moved: BV, (n, n).
        sizes: |B||V|, (n, n).
    """
    n = b.shape[0]
    residual, blur, whole, back = 0.0, 0.0, 0.0, 0.0
    terms = 0
    for i in range(n):
        filled = 0
        for a in range(n):
            filled += b[i, a] != 0.0
            z = moved[i, a] - vectors[i, a] * values[a]
            residual += z.real * z.real + z.imag * z.imag
            size = sizes[i, a] + abs(vectors[i, a]) * abs(values[a])
            blur += size * size
            whole += abs(b[i, a]) ** 2
            back += abs(inverse[i, a]) ** 2
        terms = max(terms, filled)
    found = np.sqrt(residual) + (4 + terms) * ROUNDING * np.sqrt(blur)
    return found * np.sqrt(back) + 2 * ROUNDING * np.sqrt(whole)


@njit()
def modal_errors(times, starts, misfit, strays, blurs, inner, vectors, sizes):  # type: ignore[no-untyped-def]
    """Return bounds on the errors of mean times, see ``modes``; empty if none hold.

    Args:
        times: M, (n, c).
        starts: The landings, (c,).
        misfit: ‖B − B̃‖.
        strays: VU, (n, n).
        blurs: What its rounding is relative to, (n, n).
        inner: VG∘(UU†), (n, n).
        vectors: V, (n, n).
        sizes: The root of what the rounding of M is relative to, (n, n).
    """
    n, c = times.shape
    spent, stray = np.zeros(n), np.zeros(n)
    doubt = 0.0
    for i in range(n):
        total, off, blur = 0.0, 0.0, 0.0
        for a in range(n):
            total += (inner[i, a] * vectors[i, a].conjugate()).real
            z = strays[a, i] - (1.0 if a == i else 0.0)
            off += z.real * z.real + z.imag * z.imag
            blur += blurs[a, i] * blurs[a, i]
        spent[i] = abs(total)
        stray[i] = np.sqrt(off) + (4 + np.sqrt(n)) * ROUNDING * np.sqrt(blur)
        doubt += 2 * (misfit * spent[i] + stray[i])
    if not doubt < 0.5:
        return np.zeros((0, 0))
    errors = np.zeros((n, c))
    for k in range(c):
        t = starts[k]
        whole = 0.0
        for i in range(n):
            whole += abs(times[i, k])
        for i in range(n):
            error = spent[i] * (2 * misfit * whole + stray[t] * stray[t])
            error += 2 * stray[t] * np.sqrt(spent[i] * abs(times[i, k]))
            error += 16 * ROUNDING * sizes[i, t] * sizes[i, t]
            errors[i, k] = error / (1 - doubt)
    return errors


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
