"""Compiled loops of Monte Carlo on Ising lattices.

Shapes: spins ±1 as int8 (height, width), periodic; clusters as int32 (height · width),
where equal numbers mean the same cluster; a generator as four uint64 words, seeded by
the caller. Every random number comes from xoshiro256++ (Blackman and Vigna, ACM
Transactions on Mathematical Software 47, 36, 2021), so equal words give equal runs on
every machine.
"""

from __future__ import annotations

import numpy as np
from numba import njit

# Sums of spin products over all sites and the lattice's symmetries: nearest, diagonal
# and third neighbors, knight's moves, and plaquettes.
EVEN_COUPLINGS = 5

_11 = np.uint64(11)
_17 = np.uint64(17)
_19 = np.uint64(19)
_23 = np.uint64(23)
_41 = np.uint64(41)
_45 = np.uint64(45)
_63 = np.uint64(63)


@njit(cache=True, inline="always")
def next_word(state):  # type: ignore[no-untyped-def]
    """Return 64 random bits of xoshiro256++ and advance ``state`` (4,)."""
    a = state[0] + state[3]
    result = ((a << _23) | (a >> _41)) + state[0]
    t = state[1] << _17
    state[2] ^= state[0]
    state[3] ^= state[1]
    state[1] ^= state[2]
    state[0] ^= state[3]
    state[2] ^= t
    state[3] = (state[3] << _45) | (state[3] >> _19)
    return result


@njit(cache=True, inline="always")
def next_uniform(state):  # type: ignore[no-untyped-def]
    """Return a uniform number in [0, 1) with 53 random bits."""
    return np.float64(next_word(state) >> _11) * (1.0 / 9007199254740992.0)


@njit(cache=True, inline="always")
def threshold(probability):  # type: ignore[no-untyped-def]
    """Return t so that the top 53 bits of a word are below t with this probability."""
    return np.uint64(np.ceil(probability * 9007199254740992.0))


@njit(cache=True, inline="always")
def root_of(clusters, site):  # type: ignore[no-untyped-def]
    """Return the smallest site of the cluster, halving the path to it."""
    while clusters[site] != site:
        clusters[site] = clusters[clusters[site]]
        site = clusters[site]
    return site


@njit(cache=True, inline="always")
def join(clusters, first, second):  # type: ignore[no-untyped-def]
    """Make one cluster of the clusters of two sites."""
    a = root_of(clusters, first)
    b = root_of(clusters, second)
    if a < b:
        clusters[b] = a
    else:
        clusters[a] = b


@njit(cache=True)
def swendsen_wang(spins, K, clusters, turned, state):  # type: ignore[no-untyped-def]
    """Update all clusters once (Swendsen and Wang, PRL 58, 86, 1987).

    A bond that its coupling favors is frozen with probability 1 − e^{−2|K|}; then each
    cluster turns over with probability 1/2. ``clusters`` keeps those of this update,
    ``turned`` (height · width) whether they turned, at their smallest site.
    """
    height, width = spins.shape
    frozen = threshold(1.0 - np.exp(-2.0 * abs(K)))
    favored = 1 if K >= 0.0 else -1
    for site in range(clusters.size):
        clusters[site] = site
    for y in range(height):
        below = y + 1 if y + 1 < height else 0
        for x in range(width):
            site = y * width + x
            right = x + 1 if x + 1 < width else 0
            wanted = favored * spins[y, x]
            if spins[y, right] == wanted and (next_word(state) >> _11) < frozen:
                join(clusters, site, y * width + right)
            if spins[below, x] == wanted and (next_word(state) >> _11) < frozen:
                join(clusters, site, below * width + x)
    for y in range(height):
        for x in range(width):
            site = y * width + x
            root = root_of(clusters, site)
            clusters[site] = root
            # The root is the smallest site of its cluster, so it was settled before.
            if root == site:
                turned[site] = next_word(state) >> _63
            if turned[root]:
                spins[y, x] = -spins[y, x]


@njit(cache=True)
def wolff(spins, K, stack, state):  # type: ignore[no-untyped-def]
    """Turn over one cluster grown from a random site (Wolff, PRL 62, 361, 1989).

    Sides must be even where K is negative: a site is known to be in the cluster by its
    spin alone. ``stack`` is scratch for the sites whose neighbors are still to be
    tried, (height · width,). Returns the size of the cluster.
    """
    height, width = spins.shape
    joined = threshold(1.0 - np.exp(-2.0 * abs(K)))
    turn = -1 if K >= 0.0 else 1
    site = np.int64(next_uniform(state) * (height * width))
    spins[site // width, site % width] *= -1
    stack[0] = site
    waiting = 1
    size = 1
    while waiting:
        waiting -= 1
        site = stack[waiting]
        y = site // width
        x = site % width
        # Turned already, so a neighbor not yet in the cluster has this value.
        wanted = turn * spins[y, x]
        for direction in range(4):
            v = y
            u = x
            if direction == 0:
                u = x + 1 if x + 1 < width else 0
            elif direction == 1:
                u = x - 1 if x > 0 else width - 1
            elif direction == 2:
                v = y + 1 if y + 1 < height else 0
            else:
                v = y - 1 if y > 0 else height - 1
            if spins[v, u] == wanted and (next_word(state) >> _11) < joined:
                spins[v, u] = -spins[v, u]
                stack[waiting] = v * width + u
                waiting += 1
                size += 1
    return size


@njit(cache=True)
def metropolis(spins, K, h, state):  # type: ignore[no-untyped-def]
    """Try to turn over every spin once, in order, in the field ``h``.

    A spin turns with probability min(1, e^{−2σ(K Σσ' + h)}). Returns how many turned.
    """
    height, width = spins.shape
    accept = np.empty((2, 5))
    for up in range(2):
        for neighbors in range(5):
            change = 2.0 * (2 * up - 1) * (K * (2 * neighbors - 4) + h)
            accept[up, neighbors] = np.exp(-change) if change > 0.0 else 1.0
    turned = 0
    for y in range(height):
        above = y - 1 if y > 0 else height - 1
        below = y + 1 if y + 1 < height else 0
        for x in range(width):
            left = x - 1 if x > 0 else width - 1
            right = x + 1 if x + 1 < width else 0
            total = spins[above, x] + spins[below, x] + spins[y, left] + spins[y, right]
            chance = accept[(spins[y, x] + 1) // 2, (total + 4) // 2]
            if chance >= 1.0 or next_uniform(state) < chance:
                spins[y, x] = -spins[y, x]
                turned += 1
    return turned


@njit(cache=True)
def bond_sum(spins):  # type: ignore[no-untyped-def]
    """Return Σ σσ over the bonds to the right and down of every site."""
    height, width = spins.shape
    total = 0
    for y in range(height):
        below = y + 1 if y + 1 < height else 0
        for x in range(width):
            right = x + 1 if x + 1 < width else 0
            total += spins[y, x] * (spins[y, right] + spins[below, x])
    return total


@njit(cache=True)
def block_spins(spins, b, blocks, state):  # type: ignore[no-untyped-def]
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


@njit(cache=True)
def share_cluster(clusters, width, b, y, x, v, u):  # type: ignore[no-untyped-def]
    """Return whether some cluster has sites in both of the blocks (y, x) and (v, u)."""
    for i in range(b * b):
        first = clusters[(b * y + i // b) * width + b * x + i % b]
        for j in range(b * b):
            if clusters[(b * v + j // b) * width + b * u + j % b] == first:
                return True
    return False


@njit(cache=True)
def joined_bond_sum(blocks, clusters, b):  # type: ignore[no-untyped-def]
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


@njit(cache=True)
def even_couplings(spins, out):  # type: ignore[no-untyped-def]
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


@njit(cache=True)
def sample_bonds(spins, K, clusters, turned, state, out):  # type: ignore[no-untyped-def]
    """Write Σ σσ after each of S Swendsen–Wang updates to ``out`` (S,)."""
    for n in range(out.size):
        swendsen_wang(spins, K, clusters, turned, state)
        out[n] = bond_sum(spins)


@njit(cache=True)
def sample_block_bonds(  # type: ignore[no-untyped-def]
    spins, K, b, clusters, turned, blocks, state, out
):
    """Write the blocked lattice's Σ ss after each of S updates to ``out`` (S,).

    Bonds without a common cluster below are left out: see :func:`joined_bond_sum`.
    """
    for n in range(out.size):
        swendsen_wang(spins, K, clusters, turned, state)
        block_spins(spins, b, blocks, state)
        out[n] = joined_bond_sum(blocks, clusters, b)


@njit(cache=True)
def sample_tower(  # type: ignore[no-untyped-def]
    spins, K, b, clusters, turned, work, state, out
):
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
