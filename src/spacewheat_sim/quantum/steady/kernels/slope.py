"""Compiled loops on H and jumps: what is connected, and dρ/dt in twice the digits.

Shapes: ``N`` states, ``K`` jumps.
"""

from __future__ import annotations

import math

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.quantum.arithmetic.kernels.exact_products import two_product

# Powers of two up to which energies may go: a constant in them may be of any size.
LARGEST_EXPONENT = 1000


@njit()
def middle_exponent(hamiltonian, rates):
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
def total_rates(sources, targets, rates, n):
    """Return Γ, the total rate out of each state, (N,), and W, (N, N)."""
    decay = np.zeros(n)
    feed = np.zeros((n, n))
    for k in range(rates.size):
        decay[sources[k]] += rates[k]
        feed[targets[k], sources[k]] += rates[k]
    return decay, feed


@njit()
def connected(hamiltonian):
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


@njit(inline="always")
def two_sum(a, b):
    """Return a + b and what its rounding lost."""
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t)


@njit(inline="always")
def add_product(high, low, a, b, b_rest):
    """Return (high + low) + a·(b + b_rest) as such a pair."""
    p, e = two_product(a, b)
    s, f = two_sum(high, p)
    f += low + (e + a * b_rest)
    return two_sum(s, f)


@njit(inline="always")
def add_complex(total, w, z, z_rest):
    """Return a sum (re, its rest, im, its rest) with w·(z + z_rest) added."""
    re, re_rest, im, im_rest = total
    re, re_rest = add_product(re, re_rest, w.real, z.real, z_rest.real)
    re, re_rest = add_product(re, re_rest, -w.imag, z.imag, z_rest.imag)
    im, im_rest = add_product(im, im_rest, w.real, z.imag, z_rest.imag)
    im, im_rest = add_product(im, im_rest, w.imag, z.real, z_rest.real)
    return re, re_rest, im, im_rest


@njit()
def total_decay(sources, rates, n):
    """Return Γ, the total rate out of each state, and its rests, (N,) and (N,)."""
    decay, rest = np.zeros(n), np.zeros(n)
    for k in range(rates.size):
        s = sources[k]
        decay[s], lost = two_sum(decay[s], rates[k])
        rest[s] += lost
    return decay, rest


@njit()
def jump_flows(sources, targets, rates, rho, rest, high, low):
    """Add what jumps change of the populations to ``high`` and ``low``, (N,) each."""
    for k in range(rates.size):
        s, t = sources[k], targets[k]
        if s != t:
            x, y = rho[s, s].real, rest[s, s].real
            high[t], low[t] = add_product(high[t], low[t], rates[k], x, y)
            high[s], low[s] = add_product(high[s], low[s], -rates[k], x, y)


@njit()
def prospects(sources, targets, rates, sigma, rest, high, low):
    """Add what jumps do to the values of their sources to ``high`` and ``low``."""
    for k in range(rates.size):
        s, t = sources[k], targets[k]
        if s != t:
            gain, lost = two_sum(sigma[t, t].real, -sigma[s, s].real)
            lost += rest[t, t].real - rest[s, s].real
            high[s], low[s] = add_product(high[s], low[s], rates[k], gain, lost)


@njit()
def slope(hamiltonian, sources, targets, rates, rho, rest):
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
    return left_over(
        hamiltonian,
        sources,
        targets,
        rates,
        np.zeros_like(rho),
        np.zeros_like(rho),
        rho,
        rest,
        np.zeros(2),
        rho,
        rest,
    )


@njit()
def left_over(
    hamiltonian, sources, targets, rates, x, x_rest, y, y_rest, point, other, other_rest
):
    """Return X − aY + bZ + LY, summed as :func:`slope` is, (N, N).

    Args:
        hamiltonian: H, (N, N).
        sources: s_k, (K,).
        targets: t_k, (K,).
        rates: γ_k, (K,).
        x: Hermitian X, (N, N).
        x_rest: What is to be added to it, (N, N).
        y: Hermitian Y, (N, N).
        y_rest: What is to be added to it, (N, N).
        point: a and b, (2,).
        other: Hermitian Z, (N, N).
        other_rest: What is to be added to it, (N, N).
    """
    n = hamiltonian.shape[0]
    high, low = np.zeros(n), np.zeros(n)
    jump_flows(sources, targets, rates, y, y_rest, high, low)
    start, start_rest = x.copy(), x_rest.copy()
    for i in range(n):
        for j in range(i, n):
            z, rest = x[i, j], x_rest[i, j]
            total = (z.real, rest.real, z.imag, rest.imag)
            if i == j:
                re, lost = two_sum(z.real, high[i])
                total = (re, rest.real + (lost + low[i]), 0.0, 0.0)
            if point[0] != 0.0:
                total = add_complex(total, -point[0] + 0j, y[i, j], y_rest[i, j])
            if point[1] != 0.0:
                total = add_complex(total, point[1] + 0j, other[i, j], other_rest[i, j])
            start[i, j] = total[0] + 1j * total[2]
            start_rest[i, j] = total[1] + 1j * total[3]
    return turned_and_lost(hamiltonian, sources, rates, y, y_rest, start, start_rest)


@njit()
def adjoint_slope(hamiltonian, sources, targets, rates, sigma, rest):
    """Return L†σ, summed as :func:`slope` is, of a Hermitian σ + rest, (N, N).

    It turns the other way, and each jump gives its source the value of its target.
    """
    n = hamiltonian.shape[0]
    high, low = np.zeros(n), np.zeros(n)
    prospects(sources, targets, rates, sigma, rest, high, low)
    start, start_rest = np.zeros_like(sigma), np.zeros_like(sigma)
    for i in range(n):
        start[i, i], start_rest[i, i] = high[i], low[i]
    return turned_and_lost(-hamiltonian, sources, rates, sigma, rest, start, start_rest)


@njit()
def turned_and_lost(hamiltonian, sources, rates, rho, rest, high, low):
    """Return high + low − i[H, ρ], less ½{Γ, ρ} beside the diagonal, (N, N).

    Of ``high`` and ``low`` (N, N) what is on the diagonal and above is used.
    """
    n = hamiltonian.shape[0]
    decay, decay_rest = total_decay(sources, rates, n)
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
            z, z_rest = high[i, j], low[i, j]
            total = (z.real, z_rest.real, z.imag, z_rest.imag)
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
