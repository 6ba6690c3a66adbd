"""Compiled loops of the exact methods: states, bonds between rows, powers of rows.

A state is an integer whose bit i is 1 where spin i is up.
"""

from __future__ import annotations

import numpy as np
from numba import get_num_threads

from spacewheat_sim.kernel_cache import njit


def threads() -> int:
    """Return how many threads run what is parallel."""
    return int(get_num_threads())


@njit(inline="always")
def _ones(x):
    """Return the number of set bits; compilers know this form as one instruction."""
    x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + (
        (x >> np.uint64(2)) & np.uint64(0x3333333333333333)
    )
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((x * np.uint64(0x0101010101010101)) >> np.uint64(56))


@njit(error_model="numpy")
def _count_chunk(once, twice, degrees, low, start, counts):
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


@njit(nogil=True, error_model="numpy")
def count_states(once, twice, degrees, chunk_bits, first, counts, begin, stop):
    """Count some states with the last spin up by broken bonds and up spins.

    Args:
        once: Mask of the neighbors of each site, itself left out, (N,) uint64.
        twice: Mask of the neighbors that a site has two bonds with, (N,) uint64.
        degrees: Bonds that end at each site, (N,) int64.
        chunk_bits: 2^chunk_bits chunks fix that many of the spins before the last.
        first: The first chunk that is counted.
        counts: Of each chunk, flat, (chunks, (bonds + 1)(N + 1)) int64, zeros.
        begin: The first row of ``counts`` that is filled.
        stop: The one after the last.

    Returns:
        The number of rows.
    """
    sites = once.size
    low = sites - 1 - chunk_bits
    for chunk in range(begin, stop):
        start = (np.uint64(1) << np.uint64(sites - 1)) | (
            np.uint64(first + chunk) << np.uint64(low)
        )
        _count_chunk(once, twice, degrees, low, start, counts[chunk])
    return stop - begin


@njit(error_model="numpy")
def apply_bonds(x, same, different):
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
def apply_bond_jets(x, same, different):
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


# What is known of a family of states: see ``weights``. In a weak field ODDS is ln of
# its weight over that of the turned family, all spins turned over, and EXCESS what the
# M of both add up to: both vanish as h, and keep their digits.
LOG, ENERGY, ENERGY_VARIANCE, SPIN, SPIN_VARIANCE, ODDS, EXCESS = 0, 1, 2, 3, 4, 5, 6
KNOWN = 7


@njit(error_model="numpy")
def _merge_turned(values, total, out):
    """Write what the turned families say of a weak field.

    ``values`` (KNOWN, n) have weights at LOG, which add up to ``total``.
    """
    count = values.shape[1]
    turned = 0.0
    for k in range(count):
        turned += values[LOG, k] * np.expm1(-values[ODDS, k])
    odds = -np.log1p(turned / total)
    excess = 0.0
    for k in range(count):
        # The turned family has the share p (1 + moved).
        moved = np.expm1(odds - values[ODDS, k])
        part = values[EXCESS, k] * (1.0 + moved) - moved * values[SPIN, k]
        excess += values[LOG, k] * part
    out[ODDS] = odds
    out[EXCESS] = excess / total


@njit(error_model="numpy")
def _merge(B, M, values, couplings, ends, out):
    """Merge n families, as ``weights.merged`` does.

    Args:
        B: Twice the B of each family's lowest state, (n,) int64.
        M: Twice its M, likewise.
        values: What else is known of it, (KNOWN, n); overwritten.
        couplings: β, J, h, and whether to follow a weak field.
        ends: Twice B and M of the lowest state of all, (2,) int64, written.
        out: What else is known of all, (KNOWN,), written.
    """
    beta, J, h, weak = couplings
    low = 0
    for k in range(1, B.size):
        if J * (B[low] - B[k]) + h * (M[low] - M[k]) < 0.0:
            low = k
    top = -np.inf
    for k in range(B.size):
        # Differences of integers are exact.
        above = 0.5 * (J * (B[low] - B[k]) + h * (M[low] - M[k]))
        values[ENERGY, k] += above
        values[SPIN, k] += 0.5 * (M[k] - M[low])
        values[LOG, k] -= beta * above
        top = max(top, values[LOG, k])
    total = 0.0
    energy = 0.0
    spin = 0.0
    for k in range(B.size):
        weight = np.exp(values[LOG, k] - top)
        values[LOG, k] = weight
        total += weight
        energy += weight * values[ENERGY, k]
        spin += weight * values[SPIN, k]
    energy /= total
    spin /= total
    energy_variance = 0.0
    spin_variance = 0.0
    for k in range(B.size):
        weight = values[LOG, k]
        inside = values[ENERGY_VARIANCE, k] + (values[ENERGY, k] - energy) ** 2
        energy_variance += weight * inside
        inside = values[SPIN_VARIANCE, k] + (values[SPIN, k] - spin) ** 2
        spin_variance += weight * inside
    ends[0] = B[low]
    ends[1] = M[low]
    out[LOG] = top + np.log(total)
    out[ENERGY] = energy
    out[ENERGY_VARIANCE] = energy_variance / total
    out[SPIN] = spin
    out[SPIN_VARIANCE] = spin_variance / total
    out[ODDS] = 0.0
    out[EXCESS] = 0.0
    if weak:
        _merge_turned(values, total, out)


@njit(nogil=True, error_model="numpy")
def multiply_rows(
    left, right, orbits, turns, images, couplings, first, last, product, begin, stop
):
    """Multiply symmetric matrices of rows that turns of a row leave alone.

    Of each matrix the rows of R leaders are kept, and a pair of arrays tells its
    entries: (2, R, S) int64 and (KNOWN, R, S) float64, S = 2^L, as :func:`_merge` does.

    Args:
        left: One matrix.
        right: The other, a power of the same matrix.
        orbits: Which leader each row is turned into, (S,).
        turns: By which turn, (S,).
        images: What each turn makes of every row, (turns, S).
        couplings: As of :func:`_merge`.
        first: First leader whose entries are computed.
        last: The one after the last.
        product: Where they are written.
        begin: The first column that is computed.
        stop: The one after the last.

    Returns:
        The number of columns.
    """
    states = orbits.size
    ends = np.empty((2, states), np.int64)
    values = np.empty((KNOWN, states))
    for column in range(begin, stop):
        turned = images[turns[column]]
        other = orbits[column]
        for row in range(first, last):
            for k in range(states):
                # An entry of the column is one of its leader's row.
                at = turned[k]
                for i in range(2):
                    ends[i, k] = left[0][i, row, k] + right[0][i, other, at]
                for i in range(KNOWN):
                    values[i, k] = left[1][i, row, k] + right[1][i, other, at]
            _merge(
                ends[0],
                ends[1],
                values,
                couplings,
                product[0][:, row, column],
                product[1][:, row, column],
            )
    return stop - begin


@njit(error_model="numpy")
def trace_rows(left, right, sizes, couplings, ends, out):
    """Merge the entries of the trace of a product of two such matrices.

    Args:
        left: One matrix.
        right: The other.
        sizes: Number of rows that each leader stands for, (R,).
        couplings: As of :func:`_merge`.
        ends: As in :func:`_merge`.
        out: Likewise.
    """
    leaders, states = left[0].shape[1:]
    at = np.empty((2, leaders * states), np.int64)
    values = np.empty((KNOWN, leaders * states))
    for row in range(leaders):
        for k in range(states):
            n = row * states + k
            for i in range(2):
                at[i, n] = left[0][i, row, k] + right[0][i, row, k]
            for i in range(KNOWN):
                values[i, n] = left[1][i, row, k] + right[1][i, row, k]
            values[LOG, n] += np.log(sizes[row])
    _merge(at[0], at[1], values, couplings, ends, out)
