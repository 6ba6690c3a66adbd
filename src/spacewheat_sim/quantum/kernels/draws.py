"""Compiled random draws: the numbers of numpy's Philox generator, and what they choose.

Stream i of a key starts at the counter (0, i, 0, 0), so that numpy can draw the same
numbers for it alone. It is known by how many numbers it has given.

Source: J. K. Salmon and others, "Parallel random numbers: as easy as 1, 2, 3", SC '11
(2011), doi:10.1145/2063384.2063405.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import extending, types, uint64

from spacewheat_sim.kernel_cache import njit

ROUNDS = 10
MULTIPLIER_0 = np.uint64(0xD2E7470EE14C6C93)
MULTIPLIER_1 = np.uint64(0xCA5A826395121157)
WEYL_0 = np.uint64(0x9E3779B97F4A7C15)
WEYL_1 = np.uint64(0xBB67AE8584CAA73B)
MANTISSA_SHIFT = np.uint64(11)
TWO_TO_MINUS_53 = 1.0 / 9007199254740992.0
# A checker of types would count the argument that only numba gives.
intrinsic: Any = extending.intrinsic


@intrinsic
def high_product(_typing, _a, _b):
    """Return the upper 64 bits of the product of two 64-bit numbers."""

    def generate(_context, builder, _signature, arguments):
        wide = ir.IntType(128)
        a, b = (builder.zext(each, wide) for each in arguments)
        upper = builder.lshr(builder.mul(a, b), wide(64))
        return builder.trunc(upper, ir.IntType(64))

    return types.uint64(types.uint64, types.uint64), generate


@njit()
def philox_block(block, stream, key):
    """Return the four uniform numbers in [0, 1) of block 1, 2, … of a stream.

    ``key`` is (2,), two halves.
    """
    c0 = uint64(block)
    c1 = uint64(stream)
    c2 = uint64(0)
    c3 = uint64(0)
    k0 = uint64(key[0])
    k1 = uint64(key[1])
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
    return (
        (c0 >> MANTISSA_SHIFT) * TWO_TO_MINUS_53,
        (c1 >> MANTISSA_SHIFT) * TWO_TO_MINUS_53,
        (c2 >> MANTISSA_SHIFT) * TWO_TO_MINUS_53,
        (c3 >> MANTISSA_SHIFT) * TWO_TO_MINUS_53,
    )


@njit(error_model="numpy")
def uniform(given, stream, key):
    """Return the number in [0, 1) that a stream gives after ``given`` others."""
    return philox_block(given // 4 + 1, stream, key)[given % 4]


@njit(error_model="numpy")
def next_uniform(drawn, i, stream, key):
    """Return the number that a stream gives after ``drawn[i]``; count it there."""
    given = drawn[i]
    drawn[i] = given + 1
    return uniform(given, stream, key)


@njit(error_model="numpy")
def draw_uniforms(streams, which, out):
    """Write the next uniform number of each of ``which`` (W,) to ``out`` (W,).

    ``streams`` is the ``table`` of :class:`BatchStreams`.
    """
    drawn, numbers, keys = streams
    for w in range(which.size):
        out[w] = next_uniform(drawn, which[w], numbers[which[w]], keys[which[w]])


@njit(error_model="numpy")
def draw_start(shares, draw):
    """Return the start that ``draw`` in [0, 1) selects, by cumulative ``shares``."""
    m = 0
    while m < shares.size - 1 and shares[m] <= draw:
        m += 1
    return m


@njit(error_model="numpy")
def draw_channel(weights, draw, decay, order, channels, rates):
    """Return the channel that ``draw`` in [0, Σ weights) selects.

    ``weights`` (N,) are Γ_i p_i. The source i is drawn first, and what is left of
    ``draw`` then selects one of its channels, ``channels[order[i]:order[i + 1]]``, by
    their ``rates`` (K,).
    """
    last = -1
    for i in range(weights.size):
        if weights[i] > 0.0:
            last = i
            if draw < weights[i]:
                break
            draw -= weights[i]
    rest = draw / weights[last] * decay[last]
    k = order[last]
    while k < order[last + 1] - 1 and rest >= rates[channels[k]]:
        rest -= rates[channels[k]]
        k += 1
    return channels[k]
