"""Compiled loops of Monte Carlo on Ising lattices.

Shapes: spins ±1 as int8 (height, width), periodic; clusters as int32 (height · width),
where equal numbers mean the same cluster; a generator as four uint64 words, seeded by
the caller. Every random number comes from xoshiro256++ (Blackman and Vigna, ACM
Transactions on Mathematical Software 47, 36, 2021), so equal words give equal runs on
every machine.
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit

# Sums of spin products over all sites and the lattice's symmetries: nearest, diagonal
# and third neighbors, knight's moves, and plaquettes.
EVEN_COUPLINGS = 5

# Σ σσ and Σ σ of a configuration, then its estimates of ⟨Σ σ⟩ and ⟨(Σ σ)²⟩, which may
# be means over more configurations than this one.
MEASURED = 4

HELD = 2
"""Marks a cluster that the field holds."""

_0 = np.uint64(0)
_1 = np.uint64(1)
_11 = np.uint64(11)
_17 = np.uint64(17)
_19 = np.uint64(19)
_23 = np.uint64(23)
_32 = np.uint64(32)
_41 = np.uint64(41)
_45 = np.uint64(45)
_63 = np.uint64(63)
_LOW = np.uint64(0xFFFFFFFF)
_TOP = np.uint64(0x8000000000000000)


@njit(inline="always")
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


@njit(inline="always")
def next_uniform(state):  # type: ignore[no-untyped-def]
    """Return a uniform number in [0, 1) with 53 random bits."""
    return np.float64(next_word(state) >> _11) * (1.0 / 9007199254740992.0)


@njit(inline="always")
def threshold(probability):  # type: ignore[no-untyped-def]
    """Return t so that the top 53 bits of a word are below t with this probability."""
    return np.uint64(np.ceil(probability * 9007199254740992.0))


@njit(inline="always")
def root_of(clusters, site):  # type: ignore[no-untyped-def]
    """Return the smallest site of the cluster, halving the path to it."""
    while clusters[site] != site:
        clusters[site] = clusters[clusters[site]]
        site = clusters[site]
    return site


@njit(inline="always")
def join(clusters, first, second):  # type: ignore[no-untyped-def]
    """Make one cluster of the clusters of two sites."""
    a = root_of(clusters, first)
    b = root_of(clusters, second)
    if a < b:
        clusters[b] = a
    else:
        clusters[a] = b


@njit(inline="always")
def half_threshold(probability):  # type: ignore[no-untyped-def]
    """Return t so that 32 random bits are below t with this probability, to 2⁻³²."""
    return np.uint64(np.ceil(probability * 4294967296.0))


@njit()
def freeze_bonds(spins, K, clusters, state):  # type: ignore[no-untyped-def]
    """Freeze each bond that its coupling favors with probability 1 − e^{−2|K|}.

    Site by site in raster order, one random word for the bonds to the left and up; then
    those that close the torus. Writes to ``clusters`` (height · width) for every site a
    site of its cluster that is not larger; the smallest points to itself.
    """
    height, width = spins.shape
    flat = spins.ravel()
    frozen = half_threshold(1.0 - np.exp(-2.0 * abs(K)))
    favored = np.int8(1 if K >= 0.0 else -1)
    for y in range(height):
        root = 0
        for x in range(width):
            here = y * width + x
            site = np.uint64(here)  # unsigned, which spares a test for negative ones
            spin = favored * flat[site]
            bits = next_word(state)
            left = x > 0 and flat[site - _1] == spin and (bits & _LOW) < frozen
            if not left:
                root = here
            above = y > 0 and flat[np.uint64(here - width)] == spin
            if above and (bits >> _32) < frozen:
                other = root_of(clusters, here - width)
                if other < root:
                    if left:
                        clusters[root] = other
                    root = other
                elif left:
                    clusters[other] = root
            clusters[site] = root
    for y in range(height):
        first, last = y * width, y * width + width - 1
        if flat[first] == favored * flat[last] and (next_word(state) >> _32) < frozen:
            join(clusters, first, last)
    for x in range(width):
        last = (height - 1) * width + x
        if flat[x] == favored * flat[last] and (next_word(state) >> _32) < frozen:
            join(clusters, x, last)


@njit()
def hold_clusters(spins, h, clusters, turned, state):  # type: ignore[no-untyped-def]
    """Tie each spin along the field to it with probability 1 − e^{−2|h|}.

    Marks in ``turned``, at the smallest site, the clusters that hang on the field, the
    "ghost spin", with :data:`HELD`; they cannot turn.
    """
    flat = spins.ravel()
    tied = half_threshold(1.0 - np.exp(-2.0 * abs(h)))
    along = np.int8(1 if h >= 0.0 else -1)
    for site in range(clusters.size):
        root = clusters[clusters[site]]
        clusters[site] = root
        if root == site:
            turned[site] = 0
        if flat[site] == along and (next_word(state) >> _32) < tied:
            turned[root] = HELD


@njit()
def turn_clusters(spins, clusters, turned, held, state):  # type: ignore[no-untyped-def]
    """Turn over each cluster with probability 1/2, where ``held`` only those not held.

    Settles ``clusters`` to the smallest site of each cluster; there ``turned``
    (height · width) says whether it turned.
    """
    flat = spins.ravel()
    bits = _0
    for site in range(clusters.size):
        # Pointers lead to smaller sites, which were settled before.
        root = clusters[clusters[site]]
        clusters[site] = root
        if root == site and not (held and turned[site] == HELD):
            if bits <= _1:
                bits = next_word(state) | _TOP
            turned[site] = bits & _1
            bits >>= _1
        flat[site] *= np.int8(1 - 2 * np.int64(turned[root] & 1))


@njit()
def swendsen_wang(spins, K, clusters, turned, state):  # type: ignore[no-untyped-def]
    """Update all clusters once (Swendsen and Wang, PRL 58, 86, 1987).

    A bond that its coupling favors is frozen with probability 1 − e^{−2|K|}; then each
    cluster turns over with probability 1/2. ``clusters`` keeps those of this update,
    ``turned`` (height · width) whether they turned, at their smallest site.
    """
    freeze_bonds(spins, K, clusters, state)
    turn_clusters(spins, clusters, turned, False, state)


@njit()
def swendsen_wang_in_field(  # type: ignore[no-untyped-def]
    spins, K, h, clusters, turned, state
):
    """Update all clusters once in the field ``h``; ``turned`` also says which it held.

    The field is one more spin, coupled to all others, that never turns.
    """
    freeze_bonds(spins, K, clusters, state)
    hold_clusters(spins, h, clusters, turned, state)
    turn_clusters(spins, clusters, turned, True, state)


@njit()
def wolff(spins, K, stack, state):  # type: ignore[no-untyped-def]
    """Turn over one cluster grown from a random site (Wolff, PRL 62, 361, 1989).

    Sides must be even where K is negative: a site is known to be in the cluster by its
    spin alone. ``stack`` is scratch for the sites whose neighbors are still to be
    tried, (height · width,). Returns the size of the cluster and the Σ σ it had.

    Neighbors are tried without branches, which random bonds would mispredict: each is
    written to the stack, whose end moves only if it joined.
    """
    height, width = spins.shape
    flat = spins.ravel()
    sites = height * width
    joined = half_threshold(1.0 - np.exp(-2.0 * abs(K)))
    turn = np.int8(-1 if K >= 0.0 else 1)
    site = np.int64(next_uniform(state) * sites)
    flat[site] = -flat[site]
    stack[0] = site
    waiting = 1
    size = 0
    total = 0
    while waiting:
        waiting -= 1
        site = np.int64(stack[waiting])
        x = site % width
        spin = flat[np.uint64(site)]
        size += 1
        total -= spin
        # Turned already, so a neighbor not yet in the cluster has this value.
        wanted = turn * spin
        bits = next_word(state)
        other = site + 1 if x + 1 < width else site + 1 - width
        waiting += try_site(flat, stack, waiting, other, wanted, bits & _LOW, joined)
        other = site - 1 if x > 0 else site - 1 + width
        waiting += try_site(flat, stack, waiting, other, wanted, bits >> _32, joined)
        bits = next_word(state)
        other = site + width if site + width < sites else site + width - sites
        waiting += try_site(flat, stack, waiting, other, wanted, bits & _LOW, joined)
        other = site - width if site >= width else site - width + sites
        waiting += try_site(flat, stack, waiting, other, wanted, bits >> _32, joined)
    return size, total


@njit(inline="always")
def try_site(flat, stack, at, site, wanted, bits, joined):  # type: ignore[no-untyped-def]
    """Turn the spin and stack its site if it is ``wanted`` and the bits say so."""
    spin = flat[np.uint64(site)]
    joins = np.int64(spin == wanted) & np.int64(bits < joined)
    flat[np.uint64(site)] = spin * np.int8(1 - 2 * joins)
    stack[np.uint64(at)] = site
    return joins


@njit()
def metropolis(spins, K, h, state):  # type: ignore[no-untyped-def]
    """Try to turn over as many spins as there are, drawn at random, in the field ``h``.

    A spin turns with probability min(1, e^{−2σ(K Σσ' + h)}), where its bonds with
    itself, around a side of 1, do not count. Returns how many turned.

    Not in order: turns that cost nothing are certain, so that a sweep in order carries
    domain walls along the rows of small lattices and rings, and never mixes.
    """
    height, width = spins.shape
    flat = spins.ravel()
    sites = flat.size
    wide, high = np.int64(width > 1), np.int64(height > 1)
    accept = np.empty((2, 5), dtype=np.uint64)
    for up in range(2):
        for neighbors in range(5):
            change = 2.0 * (2 * up - 1) * (K * (2 * neighbors - 4) + h)
            accept[up, neighbors] = half_threshold(np.exp(-max(change, 0.0)))
    turned = np.int64(0)
    for _ in range(sites):
        bits = next_word(state)
        site = np.int64(((bits >> _32) * np.uint64(sites)) >> _32)
        x = site % width
        left = site - 1 if x > 0 else site - 1 + width
        right = site + 1 if x + 1 < width else site + 1 - width
        above = site - width if site >= width else site - width + sites
        below = site + width if site + width < sites else site + width - sites
        total = high * (flat[above] + flat[below]) + wide * (flat[left] + flat[right])
        spin = np.int64(flat[site])
        turns = np.int64((bits & _LOW) < accept[(spin + 1) // 2, (total + 4) // 2])
        flat[site] = spin * (1 - 2 * turns)
        turned += turns
    return turned


@njit()
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


@njit()
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


@njit()
def share_cluster(clusters, width, b, y, x, v, u):  # type: ignore[no-untyped-def]
    """Return whether some cluster has sites in both of the blocks (y, x) and (v, u)."""
    for i in range(b * b):
        first = clusters[(b * y + i // b) * width + b * x + i % b]
        for j in range(b * b):
            if clusters[(b * v + j // b) * width + b * u + j % b] == first:
                return True
    return False


@njit()
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


@njit()
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


@njit()
def spin_sum(spins):  # type: ignore[no-untyped-def]
    """Return Σ σ."""
    total = 0
    for spin in spins.ravel():
        total += spin
    return total


@njit()
def cluster_moments(  # type: ignore[no-untyped-def]
    spins, clusters, turned, held, moments
):
    """Return the means of Σ σ and (Σ σ)² over all ways to turn the clusters.

    With m_c the Σ σ of a cluster after the update, clusters that the field does not
    hold add nothing to the first and m_c² to the second. ``moments`` is scratch, int32
    (height · width).
    """
    flat = spins.ravel()
    kept = 0.0
    free = 0.0
    moments[:] = 0
    for site in range(clusters.size):
        moments[clusters[site]] += flat[site]
    for site in range(clusters.size):
        if clusters[site] == site:
            moment = np.float64(moments[site])
            if held and turned[site] == HELD:
                kept += moment
            else:
                free += moment * moment
    return kept, kept * kept + free


@njit()
def measure_clusters(  # type: ignore[no-untyped-def]
    spins, K, h, clusters, turned, moments, state, out
):
    """Write what :data:`MEASURED` names after each Swendsen–Wang update to ``out``.

    ``moments`` is scratch, int32 (height · width); ``out`` is (S, :data:`MEASURED`).
    """
    held = h != 0.0
    for n in range(out.shape[0]):
        if held:
            swendsen_wang_in_field(spins, K, h, clusters, turned, state)
        else:
            swendsen_wang(spins, K, clusters, turned, state)
        out[n, 0] = bond_sum(spins)
        out[n, 1] = spin_sum(spins)
        mean, square = cluster_moments(spins, clusters, turned, held, moments)
        out[n, 2] = mean
        out[n, 3] = square


@njit()
def measure_wolff(spins, K, count, stack, state, out):  # type: ignore[no-untyped-def]
    """Write what :data:`MEASURED` names after every ``count`` clusters to ``out``.

    A cluster that contains a random site is met in proportion to its size n_c, so the
    mean of N m_c²/n_c is the mean of Σ m_c² over all clusters. ``out`` is
    (S, :data:`MEASURED`).
    """
    for n in range(out.shape[0]):
        square = 0.0
        for _ in range(count):
            size, total = wolff(spins, K, stack, state)
            square += np.float64(total) * np.float64(total) / size
        out[n, 0] = bond_sum(spins)
        out[n, 1] = spin_sum(spins)
        out[n, 2] = 0.0
        out[n, 3] = square * spins.size / count


@njit()
def mirrors(total, h, state):  # type: ignore[no-untyped-def]
    """Return whether to turn over everything, where Σ σ is ``total``, by a heat bath.

    The probability e^{−hM}/(e^{hM} + e^{−hM}) leaves equilibrium alone, and lets single
    spins change sides in a weak field, which they hardly ever do by themselves.
    """
    return next_uniform(state) < 0.5 - 0.5 * np.tanh(h * total)


@njit()
def measure_metropolis(spins, K, h, state, out):  # type: ignore[no-untyped-def]
    """Write what :data:`MEASURED` names after each sweep to ``out``.

    In a field, every sweep ends with the choice of :func:`mirrors`.
    """
    for n in range(out.shape[0]):
        metropolis(spins, K, h, state)
        total = np.float64(spin_sum(spins))
        if h != 0.0 and mirrors(total, h, state):
            total = -total
            flat = spins.ravel()
            for site in range(flat.size):
                flat[site] = -flat[site]
        out[n, 0] = bond_sum(spins)
        out[n, 1] = total
        out[n, 2] = total * np.tanh(h * total)  # the mean over both choices
        out[n, 3] = total * total


@njit()
def sample_bonds(spins, K, clusters, turned, state, out):  # type: ignore[no-untyped-def]
    """Write Σ σσ after each of S Swendsen–Wang updates to ``out`` (S,)."""
    for n in range(out.size):
        swendsen_wang(spins, K, clusters, turned, state)
        out[n] = bond_sum(spins)


@njit()
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


@njit()
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
