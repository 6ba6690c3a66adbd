"""Compiled loops of renewal processes: random numbers, waiting times, landings.

Random numbers are those of numpy's Philox generator (Salmon and others, "Parallel
random numbers: as easy as 1, 2, 3", 2011): trajectory i of a key starts at the counter
(0, i, 0, 0), so that numpy can draw the same numbers for it alone.

Shapes: ``S`` starts, ``J`` grid points of the time since the last jump, ``N`` states,
``K`` channels, ``T`` output times, ``B`` trajectories.
"""

from __future__ import annotations

import numpy as np
from numba import prange, uint64

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.quantum.kernels.channels import draw_channel

STENCIL = 8  # grid points of the interpolation
BEFORE = 3  # of them before the cell
ROUNDS = 10
MULTIPLIER_0 = np.uint64(0xD2E7470EE14C6C93)
MULTIPLIER_1 = np.uint64(0xCA5A826395121157)
WEYL_0 = np.uint64(0x9E3779B97F4A7C15)
WEYL_1 = np.uint64(0xBB67AE8584CAA73B)
LOW = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)
MANTISSA_SHIFT = np.uint64(11)
TWO_TO_MINUS_53 = 1.0 / 9007199254740992.0


@njit(inline="always")
def high_product(a, b):
    """Return the upper 64 bits of the product of two 64-bit numbers."""
    a_low, a_high = a & LOW, a >> HALF
    b_low, b_high = b & LOW, b >> HALF
    middle = a_high * b_low + ((a_low * b_low) >> HALF)
    cross = a_low * b_high + (middle & LOW)
    return a_high * b_high + (middle >> HALF) + (cross >> HALF)


@njit()
def philox_block(block, trajectory, key_0, key_1, out):
    """Write four uniform numbers in [0, 1) of a trajectory to ``out`` (4,)."""
    c0 = uint64(block)
    c1 = uint64(trajectory)
    c2 = uint64(0)
    c3 = uint64(0)
    k0 = uint64(key_0)
    k1 = uint64(key_1)
    for _ in range(ROUNDS):
        high_0 = high_product(MULTIPLIER_0, c0)
        low_0 = MULTIPLIER_0 * c0
        high_1 = high_product(MULTIPLIER_1, c2)
        low_1 = MULTIPLIER_1 * c2
        c0 = high_1 ^ c1 ^ k0
        c1 = low_1
        c2 = high_0 ^ c3 ^ k1
        c3 = low_0
        k0 += WEYL_0
        k1 += WEYL_1
    out[0] = (c0 >> MANTISSA_SHIFT) * TWO_TO_MINUS_53
    out[1] = (c1 >> MANTISSA_SHIFT) * TWO_TO_MINUS_53
    out[2] = (c2 >> MANTISSA_SHIFT) * TWO_TO_MINUS_53
    out[3] = (c3 >> MANTISSA_SHIFT) * TWO_TO_MINUS_53


@njit(error_model="numpy")
def philox_uniforms(trajectory, key_0, key_1, out):
    """Write the first uniform numbers of a trajectory to ``out``."""
    buffer = np.empty(4)
    for i in range(out.size):
        if i % 4 == 0:
            philox_block(i // 4 + 1, trajectory, key_0, key_1, buffer)
        out[i] = buffer[i % 4]


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
def waiting_cell(hazard, exponential, guide, guide_scale):
    """Return the cell j with Λ_j ≤ e < Λ_{j+1}, or −1 beyond the table.

    ``hazard`` (J,) is Λ = −ln S at the grid points from τ = 0 on; ``guide`` (G,) holds
    the cell to begin at for e in each of G equal bins.
    """
    last = hazard.size - 1
    if exponential >= hazard[last]:
        return -1
    j = guide[min(int(exponential * guide_scale), guide.size - 1)]
    while hazard[j + 1] <= exponential:
        j += 1
    return j


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


@njit(error_model="numpy")
def run_trajectories(
    populations,
    hazard,
    cells,
    guide,
    guide_scale,
    step,
    decay,
    order,
    channels,
    targets,
    landings,
    rates,
    starts,
    start_shares,
    outputs,
    duration,
    key_0,
    key_1,
    begin,
    end,
    target,
    deposits,
    jump_counts,
    first_jumps,
    first_landings,
):
    """Run trajectories ``begin`` … ``end − 1``; see :func:`run_renewals`."""
    uniforms = np.empty(4)
    weights = np.empty(STENCIL)
    present = np.empty(populations.shape[2])
    for b in range(begin, end):
        block = 1
        philox_block(block, b, key_0, key_1, uniforms)
        position = 0
        start = starts[0]
        if starts.size > 1:
            m = 0
            while m < starts.size - 1 and start_shares[m] <= uniforms[0]:
                m += 1
            start = starts[m]
            position = 1
        time = 0.0
        written = 0
        first_jumps[b] = np.inf
        first_landings[b] = np.inf
        while True:
            if position == 4:
                block += 1
                philox_block(block, b, key_0, key_1, uniforms)
                position = 0
            exponential = -np.log(1.0 - uniforms[position])
            position += 1
            j = waiting_cell(
                hazard[start], exponential, guide[start], guide_scale[start]
            )
            jump_time = np.inf
            x = 0.0
            if j >= 0:
                x = place_in_cell(cells[start, j], exponential)
                jump_time = time + (j + x) * step
            while written < outputs.size and outputs[written] < jump_time:
                tau = (outputs[written] - time) / step
                cell = int(tau)
                lagrange_weights(tau - cell, weights)
                row = deposits[written, start]
                for k in range(STENCIL):
                    row[cell + k] += weights[k]
                written += 1
            if jump_time > duration:
                break
            if position == 4:
                block += 1
                philox_block(block, b, key_0, key_1, uniforms)
                position = 0
            lagrange_weights(x, weights)
            total = 0.0
            for i in range(present.size):
                present[i] = 0.0
            for k in range(STENCIL):
                row = populations[start, j + k]
                for i in range(present.size):
                    present[i] += weights[k] * row[i]
            for i in range(present.size):
                present[i] *= decay[i]
                total += present[i]
            channel = draw_channel(
                present, uniforms[position] * total, decay, order, channels, rates
            )
            position += 1
            jump_counts[channel] += 1
            time = jump_time
            start = landings[channel]
            first_jumps[b] = min(first_jumps[b], time)
            if targets[channel] == target:
                first_landings[b] = min(first_landings[b], time)


@njit(parallel=True, error_model="numpy")
def run_renewals(
    populations,
    hazard,
    cells,
    guide,
    guide_scale,
    step,
    decay,
    order,
    channels,
    targets,
    landings,
    rates,
    starts,
    start_shares,
    outputs,
    duration,
    key_0,
    key_1,
    count,
    part,
    target,
    done,
    deposits,
    jump_counts,
    first_jumps,
    first_landings,
):
    """Run the next ``part`` trajectories of each chunk as renewal processes.

    What is received is added to, and the same however chunks are divided into parts.
    It always belongs to the trajectories that ``done`` counts.

    Args:
        populations: Normalized populations since each start, (S, J + 8, N); row 3 is
            τ = 0.
        hazard: Λ = −ln S at τ ≥ 0, (S, J + 1).
        cells: Polynomial of Λ in each cell, (S, J, 8).
        guide: Where to begin to look for a cell, (S, G).
        guide_scale: Bins of the guide per unit of Λ, (S,).
        step: Grid step in seconds.
        decay: Γ, the total rate out of each state, (N,).
        order: Where the channels of each source begin in ``channels``, (N + 1,).
        channels: Channels grouped by source, (K,).
        targets: Target of each channel, (K,).
        landings: The start that it is, (K,).
        rates: Rates in 1/s, (K,).
        starts: Possible first starts, (M,).
        start_shares: Cumulative probabilities of them, (M,).
        outputs: Output times since the beginning, increasing, (T,).
        duration: Seconds to run.
        key_0: First half of the random key.
        key_1: Second half.
        count: Number of trajectories.
        part: How many to run now.
        target: State whose first landing is wanted, or −1.
        done: How many of each chunk have been run, (C,); added to.
        deposits: Receives interpolation weights, (C, T, S, J + 8); chunk c of C takes
            its share of the trajectories, whatever the number of threads.
        jump_counts: Receives jumps per channel, (C, K).
        first_jumps: Receives the time of the first jump of each, or inf, (count,).
        first_landings: Receives the first landing on ``target``, or inf, (count,).
    """
    chunks = deposits.shape[0]
    for chunk in prange(chunks):
        first = count * chunk // chunks
        begin = first + done[chunk]
        end = min(begin + part, count * (chunk + 1) // chunks)
        run_trajectories(
            populations,
            hazard,
            cells,
            guide,
            guide_scale,
            step,
            decay,
            order,
            channels,
            targets,
            landings,
            rates,
            starts,
            start_shares,
            outputs,
            duration,
            key_0,
            key_1,
            begin,
            end,
            target,
            deposits[chunk],
            jump_counts[chunk],
            first_jumps,
            first_landings,
        )
        done[chunk] = end - first
