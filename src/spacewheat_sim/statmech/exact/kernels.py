"""Compiled loops of the exact methods: counting states, and bonds between two rows.

A state is an integer whose bit i is 1 where spin i is up.
"""

from __future__ import annotations

import numpy as np
from numba import prange

from spacewheat_sim.kernel_cache import njit


@njit(inline="always")
def _ones(x):  # type: ignore[no-untyped-def]
    """Return the number of set bits; compilers know this form as one instruction."""
    x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + (
        (x >> np.uint64(2)) & np.uint64(0x3333333333333333)
    )
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((x * np.uint64(0x0101010101010101)) >> np.uint64(56))


@njit(error_model="numpy")
def _count_chunk(once, twice, degrees, low, start, counts):  # type: ignore[no-untyped-def]
    """Walk the 2^low states above ``start`` in Gray order and count them.

    ``counts`` is flat, of rows of N + 1: broken bonds times number of up spins.
    """
    sites = once.size
    width = sites + 1
    state = start
    index = _ones(state)
    aligned = np.int64(0)
    total = np.int64(0)
    for i in range(sites):
        around = 2 * (_ones(state & once[i]) + _ones(state & twice[i])) - degrees[i]
        up = np.int64((state >> np.uint64(i)) & np.uint64(1))
        aligned += (2 * up - 1) * around
        total += degrees[i]
    # Each bond was met from both ends; broken = (bonds − Σ σσ′)/2.
    index += (total - aligned) // 4 * width
    counts[index] += 1
    for step in range(np.uint64(1), np.uint64(1) << np.uint64(low)):
        bit = step & (~step + np.uint64(1))
        i = _ones(bit - np.uint64(1))
        around = 2 * (_ones(state & once[i]) + _ones(state & twice[i])) - degrees[i]
        change = 1 - width * around
        if state & bit:
            change = -change
        state ^= bit
        index += change
        counts[index] += 1


@njit(parallel=True, error_model="numpy")
def count_states(once, twice, degrees, chunk_bits, counts):  # type: ignore[no-untyped-def]
    """Count the states with the last spin up by broken bonds and up spins.

    Args:
        once: Mask of the neighbors of each site, itself left out, (N,) uint64.
        twice: Mask of the neighbors that a site has two bonds with, (N,) uint64.
        degrees: Bonds that end at each site, (N,) int64.
        chunk_bits: 2^chunk_bits chunks fix that many of the spins before the last.
        counts: Of each chunk, flat, (2^chunk_bits, (bonds + 1)(N + 1)) int64, zeros.
    """
    sites = once.size
    low = sites - 1 - chunk_bits
    for chunk in prange(counts.shape[0]):
        start = (np.uint64(1) << np.uint64(sites - 1)) | (
            np.uint64(chunk) << np.uint64(low)
        )
        _count_chunk(once, twice, degrees, low, start, counts[chunk])


@njit(error_model="numpy")
def apply_bonds(x, same, different):  # type: ignore[no-untyped-def]
    """Multiply ``x`` (2^L,) in place by L factors [[same, different], …], site by site.

    O(L 2^L), where the product as one matrix would take 4^L.
    """
    stride = 1
    while stride < x.size:
        for block in range(0, x.size, 2 * stride):
            for j in range(block, block + stride):
                a = x[j]
                b = x[j + stride]
                x[j] = same * a + different * b
                x[j + stride] = different * a + same * b
        stride *= 2


@njit(error_model="numpy")
def apply_bond_jets(x, same, different):  # type: ignore[no-untyped-def]
    """As :func:`apply_bonds`, with two derivatives: ``x`` (3, 2^L), bonds (3,)."""
    stride = 1
    while stride < x.shape[1]:
        for block in range(0, x.shape[1], 2 * stride):
            for j in range(block, block + stride):
                k = j + stride
                a, a1, a2 = x[0, j], x[1, j], x[2, j]
                b, b1, b2 = x[0, k], x[1, k], x[2, k]
                x[0, j] = same[0] * a + different[0] * b
                x[0, k] = different[0] * a + same[0] * b
                x[1, j] = same[0] * a1 + different[0] * b1 + same[1] * a
                x[1, j] += different[1] * b
                x[1, k] = different[0] * a1 + same[0] * b1 + different[1] * a
                x[1, k] += same[1] * b
                x[2, j] = same[0] * a2 + different[0] * b2 + same[2] * a
                x[2, j] += different[2] * b + 2.0 * (same[1] * a1 + different[1] * b1)
                x[2, k] = different[0] * a2 + same[0] * b2 + different[2] * a
                x[2, k] += same[2] * b + 2.0 * (different[1] * a1 + same[1] * b1)
        stride *= 2
