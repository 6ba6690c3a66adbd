"""Blocks of b × b spins by their majority: int8 (height / b, width / b)."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.statmech.ising.kernels.random_words import next_word
from spacewheat_sim.statmech.ising.kernels.swendsen_wang import swendsen_wang

# Sums of spin products over all sites and the lattice's symmetries: nearest, diagonal
# and third neighbors, knight's moves, and plaquettes.
EVEN_COUPLINGS = 5

_63 = np.uint64(63)


@njit()
def block_spins(spins, b, blocks, state):
    """Write the majority of each b × b block to ``blocks``; a coin settles ties."""
    height, width = blocks.shape
    for y in range(height):
        for x in range(width):
            total = 0
            for v in range(b * y, b * y + b):
                for u in range(b * x, b * x + b):
                    total += spins[v, u]
            if total == 0:
                total = 1 if next_word(state) >> _63 else -1
            blocks[y, x] = 1 if total > 0 else -1


@njit()
def share_cluster(clusters, width, b, y, x, v, u):
    """Return whether some cluster has sites in both of the blocks (y, x) and (v, u)."""
    for i in range(b * b):
        first = clusters[(b * y + i // b) * width + b * x + i % b]
        for j in range(b * b):
            if clusters[(b * v + j // b) * width + b * u + j % b] == first:
                return True
    return False


@njit()
def joined_bond_sum(blocks, clusters, b):
    """Return Σ ss over those bonds of the blocks that share a cluster below.

    Given the clusters, blocks that share none are independent and of either sign with
    equal probability, so leaving them out changes no mean and removes their noise.
    """
    height, width = blocks.shape
    total = 0
    for y in range(height):
        below = y + 1 if y + 1 < height else 0
        for x in range(width):
            right = x + 1 if x + 1 < width else 0
            if share_cluster(clusters, width * b, b, y, x, y, right):
                total += blocks[y, x] * blocks[y, right]
            if share_cluster(clusters, width * b, b, y, x, below, x):
                total += blocks[y, x] * blocks[below, x]
    return total


@njit()
def even_couplings(spins, out):
    """Write the sums of the even spin products of :data:`EVEN_COUPLINGS` to ``out``.

    ``spins`` may be the top left corner of a larger array: its own sides count.
    """
    height, width = spins.shape
    near = 0
    diagonal = 0
    third = 0
    knight = 0
    plaquette = 0
    for y in range(height):
        y1 = (y + 1) % height
        y2 = (y + 2) % height
        above = (y - 1) % height
        above2 = (y - 2) % height
        for x in range(width):
            x1 = (x + 1) % width
            x2 = (x + 2) % width
            s = spins[y, x]
            right = spins[y, x1]
            down = spins[y1, x]
            across = spins[y1, x1]
            near += s * (right + down)
            diagonal += s * (across + spins[above, x1])
            third += s * (spins[y, x2] + spins[y2, x])
            knight += s * (
                spins[y1, x2] + spins[above, x2] + spins[y2, x1] + spins[above2, x1]
            )
            plaquette += s * right * down * across
    out[0] = near
    out[1] = diagonal
    out[2] = third
    out[3] = knight
    out[4] = plaquette


@njit()
def sample_block_bonds(spins, K, b, clusters, turned, blocks, state, out):
    """Write the blocked lattice's Σ ss after each of S updates to ``out`` (S,).

    Bonds without a common cluster below are left out: see :func:`joined_bond_sum`.
    """
    for n in range(out.size):
        swendsen_wang(spins, K, clusters, turned, state)
        block_spins(spins, b, blocks, state)
        out[n] = joined_bond_sum(blocks, clusters, b)


@njit()
def sample_tower(spins, K, b, clusters, turned, work, state, out):
    """Write the even couplings of the lattice and its blockings after each update.

    Args:
        spins: The lattice, (side, side).
        K: Its coupling.
        b: Side of a block.
        clusters: Scratch, (side²,).
        turned: Scratch, (side²,).
        work: Scratch for the blocked lattices, (levels, side, side).
        state: The generator's words, (4,).
        out: Receives the sums, (S, levels + 1, :data:`EVEN_COUPLINGS`).
    """
    for n in range(out.shape[0]):
        swendsen_wang(spins, K, clusters, turned, state)
        even_couplings(spins, out[n, 0])
        side = spins.shape[0]
        finer = spins
        for level in range(1, out.shape[1]):
            side //= b
            blocks = work[level - 1, :side, :side]
            block_spins(finer, b, blocks, state)
            even_couplings(blocks, out[n, level])
            finer = blocks
