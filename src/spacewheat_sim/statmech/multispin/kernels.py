"""Compiled loops of multi-spin-coded checkerboard Metropolis.

Layout: the torus of W × H spins is split into its two colors, (x + y) mod 2. A row of
one color has W/2 sites in n = W/128 words: site i, at x = 2i + (y + color) mod 2, is
bit i div n of word i mod n, set where the spin is up. The sites right and left of a
word are then the next and the last word of the other color, shifted only where the row
closes.
A color is an array (H + 2, n) of uint64, whose outer rows repeat the opposite ends.

Random numbers: :data:`LANES` generators xoshiro256++ (Blackman and Vigna, ACM
Transactions on Mathematical Software 47, 36, 2021) run side by side, one for each word
of a block, and one more for the few sites that need more bits than :data:`PLANES`.

All scratch of a block is one array ``work`` of rows of :data:`LANES` words at constant
distances: only then does the compiler know that no two overlap, and uses vectors.
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.statmech.ising.kernels.metropolis import mirrors
from spacewheat_sim.statmech.ising.kernels.random_words import next_word

LANES = 64
"""Words that are decided together."""

PLANES = 9
"""Random bits that each site compares before the rest is settled one by one."""

# Rows of ``work``.
_S0, _S1, _S2, _S3 = 0, LANES, 2 * LANES, 3 * LANES  # the generators
_DIGITS = 4 * LANES  # one binary digit of the threshold of each site
_ACCEPT = 5 * LANES
_OPEN = 6 * LANES  # sites not yet decided
_COUNT = 7 * LANES  # five rows: sites that agree with 0, 1, … 4 neighbors
_OWN = 12 * LANES
_CLASS = 13 * LANES  # ten rows: sites that share a probability
WORK = 23 * LANES
"""Length of the array ``work``."""

_0 = np.uint64(0)
_1 = np.uint64(1)
_17 = np.uint64(17)
_19 = np.uint64(19)
_23 = np.uint64(23)
_41 = np.uint64(41)
_45 = np.uint64(45)
_63 = np.uint64(63)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
_PAIRS = np.uint64(0x5555555555555555)
_QUADS = np.uint64(0x3333333333333333)
_BYTES = np.uint64(0x0F0F0F0F0F0F0F0F)
_SUM = np.uint64(0x0101010101010101)
_2 = np.uint64(2)
_4 = np.uint64(4)
_56 = np.uint64(56)


@njit(inline="always")
def ones(word):
    """Return how many bits of ``word`` are set."""
    word = word - ((word >> _1) & _PAIRS)
    word = (word & _QUADS) + ((word >> _2) & _QUADS)
    return np.int64((((word + (word >> _4)) & _BYTES) * _SUM) >> _56)


@njit()
def compare(first, second, more, work):
    """Draw 64 random bits in every lane and compare them with the thresholds' digits.

    Sites whose digits differ are decided; the smaller number has the 0. The digit is
    ``first`` for sites of the first class and ``second`` for those of the second; where
    there are ``more``, theirs stand in the block.
    """
    for i in range(LANES):
        s0 = work[_S0 + i]
        s1 = work[_S1 + i]
        s2 = work[_S2 + i]
        s3 = work[_S3 + i]
        a = s0 + s3
        bits = ((a << _23) | (a >> _41)) + s0
        s2 ^= s0
        s3 ^= s1
        work[_S0 + i] = s0 ^ s3
        work[_S2 + i] = s2 ^ (s1 << _17)
        work[_S1 + i] = s1 ^ s2
        work[_S3 + i] = (s3 << _45) | (s3 >> _19)
        digits = (work[_CLASS + i] & first) | (work[_CLASS + LANES + i] & second)
        if more:
            digits |= work[_DIGITS + i]
        differ = (bits ^ digits) & work[_OPEN + i]
        work[_ACCEPT + i] |= differ & digits
        work[_OPEN + i] ^= differ


@njit()
def close_rows(cells):
    """Repeat the first and the last row of a color beyond the opposite ends."""
    height = cells.shape[0] - 2
    for j in range(cells.shape[1]):
        cells[0, j] = cells[height, j]
        cells[height + 1, j] = cells[1, j]


@njit()
def beside(other, color, side):
    """Write the horizontal neighbors that have another index than the site itself.

    Sites of even x have theirs to the left, at i − 1; sites of odd x to the right.

    Args:
        other: The other color, (H + 2, n).
        color: Of the sites whose neighbors are wanted.
        side: Receives the words, (H, n).
    """
    height, n = side.shape
    for y in range(height):
        if (y + color) & 1:
            for j in range(n - 1):
                side[y, j] = other[y + 1, j + 1]
            word = other[y + 1, 0]
            side[y, n - 1] = (word >> _1) | (word << _63)
        else:
            for j in range(1, n):
                side[y, j] = other[y + 1, j - 1]
            word = other[y + 1, n - 1]
            side[y, 0] = (word << _1) | (word >> _63)


@njit()
def gather(own, other, side, n, first, count, work):
    """Count the neighbors that agree, for ``count`` words from the word ``first``.

    ``own``, ``other`` and ``side`` are flat here, without the rows beyond the ends in
    the case of ``side``.
    """
    at = n + first
    for i in range(count):
        spin = own[at + i]
        work[_OWN + i] = spin
        a = ~(spin ^ other[at - n + i])
        b = ~(spin ^ other[at + n + i])
        c = ~(spin ^ other[at + i])
        d = ~(spin ^ side[first + i])
        ab, cd = a ^ b, c ^ d
        both, pair = a & b, c & d
        odd = ab ^ cd
        # One carry from each pair, one from adding the pairs.
        carry = ab & cd
        work[_COUNT + i] = ~(a | b | c | d)
        work[_COUNT + LANES + i] = odd & ~(both | pair)
        work[_COUNT + 2 * LANES + i] = ~odd & (both ^ pair ^ carry)
        work[_COUNT + 3 * LANES + i] = odd & (both | pair)
        work[_COUNT + 4 * LANES + i] = both & pair


@njit()
def sort_sites(free, chosen, count, work):
    """Sort the sites into those that turn anyway and the classes to be decided.

    Args:
        free: Classes accepted always, (f, 2): neighbors that agree, and 0 for spins
            that are down, 1 for up, 2 for either.
        chosen: Classes with a probability below 1, (m, 2).
        count: Words in use; no site of the others is open.
        work: The block.
    """
    for i in range(LANES):
        work[_ACCEPT + i] = _0
        work[_OPEN + i] = _0
    for k in range(free.shape[0]):
        row = _COUNT + free[k, 0] * LANES
        up = _ALL if free[k, 1] != 0 else _0
        down = _ALL if free[k, 1] != 1 else _0
        for i in range(LANES):
            own = work[_OWN + i]
            work[_ACCEPT + i] |= work[row + i] & ((own & up) | (~own & down))
    for k in range(chosen.shape[0]):
        row = _COUNT + chosen[k, 0] * LANES
        target = _CLASS + k * LANES
        up = _ALL if chosen[k, 1] != 0 else _0
        down = _ALL if chosen[k, 1] != 1 else _0
        for i in range(LANES):
            own = work[_OWN + i]
            work[target + i] = work[row + i] & ((own & up) | (~own & down))
        for i in range(LANES):
            work[_OPEN + i] |= work[target + i]
    for i in range(count, LANES):
        work[_OPEN + i] = _0


@njit()
def decide(planes, rest, work, spare):
    """Accept each open site with its class's probability.

    A uniform number, written in binary, is below p if it has a 0 at the first digit at
    which it differs from p, which is where p has a 1. All sites compare their first
    :data:`PLANES` digits together; the few that agree so far compare 64 more alone.
    Without classes nothing is open.

    Args:
        planes: Digits of the probabilities, 0 or all bits set, (:data:`PLANES`, m).
        rest: Their next 64 digits, (m,).
        work: The block.
        spare: Generator of the further digits, (4,).
    """
    for plane in range(PLANES if rest.size else 0):
        for k in range(2, rest.size):
            row = _CLASS + k * LANES
            digit = planes[plane, k]
            if k == 2:
                for i in range(LANES):
                    work[_DIGITS + i] = work[row + i] & digit
            else:
                for i in range(LANES):
                    work[_DIGITS + i] |= work[row + i] & digit
        second = planes[plane, 1] if rest.size > 1 else _0
        compare(planes[plane, 0], second, rest.size > 2, work)
    for i in range(LANES):
        left = work[_OPEN + i]
        while left:
            bit = left & (~left + _1)
            left ^= bit
            for k in range(rest.size):
                if work[_CLASS + k * LANES + i] & bit:
                    if next_word(spare) < rest[k]:
                        work[_ACCEPT + i] |= bit
                    break


@njit()
def update_color(own, other, color, side, free, chosen, planes, rest, work, spare):
    """Try to turn every site of one color; return how many turned."""
    n = own.shape[1]
    beside(other, color, side)
    flat, flat_other, flat_side = own.ravel(), other.ravel(), side.ravel()
    turned = 0
    for first in range(0, flat_side.size, LANES):
        count = min(LANES, flat_side.size - first)
        gather(flat, flat_other, flat_side, n, first, count, work)
        sort_sites(free, chosen, count, work)
        decide(planes, rest, work, spare)
        for i in range(count):
            accepted = work[_ACCEPT + i]
            flat[n + first + i] ^= accepted
            turned += ones(accepted)
    close_rows(own)
    return turned


@njit()
def sweep(cells, side, free, chosen, planes, rest, work, spare):
    """Try to turn every spin once, color by color; return how many turned.

    Args:
        cells: Both colors, (2, H + 2, n).
        side: Scratch, (H, n).
        free: Classes accepted always: see :func:`sort_sites`.
        chosen: Classes with a probability below 1.
        planes: Digits of their probabilities: see :func:`decide`.
        rest: Their further digits.
        work: The lanes' generators, and scratch, (:data:`WORK`,).
        spare: One more generator, (4,).
    """
    turned = 0
    for color in range(2):
        turned += update_color(
            cells[color],
            cells[1 - color],
            color,
            side,
            free,
            chosen,
            planes,
            rest,
            work,
            spare,
        )
    return turned


@njit()
def bonds_and_spins(cells, side):
    """Return Σ σσ over the two bonds of every site, and Σ σ.

    Every bond has one end of color 0, so its four bonds are summed there. ``side`` is
    scratch, (H, n).
    """
    n = side.shape[1]
    beside(cells[1], 0, side)
    own, other, flat_side = cells[0].ravel(), cells[1].ravel(), side.ravel()
    broken = 0
    up = 0
    for i in range(flat_side.size):
        at = n + i
        word = own[at]
        broken += ones(word ^ other[at - n]) + ones(word ^ other[at + n])
        broken += ones(word ^ other[at]) + ones(word ^ flat_side[i])
        up += ones(word) + ones(other[at])
    sites = 128 * flat_side.size
    return 2 * sites - 2 * broken, 2 * up - sites


@njit()
def sample(out, h, cells, side, free, chosen, planes, rest, work, spare):
    """Write Σ σσ and Σ σ after each of S sweeps to ``out`` (S, 2).

    In a field ``h``, every sweep ends with the choice of whether to turn everything.
    """
    for s in range(out.shape[0]):
        sweep(cells, side, free, chosen, planes, rest, work, spare)
        bonds, total = bonds_and_spins(cells, side)
        if h != 0.0 and mirrors(np.float64(total), h, spare):
            total = -total
            words = cells.ravel()
            for i in range(words.size):
                words[i] = ~words[i]
        out[s, 0] = bonds
        out[s, 1] = total


@njit()
def pack(spins, cells):
    """Write spins ±1, (H, W), to both colors, (2, H + 2, n)."""
    height, width = spins.shape
    n = width // 128
    cells[:] = _0
    for y in range(height):
        for x in range(width):
            if spins[y, x] > 0:
                i = x // 2
                cells[(x + y) & 1, y + 1, i % n] |= _1 << np.uint64(i // n)
    close_rows(cells[0])
    close_rows(cells[1])


@njit()
def unpack(cells, spins):
    """Write both colors, (2, H + 2, n), as spins ±1, (H, W)."""
    height, width = spins.shape
    n = width // 128
    for y in range(height):
        for x in range(width):
            i = x // 2
            word = cells[(x + y) & 1, y + 1, i % n] >> np.uint64(i // n)
            spins[y, x] = 1 if word & _1 else -1
