"""Compiled loops of Lanczos' steps: H·v by bit flips, no matrix stored.

The sector of parity p = 0 (even) or 1 (odd) is labeled by y, L − 1 bits. In the basis
of X eigenstates let x_j = 1 where X_j = −1, and y_j = x_0 ⊕ … ⊕ x_j, whose last bit
y_{L−1} = p is not stored. Then Z_j Z_{j+1} flips the one bit y_j, the bond around a
ring flips all of them, and −g Σ X_j is diagonal with the number of ones among
x_j = y_{j−1} ⊕ y_j.

Every step kernel has two halves, so that Lanczos needs two vectors:

    out ← scale · H v − keep · out,  returns Σ w v out;
    out ← out − factor · v,          returns Σ w out².
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit

# Sums may be reordered, which lets them run in vector registers; the order is fixed
# when this is compiled, so equal calls give equal bytes.
REORDER = {"reassoc", "contract"}
# Long sums are sums of blocks: rounding grows with the longer of the two.
BLOCK = 512


@njit(error_model="numpy", fastmath=REORDER)
def line_step(v, out, low, high, J, scale, keep):
    """Apply H of the open chain to a whole sector.

    Args:
        v: Amplitudes, (R, W): y = row · W + column; R and W are powers of 2.
        out: As above, overwritten.
        low: Diagonal from the bits of the column, (W,).
        high: Diagonal from the bits of the row and the column's upper half, (R, 2).
        J: Coupling.
        scale: As above.
        keep: As above.

    Returns:
        Σ v out.
    """
    rows, width = v.shape
    half = max(width // 2, 1)
    flipped = np.empty(width)
    total = 0.0
    for row in range(rows):
        here = v[row]
        flip_low_bits(here, flipped)
        flip_high_bits(v, row, flipped)
        target = out[row]
        for side in range(width // half):
            shift = high[row, side]
            part = 0.0
            for i in range(side * half, side * half + half):
                value = (low[i] + shift) * here[i] - J * flipped[i]
                value = scale * value - keep * target[i]
                target[i] = value
                part += here[i] * value
            total += part
    return total


@njit(error_model="numpy", fastmath=REORDER)
def flip_low_bits(here, flipped):
    """Write the sum over single bit flips inside one row (W,) to ``flipped``."""
    width = here.size
    stride = 1
    if width >= 8:
        for i in range(0, width, 8):
            a, b, c, d = here[i], here[i + 1], here[i + 2], here[i + 3]
            e, f, g, h = here[i + 4], here[i + 5], here[i + 6], here[i + 7]
            flipped[i] = b + c + e
            flipped[i + 1] = a + d + f
            flipped[i + 2] = d + a + g
            flipped[i + 3] = c + b + h
            flipped[i + 4] = f + g + a
            flipped[i + 5] = e + h + b
            flipped[i + 6] = h + e + c
            flipped[i + 7] = g + f + d
        stride = 8
    else:
        flipped[:] = 0.0
    while stride < width:
        for start in range(0, width, 2 * stride):
            for i in range(start, start + stride):
                flipped[i] += here[i + stride]
                flipped[i + stride] += here[i]
        stride *= 2


@njit(error_model="numpy", fastmath=REORDER)
def flip_high_bits(v, row, flipped):
    """Add the rows of ``v`` that differ from ``row`` in one bit, two at a time."""
    rows, width = v.shape
    bit = 1
    while 2 * bit < rows:
        one = v[row ^ bit]
        other = v[row ^ (2 * bit)]
        for i in range(width):
            flipped[i] += one[i] + other[i]
        bit *= 4
    if bit < rows:
        one = v[row ^ bit]
        for i in range(width):
            flipped[i] += one[i]


@njit(error_model="numpy", fastmath=REORDER)
def line_subtract(v, out, factor):
    """Subtract ``factor`` · v from ``out``, both (R, W), and return Σ out²."""
    rows, width = v.shape
    total = 0.0
    for row in range(rows):
        source = v[row]
        target = out[row]
        part = 0.0
        for i in range(width):
            value = target[i] - factor * source[i]
            target[i] = value
            part += value * value
        total += part
    return total


@njit(error_model="numpy", fastmath=REORDER)
def ring_step(v, out, weights, diagonal, labels, orbit_of, J, scale, keep):
    """Apply H of the ring to amplitudes that rotations and reflections leave equal.

    Args:
        v: Amplitude of each orbit's members, (D,).
        out: As above, overwritten.
        weights: Number of members, (D,).
        diagonal: −g Σ X_j, (D,).
        labels: y of one member, (D,).
        orbit_of: Orbit of every y, (2^(L−1),).
        J: Coupling.
        scale: As above.
        keep: As above.

    Returns:
        Σ w v out.
    """
    last = orbit_of.size - 1
    total = 0.0
    for start in range(0, v.size, BLOCK):
        part = 0.0
        for r in range(start, min(start + BLOCK, v.size)):
            y = labels[r]
            flipped = v[orbit_of[y ^ last]]
            bit = 1
            while bit <= last:
                flipped += v[orbit_of[y ^ bit]]
                bit *= 2
            value = scale * (diagonal[r] * v[r] - J * flipped) - keep * out[r]
            out[r] = value
            part += weights[r] * v[r] * value
        total += part
    return total


@njit(error_model="numpy", fastmath=REORDER)
def ring_subtract(v, out, weights, factor):
    """Subtract ``factor`` · v from ``out``, both (D,), and return Σ w out²."""
    total = 0.0
    for start in range(0, v.size, BLOCK):
        part = 0.0
        for r in range(start, min(start + BLOCK, v.size)):
            value = out[r] - factor * v[r]
            out[r] = value
            part += weights[r] * value * value
        total += part
    return total


@njit(error_model="numpy")
def find_orbits(sites, parity, orbit_of, labels, sizes):
    """Number the orbits of all y under the ring's rotations and reflections.

    Args:
        sites: L.
        parity: p.
        orbit_of: All −1, (2^(L−1),), overwritten.
        labels: Room for one y per orbit, overwritten.
        sizes: Room for the number of members, overwritten.

    Returns:
        The number of orbits.
    """
    mask = (1 << sites) - 1
    count = 0
    for y in range(orbit_of.size):
        if orbit_of[y] >= 0:
            continue
        full = y | (parity << (sites - 1))
        x = (full ^ (full << 1)) & mask
        mirrored = 0
        for j in range(sites):
            mirrored |= ((x >> j) & 1) << (sites - 1 - j)
        size = 0
        for _ in range(sites):
            x = ((x << 1) | (x >> (sites - 1))) & mask
            size += mark(orbit_of, running_parity(x), count)
            mirrored = ((mirrored << 1) | (mirrored >> (sites - 1))) & mask
            size += mark(orbit_of, running_parity(mirrored), count)
        labels[count] = y
        sizes[count] = size
        count += 1
    return count


@njit(error_model="numpy")
def running_parity(x):
    """Return y with y_j = x_0 ⊕ … ⊕ x_j, for up to 32 bits."""
    x ^= x << 1
    x ^= x << 2
    x ^= x << 4
    x ^= x << 8
    return x ^ (x << 16)


@njit(error_model="numpy")
def mark(orbit_of, y, orbit):
    """Put the stored bits of ``y`` into ``orbit``; return 1 if they were in none."""
    stored = y & (orbit_of.size - 1)
    if orbit_of[stored] >= 0:
        return 0
    orbit_of[stored] = orbit
    return 1


@njit(error_model="numpy", fastmath=REORDER)
def add_scaled(v, out, factor):
    """Add ``factor`` · v to ``out``, both flat."""
    for i in range(v.size):
        out[i] += factor * v[i]
