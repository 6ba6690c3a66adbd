"""The compiled loop that tabulates the no-jump evolution of many kets.

Shapes: ``S`` starts, ``P`` points of the grid, ``N`` states; kets as real above
imaginary parts (2N, S), propagators as they act on these (2N, 2N).
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.quantum.arithmetic.kernels.elementary import logarithm
from spacewheat_sim.quantum.arithmetic.kernels.products import multiply
from spacewheat_sim.quantum.kernels.renewal import BEFORE, STENCIL

# Weights of the points −3 … 4 halfway between the points 0 and 1.
MIDWAY = tuple(w / 2048.0 for w in (-5, 49, -245, 1225, 1225, -245, 49, -5))


@njit(error_model="numpy")
def tabulate(forward, backward, starts, populations, hazard):
    """Write normalized populations and −ln ‖ψ̃‖² from BEFORE steps before the start.

    Args:
        forward: Propagator of one step of the grid.
        backward: Its inverse.
        starts: Kets at point BEFORE, (S, N).
        populations: Receives |ψ_i|²/‖ψ‖², (S, P, N).
        hazard: Receives −ln ‖ψ̃‖² but for a constant, (S, P).
    """
    count, points, n = populations.shape
    psi = np.empty((2 * n, count))
    for s in range(count):
        for i in range(n):
            psi[i, s] = starts[s, i].real
            psi[n + i, s] = starts[s, i].imag
    moved = np.empty_like(psi)
    for _ in range(BEFORE):
        multiply(backward, psi, moved)
        psi, moved = moved, psi
    log_norm = np.zeros(count)
    norm = np.empty(count)
    for p in range(points):
        norm[:] = 0.0
        for i in range(2 * n):
            for s in range(count):
                norm[s] += psi[i, s] * psi[i, s]
        for s in range(count):
            log_norm[s] += logarithm(norm[s])
            hazard[s, p] = -log_norm[s]
            for i in range(n):
                square = psi[i, s] * psi[i, s] + psi[n + i, s] * psi[n + i, s]
                populations[s, p, i] = square / norm[s]
            norm[s] = 1.0 / np.sqrt(norm[s])
        for i in range(2 * n):
            for s in range(count):
                psi[i, s] *= norm[s]
        multiply(forward, psi, moved)
        psi, moved = moved, psi


@njit(error_model="numpy")
def midpoint_error(coarse, fine):
    """Return how far interpolation is off halfway between the points of ``coarse``.

    Both are (S, P, N) and begin BEFORE of their own steps before the start; the points
    of ``fine`` lie half as far apart.
    """
    count, points, n = coarse.shape
    worst = 0.0
    for s in range(count):
        for cell in range(points - STENCIL):
            exact = fine[s, BEFORE + 2 * cell + 1]
            for i in range(n):
                between = 0.0
                for k in range(STENCIL):
                    between += MIDWAY[k] * coarse[s, cell + k, i]
                off = abs(between - exact[i])
                if not off <= worst:
                    worst = off
    return worst
