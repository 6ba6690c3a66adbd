"""Compiled loops over the waits of a jump log.

Shapes: ``n`` waits; ``P`` pairs of a landing and a source; ``J`` cells of time with
``K`` coefficients each; ``A`` modes.
"""

from __future__ import annotations

import math

from spacewheat_sim.kernel_cache import njit

# |z|² that products of some may hold, and such products before their logarithm is due.
LEAST, MOST = 1e-100, 1e100
LOW, HIGH = 1e-150, 1e150


@njit(error_model="numpy")
def grouped(pairs, next_places, order):
    """Write the numbers of all waits to ``order`` (n,), those of a pair together.

    Args:
        pairs: Which pair each is of, (n,).
        next_places: Where those of each pair begin, overwritten, (P,).
        order: Integers, (n,).
    """
    for n in range(pairs.size):
        p = pairs[n]
        order[next_places[p]] = n
        next_places[p] += 1


@njit(error_model="numpy", forceinline=True)
def polynomial(row, x):
    """Return Re and Im of Σ_k c_k x^k for c (K, 2), even and odd powers apart."""
    last = row.shape[0] - 1
    square = x * x
    re = row[last, 0]
    im = row[last, 1]
    other_re = row[last - 1, 0]
    other_im = row[last - 1, 1]
    for k in range(last - 2, 0, -2):
        re = re * square + row[k, 0]
        im = im * square + row[k, 1]
        other_re = other_re * square + row[k - 1, 0]
        other_im = other_im * square + row[k - 1, 1]
    return re * x + other_re, im * x + other_im


@njit(error_model="numpy")
def log_sizes(begins, times, step, cells, logarithms, out):
    """Write Σ ln|ψ(τ)| over the waits of each pair to ``out`` (P,).

    Squares of sizes are multiplied, and a logarithm taken of many at once.

    Args:
        begins: Where the waits of each pair begin, (P + 1,).
        times: τ in s, those of a pair together, (n,).
        step: Length of a cell in s.
        cells: ψ = e^l Σ_k c_k x^k with x = τ/step − cell, (P, J, K, 2), K even.
        logarithms: l of each cell, (P, J).
        out: −∞ where some ψ is 0.
    """
    most = cells.shape[1] - 1
    for p in range(begins.size - 1):
        total = 0.0
        product = 1.0
        for n in range(begins[p], begins[p + 1]):
            place = times[n] / step
            cell = int(min(place, most))
            re, im = polynomial(cells[p, cell], place - cell)
            total += logarithms[p, cell]
            square = re * re + im * im
            if not LEAST < square < MOST:
                total += math.log(math.hypot(re, im))
                continue
            product *= square
            if not LOW < product < HIGH:
                total += 0.5 * math.log(product)
                product = 1.0
        out[p] = total + 0.5 * math.log(product)


@njit(error_model="numpy")
def amplitudes(begins, times, step, cells, logarithms, out, sizes):
    """Write z of ψ(τ) = z e^l of each wait to ``out`` and l to ``sizes``, (n,) each.

    Args:
        begins: As of :func:`log_sizes`, as are the next four.
        times: (n,).
        step: In s.
        cells: (P, J, K, 2).
        logarithms: (P, J).
        out: Complex, (n,).
        sizes: Real, (n,).
    """
    most = cells.shape[1] - 1
    for p in range(begins.size - 1):
        for n in range(begins[p], begins[p + 1]):
            place = times[n] / step
            cell = int(min(place, most))
            re, im = polynomial(cells[p, cell], place - cell)
            out[n] = complex(re, im)
            sizes[n] = logarithms[p, cell]


@njit(error_model="numpy")
def moments(begins, times, step, found, out):
    """Add xᵏ/z of each wait that a table holds to ``out``, (P, J, K), by its cell.

    Args:
        begins: Where the waits of each pair begin, (P + 1,).
        times: τ in s, those of a pair together, (n,).
        step: Length of a cell in s.
        found: z of ψ(τ), (n,).
        out: Complex; x as of :func:`amplitudes`.
    """
    cells = out.shape[1]
    for p in range(begins.size - 1):
        for n in range(begins[p], begins[p + 1]):
            place = times[n] / step
            if times[n] > step * cells:
                continue
            cell = int(min(place, cells - 1))
            x = place - cell
            power = 1.0 / found[n]
            row = out[p, cell]
            for k in range(row.size):
                row[k] += power
                power *= x
