"""Compiled loops over the waits of a jump log.

Shapes: ``n`` waits; ``P`` pairs of a landing and a source; ``J`` cells of time with
``K`` coefficients each; ``A`` modes.
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit


@njit(error_model="numpy")
def amplitudes(pairs, times, step, cells, logarithms, out, sizes):
    """Write z of ψ(τ) = z e^l of each wait to ``out`` and l to ``sizes``, (n,) each.

    Args:
        pairs: Which row of the table, (n,).
        times: τ in s, (n,).
        step: Length of a cell in s.
        cells: z = Σ_k c_k x^k with x = τ/step − cell, (P, J, K).
        logarithms: l of each cell, (P, J).
        out: Complex, (n,).
        sizes: Real, (n,).
    """
    most = cells.shape[1] - 1
    order = cells.shape[2]
    for n in range(times.size):
        place = times[n] / step
        cell = min(int(place), most)
        x = place - cell
        row = cells[pairs[n], cell]
        total = row[order - 1]
        for k in range(order - 2, -1, -1):
            total = total * x + row[k]
        out[n] = total
        sizes[n] = logarithms[pairs[n], cell]


@njit(error_model="numpy")
def exponential_sums(pairs, times, found, logarithms, values, sums, slopes):
    """Add e^{λ_a τ}/ψ of each wait to ``sums`` (P, A), and τ times it to ``slopes``.

    ψ = z e^l, with z ``found`` and l ``logarithms``, (n,) each.
    """
    for n in range(times.size):
        p = pairs[n]
        weight = 1.0 / found[n]
        for a in range(values.size):
            term = weight * np.exp(values[a] * times[n] - logarithms[n])
            sums[p, a] += term
            slopes[p, a] += times[n] * term
