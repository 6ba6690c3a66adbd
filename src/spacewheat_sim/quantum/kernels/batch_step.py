"""Compiled steps of many kets or density matrices.

Shapes: ``B`` baths, kets in ``G`` groups of eight as real and imaginary parts
(G, N, 2, 8), density matrices as in
:mod:`spacewheat_sim.quantum.kernels.density_terms`.

A step takes a part of the baths, without Python's lock: threads may share them.

Tuples that the loops take:

    physics of kets: H − iΓ/2 as an :class:`EffectiveHamiltonian`, the rows of
        ``series`` of each state's energy and decay or −1 (N, 2), Γ (N,), and whether
        anything can jump.
    physics of density matrices: ``static``, ``feed`` and ``driven`` of
        ``density_step``.
    step: ``series`` of what is driven (R, J), its length h in seconds, a bound on
        the norm of the generator with the drive, what may be neglected (per second for
        kets), and the largest number of terms M.
    kets: ψ (G, N, 2, 8), survival and threshold of the jump clocks (B, 2), and the
        random streams, the ``table`` of :class:`BatchStreams`.
    rho: real and imaginary parts, (B, N, L).
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.quantum.kernels.draws import next_uniform
from spacewheat_sim.quantum.kernels.lane_taylor import (
    copy_kets,
    drive_to_come,
    expand,
    normalize,
    sums_of,
)
from spacewheat_sim.quantum.kernels.lanes import LANES
from spacewheat_sim.quantum.kernels.taylor_density import (
    density_step,
    normalize_density,
)


@njit(error_model="numpy")
def survives(kets, b, share):
    """Count a step that leaves ``share`` of ψ's squared norm, unless it brings a jump.

    Returns whether bath ``b`` is through without one.
    """
    _, clocks, (drawn, numbers, keys) = kets
    if clocks[b, 1] == 0.0:
        clocks[b, 1] = 1.0 - next_uniform(drawn, b, numbers[b], keys[b])
    if clocks[b, 0] * share <= clocks[b, 1]:
        return False
    clocks[b, 0] *= share
    return True


@njit(error_model="numpy")
def commit(psi, end, goes):
    """Write the lanes of ``end`` that ``goes`` (8,) names to ``psi``, (N, 2, 8)."""
    if goes.all():
        copy_kets(end, psi)
        return
    for v in range(LANES):
        if goes[v]:
            for i in range(psi.shape[0]):
                psi[i, 0, v] = end[i, 0, v]
                psi[i, 1, v] = end[i, 1, v]


@njit(nogil=True, error_model="numpy")
def step_groups(physics, step, kets, chosen, left_out, begin, stop):
    """Step the groups ``begin`` … ``stop − 1`` of kets without jumps.

    Args:
        physics: See the module.
        step: See the module.
        kets: See the module.
        chosen: Which are to be stepped, (B,).
        left_out: Set for those of them that stay as they were, since they jump in the
            step or their series does not converge, (B,).
        begin: First group.
        stop: Group after the last.

    Returns:
        How many were left out.
    """
    matrix, row_of, decay, has_jumps = physics
    series, h, bound, tolerance, terms = step
    n = decay.size
    # One term more, which is 0 in the lanes that have converged without it.
    coefficients = np.empty((terms + 2, n, 2, LANES))
    sizes = np.empty((terms + 2, LANES))
    end = np.empty((n, 2, LANES))
    squares = np.empty(LANES)
    rates = np.empty(LANES)
    goes = np.empty(LANES, dtype=np.bool_)
    lengths = np.full(LANES, h)
    wide = np.empty((series.shape[0], series.shape[1], LANES))
    for v in range(LANES):
        wide[:, :, v] = series
    later = np.empty((series.shape[1] + 1, LANES))
    drive_to_come(wide, row_of, later)
    missed = 0
    for g in range(begin, stop):
        if not chosen[g * LANES : (g + 1) * LANES].any():
            continue
        psi = kets[0][g]
        copy_kets(psi, coefficients[0])
        limits = (lengths, bound, tolerance)
        order = expand(matrix, row_of, wide, later, *limits, coefficients, sizes, end)
        sums_of(end, decay, squares, rates)
        normalize(end, squares)
        goes[:] = False
        for v in range(min(LANES, chosen.size - g * LANES)):
            b = g * LANES + v
            if chosen[b]:
                goes[v] = 0 <= order <= terms or sizes[terms + 1, v] == 0.0
                if goes[v] and has_jumps:
                    goes[v] = survives(kets, b, squares[v])
                left_out[b] = not goes[v]
                missed += left_out[b]
        commit(psi, end, goes)
    return missed


@njit(nogil=True, error_model="numpy")
def step_densities(physics, step, rho, chosen, left_out, begin, stop):
    """Step the density matrices ``begin`` … ``stop − 1``.

    Args:
        physics: See the module.
        step: See the module.
        rho: See the module.
        chosen: Which are to be stepped, (B,).
        left_out: Set for those of them that stay as they were, since their series does
            not converge, (B,).
        begin: First bath.
        stop: Bath after the last.

    Returns:
        How many were left out.
    """
    driven = physics[2]
    series, terms = step[0], step[4]
    n, width = rho[0].shape[1:]
    work = np.zeros((4, n, width))
    kept = driven.energies.size + driven.decays.size
    history = np.zeros((series.shape[1], 2, kept, width))
    scratch = work, history, np.empty((terms + 1, n))
    re = np.empty((n, width))
    im = np.empty((n, width))
    missed = 0
    for b in range(begin, stop):
        if not chosen[b]:
            continue
        re[:] = rho[0][b]
        im[:] = rho[1][b]
        if density_step(physics, step[:4], re, im, scratch) < 0:
            left_out[b] = True
            missed += 1
            continue
        normalize_density(re, im)
        rho[0][b] = re
        rho[1][b] = im
    return missed
