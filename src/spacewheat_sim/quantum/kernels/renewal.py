"""Compiled loops of renewal processes: waiting times, populations, landings.

Shapes: ``S`` starts, ``J`` grid points of the time since the last jump, ``N`` states,
``K`` channels, ``T`` output times, ``M`` trajectories.
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.quantum.arithmetic.kernels.elementary import logarithm
from spacewheat_sim.quantum.kernels.draws import draw_channel, draw_start, uniform

STENCIL = 8  # grid points of the interpolation
BEFORE = 3  # of them before the cell
NEAREST = BEFORE  # whose weight is what the others leave


@njit(error_model="numpy")
def lagrange_weights(x, weights):
    """Write the weights (8,) of the points −3 … 4 for a value at ``x`` in [0, 1]."""
    a = x + 3.0
    b = x + 2.0
    c = x + 1.0
    d = x
    e = x - 1.0
    f = x - 2.0
    g = x - 3.0
    h = x - 4.0
    ab = a * b
    cd = c * d
    ef = e * f
    gh = g * h
    left = ab * cd
    right = ef * gh
    weights[0] = -b * cd * right / 5040.0
    weights[1] = a * cd * right / 720.0
    weights[2] = -ab * d * right / 240.0
    weights[3] = ab * c * right / 144.0
    weights[4] = -left * f * gh / 144.0
    weights[5] = left * e * gh / 240.0
    weights[6] = -left * ef * h / 720.0
    weights[7] = left * ef * g / 5040.0


@njit(error_model="numpy")
def place_in_cell(coefficients, exponential):
    """Return x in [0, 1] where the polynomial Σ c_k xᵏ, increasing, is ``exponential``.

    ``coefficients`` is (8,). Newton's steps, kept inside a shrinking bracket.
    """
    low = 0.0
    high = 1.0
    rise = 0.0
    for k in range(1, STENCIL):
        rise += coefficients[k]
    x = min(max((exponential - coefficients[0]) / rise, 0.0), 1.0)
    for _ in range(60):
        value = coefficients[STENCIL - 1]
        slope = 0.0
        for k in range(STENCIL - 2, -1, -1):
            slope = slope * x + value
            value = value * x + coefficients[k]
        difference = value - exponential
        if difference > 0.0:
            high = x
        else:
            low = x
        shift = difference / slope if slope > 0.0 else np.inf
        if abs(shift) < 1e-12:
            break
        x = x - shift if low < x - shift < high else 0.5 * (low + high)
    return x


@njit(error_model="numpy", forceinline=True)
def next_jump(tables, start, exponential):
    """Return the cell in which Λ since ``start`` is ``exponential``, and where in it.

    Cell j has Λ_j ≤ e < Λ_{j+1}, and the place in it is from 0 to 1; beyond the table
    the cell is −1.
    """
    hazard = tables.hazard[start]
    guide = tables.guide[start]
    if exponential >= hazard[hazard.size - 1]:
        return -1, 0.0
    j = guide[min(int(exponential * tables.guide_scale[start]), guide.size - 1)]
    while hazard[j + 1] <= exponential:
        j += 1
    return j, place_in_cell(tables.cells[start, j], exponential)


@njit(error_model="numpy", forceinline=True)
def deposit_row(tau, one, weights, out):
    """Add the weights of a value at grid time ``tau`` to ``out`` (J + 8,).

    They are whole numbers that add up to ``one``: whatever is added to them later, in
    whatever order, is added without rounding.
    """
    cell = int(tau)
    lagrange_weights(tau - cell, weights)
    left = one
    for k in range(STENCIL):
        if k != NEAREST:
            share = np.int64(np.rint(weights[k] * one))
            out[cell + k] += share
            left -= share
    out[cell + NEAREST] += left


@njit(error_model="numpy", forceinline=True)
def interpolate(populations, j, x, weights, out):
    """Write the populations in cell ``j`` at ``x`` to ``out`` (N,)."""
    lagrange_weights(x, weights)
    for i in range(out.size):
        out[i] = 0.0
    for k in range(STENCIL):
        row = populations[j + k]
        for i in range(out.size):
            out[i] += weights[k] * row[i]


@njit(error_model="numpy", forceinline=True)
def drawn_channel(jumps, present, draw):
    """Return the channel that ``draw`` in [0, 1) selects; overwrite ``present``.

    ``present`` (N,) are the populations.
    """
    total = 0.0
    for i in range(present.size):
        present[i] *= jumps.decay[i]
        total += present[i]
    return draw_channel(
        present, draw * total, jumps.decay, jumps.order, jumps.channels, jumps.rates
    )


@njit(error_model="numpy")
def run_trajectories(tables, jumps, plan, outputs, block, chunk, begin, end):
    """Run trajectories ``begin`` … ``end − 1``; see :func:`run_renewals`."""
    first_jumps, first_landings = block.first_jumps, block.first_landings
    deposits, jump_counts = block.deposits[chunk], block.jump_counts[chunk]
    weights = np.empty(STENCIL)
    present = np.empty(tables.populations.shape[2])
    for b in range(begin, end):
        m = b - plan.first
        given = 0
        start = tables.targets.size
        if plan.shares.size > 1:
            start += draw_start(plan.shares, uniform(0, b, plan.key))
            given = 1
        time = 0.0
        written = 0
        first_jumps[m] = np.inf
        first_landings[m] = np.inf
        while True:
            exponential = -logarithm(1.0 - uniform(given, b, plan.key))
            j, x = next_jump(tables, start, exponential)
            jump_time = time + (j + x) * tables.step if j >= 0 else np.inf
            while written < outputs.size and outputs[written] < jump_time:
                tau = (outputs[written] - time) / tables.step
                deposit_row(tau, plan.one, weights, deposits[written, start])
                written += 1
            if jump_time > plan.duration:
                break
            interpolate(tables.populations[start], j, x, weights, present)
            draw = uniform(given + 1, b, plan.key)
            given += 2
            channel = drawn_channel(jumps, present, draw)
            jump_counts[channel] += 1
            time = jump_time
            start = plan.landings[channel]
            first_jumps[m] = min(first_jumps[m], time)
            if jumps.targets[channel] == plan.target:
                first_landings[m] = min(first_landings[m], time)


@njit(nogil=True, error_model="numpy")
def run_renewals(tables, jumps, plan, outputs, part, block, first_chunk, last_chunk):
    """Run the next ``part`` trajectories of some chunks as renewal processes.

    Returns how many that were.

    What is received is added to, and the same however chunks are divided into parts.
    It always belongs to the trajectories that ``done`` counts. Chunk c of C takes its
    share of the trajectories, whatever the number of threads.

    Args:
        tables: The no-jump evolution, a :class:`RenewalTables`.
        jumps: The jumps, a :class:`JumpTerms`.
        plan: What trajectories have in common besides, a :class:`RenewalPlan`.
        outputs: Output times since the beginning, increasing, (T,).
        part: How many to run now.
        block: Receives what they give, a :class:`Block`.
        first_chunk: The first chunk that is run.
        last_chunk: The one after the last.
    """
    done = block.done
    chunks = done.size
    count = block.first_jumps.size
    ran = 0
    for chunk in range(first_chunk, last_chunk):
        first = plan.first + count * chunk // chunks
        begin = first + done[chunk]
        end = min(begin + part, plan.first + count * (chunk + 1) // chunks)
        run_trajectories(tables, jumps, plan, outputs, block, chunk, begin, end)
        done[chunk] = end - first
        ran += end - begin
    return ran
