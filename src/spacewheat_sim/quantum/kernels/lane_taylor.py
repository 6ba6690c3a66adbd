"""Compiled loops of the series of eight kets, each over a step of its own length.

The series are those of :mod:`spacewheat_sim.quantum.kernels.taylor_ket`. Shapes: ``N``
states, ``R`` rows and ``J`` terms of the drive; kets as real and imaginary parts
(N, 2, 8), with the eight lanes in the last axis.
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.quantum.kernels.lanes import (
    LANES,
    any_nonzero,
    kept_above,
    load,
    splat,
    square_root,
    store,
)


@njit(error_model="numpy")
def shifted_series(series, x, share, work, v, out):
    """Write Σ_j d_j (x + share·y)ʲ as a series in y to lane ``v`` of ``out``.

    ``series`` is (R, J), ``work`` (J,) and ``out`` (R, J, 8).
    """
    degree = series.shape[1]
    for r in range(series.shape[0]):
        for j in range(degree):
            work[j] = series[r, j]
        if x > 0.0:
            for i in range(degree - 1):
                for j in range(degree - 2, i - 1, -1):
                    work[j] += x * work[j + 1]
        power = 1.0
        for j in range(degree):
            out[r, j, v] = work[j] * power
            power *= share


@njit(error_model="numpy")
def drive_to_come(series, row_of, later):
    """Bound the norm of all terms j ≥ m of each lane's drive, in ``later`` (J + 1, 8).

    It is the sum over j of the largest energy and the largest decay. Rows of energies
    come first, those of decays next, as in :class:`DrivenRows`.
    """
    energies = 0
    decays = 0
    for i in range(row_of.shape[0]):
        energies += row_of[i, 0] >= 0
        decays += row_of[i, 1] >= 0
    degree = series.shape[1]
    store(splat(0.0), later[degree])
    for j in range(degree - 1, -1, -1):
        for v in range(LANES):
            energy = 0.0
            decay = 0.0
            for r in range(energies):
                energy = max(energy, abs(series[r, j, v]))
            for r in range(energies, energies + decays):
                decay = max(decay, abs(series[r, j, v]))
            later[j, v] = later[j + 1, v] + (energy + decay)


@njit(error_model="numpy")
def expand(
    matrix, row_of, series, later, h, bound, tolerance, coefficients, sizes, end
):
    """Expand a step as :func:`expand_each`, with one ``bound`` for all lanes."""
    bounds = np.empty(LANES)
    store(splat(bound), bounds)
    return expand_each(
        matrix, row_of, series, later, h, bounds, tolerance, coefficients, sizes, end
    )


@njit(error_model="numpy", forceinline=True)
def next_term(matrix, row_of, series, coefficients, k, scale, end):
    """Write c_{k+1} and add it to ``end``; return its square, a vector of lanes."""
    indptr, indices, re, im = matrix
    kets = coefficients[k]
    out = coefficients[k + 1]
    square = splat(0.0)
    for i in range(row_of.shape[0]):
        # Four sums, since each waits for its own last product only.
        a = splat(0.0)
        b = splat(0.0)
        c = splat(0.0)
        d = splat(0.0)
        for p in range(indptr[i], indptr[i + 1]):
            other = kets[indices[p]]
            other_re = load(other[0])
            other_im = load(other[1])
            a += re[p] * other_im
            d += re[p] * other_re
            if im[p] != 0.0:  # most couplings are real
                b += im[p] * other_re
                c += im[p] * other_im
        if row_of[i, 0] >= 0:
            terms = series[row_of[i, 0]]
            for j in range(min(k + 1, series.shape[1])):
                energy = load(terms[j])
                past = coefficients[k - j, i]
                a += energy * load(past[1])
                d += energy * load(past[0])
        if row_of[i, 1] >= 0:
            terms = series[row_of[i, 1]]
            for j in range(min(k + 1, series.shape[1])):
                decay = load(terms[j])
                past = coefficients[k - j, i]
                b = b - decay * load(past[0])
                c = c - decay * load(past[1])
        a = scale * (a + b)
        c = scale * (c - d)
        store(a, out[i, 0])
        store(c, out[i, 1])
        store(load(end[i, 0]) + a, end[i, 0])
        store(load(end[i, 1]) + c, end[i, 1])
        square = square + a * a + c * c
    return square


@njit(error_model="numpy")
def expand_each(
    matrix, row_of, series, later, h, bounds, tolerance, coefficients, sizes, end
):
    """Expand a step of all lanes from the kets ``coefficients[0]``.

    A lane whose series has converged adds zeros from then on, so that its numbers do
    not depend on how long its neighbors take.

    Args:
        matrix: H − iΓ/2, an :class:`EffectiveHamiltonian`.
        row_of: Rows of ``series`` of each state's energy and decay, or −1, (N, 2).
        series: The drive over each lane's step, (R, J, 8).
        later: What :func:`drive_to_come` says of it, (J + 1, 8).
        h: Length of each lane's step in seconds, (8,).
        bounds: Upper bound on ‖A‖ with the drive over each lane's step, (8,).
        tolerance: Largest norm of the neglected terms, per second.
        coefficients: The c_k, (M + 1, N, 2, 8), written from k = 1 on.
        sizes: Receives the norms of the terms, (M + 1, 8).
        end: Receives the kets at the end, not normalized, (N, 2, 8).

    Returns:
        The number of the last term, or −1 where M terms do not suffice.
    """
    norms = load(bounds)
    reach = norms * load(h)
    running = load(h)
    nearest = np.inf
    for v in range(LANES):
        if h[v] > 0.0:
            nearest = min(nearest, bounds[v] * h[v])
    copy_kets(coefficients[0], end)
    store(splat(1.0), sizes[0])
    for k in range(coefficients.shape[0] - 1):
        scale = running * (1.0 / (k + 1))
        square = next_term(matrix, row_of, series, coefficients, k, scale, end)
        size = square_root(square)
        store(size, sizes[k + 1])
        if nearest > 0.5 * (k + 2):
            continue
        # The bound on later terms is that of ``to_come``: it is to be less than
        # (1 − h · bound / (k + 2)) times the tolerance.
        # Of a lane that spans more than half of k + 2 the bound says nothing yet.
        rest = size * norms + kept_above(splat(np.inf), 2.0 * reach, splat(k + 2.0))
        for i in range(max(0, k + 2 - later.shape[0]), k + 1):
            rest += load(sizes[i]) * load(later[k + 1 - i])
        limit = splat(tolerance * (k + 2)) - reach * tolerance
        running = kept_above(running, rest, limit)
        if not any_nonzero(running):
            return k + 1
    return -1


@njit(error_model="numpy")
def copy_kets(kets, out):
    """Copy ``kets`` (N, 2, 8) to ``out``."""
    for i in range(kets.shape[0]):
        store(load(kets[i, 0]), out[i, 0])
        store(load(kets[i, 1]), out[i, 1])


@njit(error_model="numpy")
def sums_of(kets, decay, squares, rates):
    """Write ‖ψ‖² and Σ Γ_i |ψ_i|² of all lanes to ``squares`` and ``rates``, (8,)."""
    total = splat(0.0)
    rate = splat(0.0)
    for i in range(decay.size):
        a = load(kets[i, 0])
        b = load(kets[i, 1])
        population = a * a + b * b
        total += population
        rate += decay[i] * population
    store(total, squares)
    store(rate, rates)


@njit(error_model="numpy")
def normalize(kets, squares):
    """Divide the kets of all lanes (N, 2, 8) by the roots of ``squares`` (8,)."""
    inverse = np.empty(LANES)
    for v in range(LANES):
        inverse[v] = 1.0 / np.sqrt(squares[v]) if squares[v] > 0.0 else 0.0
    factor = load(inverse)
    for i in range(kets.shape[0]):
        store(load(kets[i, 0]) * factor, kets[i, 0])
        store(load(kets[i, 1]) * factor, kets[i, 1])


@njit(error_model="numpy")
def evaluate(coefficients, order, x, out):
    """Write Σ_k c_k xᵏ, each lane at its own ``x`` (8,), to ``out`` (N, 2, 8)."""
    place = load(x)
    for i in range(out.shape[0]):
        a = load(coefficients[order, i, 0])
        b = load(coefficients[order, i, 1])
        for k in range(order - 1, -1, -1):
            a = a * place + load(coefficients[k, i, 0])
            b = b * place + load(coefficients[k, i, 1])
        store(a, out[i, 0])
        store(b, out[i, 1])
