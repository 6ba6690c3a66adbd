"""Compiled loops over the waits of a jump log.

Shapes: ``n`` waits; ``P`` pairs of a landing and a source; ``J`` cells of time with
``K`` coefficients each; ``A`` modes.
"""

from __future__ import annotations

from spacewheat_sim.kernel_cache import njit


@njit(error_model="numpy")
def amplitudes(pairs, times, step, cells, out):
    """Write ψ(τ) of each wait to ``out``, (n,).

    Args:
        pairs: Which row of the table, (n,).
        times: τ in s, (n,).
        step: Length of a cell in s.
        cells: Σ_k c_k x^k with x = τ/step − cell − 1/2, (P, J, K).
        out: Complex, (n,).
    """
    most = cells.shape[1] - 1
    order = cells.shape[2]
    for n in range(times.size):
        place = times[n] / step
        cell = min(int(place), most)
        x = place - cell - 0.5
        row = cells[pairs[n], cell]
        total = row[order - 1]
        for k in range(order - 2, -1, -1):
            total = total * x + row[k]
        out[n] = total


@njit(error_model="numpy")
def moments(pairs, times, step, found, out):
    """Add xᵏ/ψ of each wait to ``out``, (P, J, K), by pair and cell.

    Args:
        pairs: Which row, (n,).
        times: τ in s, (n,).
        step: Length of a cell in s.
        found: ψ(τ), (n,).
        out: Complex; x as of :func:`amplitudes`.
    """
    most = out.shape[1] - 1
    for n in range(times.size):
        place = times[n] / step
        cell = min(int(place), most)
        x = place - cell - 0.5
        power = 1.0 / found[n]
        row = out[pairs[n], cell]
        for k in range(row.size):
            row[k] += power
            power *= x
