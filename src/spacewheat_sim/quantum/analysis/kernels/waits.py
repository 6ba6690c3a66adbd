"""Compiled loops over the waits of a jump log.

Shapes: ``n`` waits; ``P`` pairs of a landing and a source; ``J`` cells of time with
``K`` coefficients each; ``A`` modes.
"""

from __future__ import annotations

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
def moments(pairs, times, step, found, out):
    """Add xᵏ/z of each wait that a table holds to ``out``, (P, J, K), by its cell.

    Args:
        pairs: Which row, (n,).
        times: τ in s, (n,).
        step: Length of a cell in s.
        found: z of ψ(τ), (n,).
        out: Complex; x as of :func:`amplitudes`.
    """
    cells = out.shape[1]
    for n in range(times.size):
        place = times[n] / step
        if times[n] > step * cells:
            continue
        cell = min(int(place), cells - 1)
        x = place - cell
        power = 1.0 / found[n]
        row = out[pairs[n], cell]
        for k in range(row.size):
            row[k] += power
            power *= x
