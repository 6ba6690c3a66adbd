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
_LOW = np.uint64(0xFFFFFFFF)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
_TOP = np.uint64(0x8000000000000000)


@njit(inline="always")
def next_word(state):
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
def next_uniform(state):
    """Return a uniform number in [0, 1) with 53 random bits."""
    return np.float64(next_word(state) >> _11) * (1.0 / 9007199254740992.0)


@njit(inline="always")
def threshold(probability):
    """Return t so that the top 53 bits of a word are below t with this probability."""
    return np.uint64(np.ceil(probability * 9007199254740992.0))


@njit(inline="always")
def root_of(clusters, site):
    """Return the smallest site of the cluster, halving the path to it."""
    while clusters[site] != site:
        clusters[site] = clusters[clusters[site]]
        site = clusters[site]
    return site


@njit(inline="always")
def join(clusters, first, second):
    """Make one cluster of the clusters of two sites."""
    a = root_of(clusters, first)
    b = root_of(clusters, second)
    if a < b:
        clusters[b] = a
    else:
        clusters[a] = b


@njit(inline="always")
def half_threshold(probability):
    """Return t so that 32 random bits are below t with this probability, to 2⁻³²."""
    return np.uint64(np.ceil(probability * 4294967296.0))


@njit(inline="always")
def whole_threshold(probability):
    """Return t so that 64 random bits are below t with this probability, to 2⁻⁶⁴."""
    if probability >= 1.0:
        return _ALL
    return np.uint64(np.ceil(probability * 18446744073709551616.0))


@njit(inline="always")
def freezing(K):
    """Return the threshold of freezing a bond, 1 − e^{−2|K|}, and the σσ it favors."""
    return half_threshold(1.0 - np.exp(-2.0 * abs(K))), np.int8(1 if K >= 0.0 else -1)


@njit(inline="always")
def freeze_rows(flat, width, frozen, favored, clusters, state, first, last):
    """Freeze each bond that its coupling favors with probability 1 − e^{−2|K|}.

    Site by site in raster order, one random word for the bonds to the left and up, in
    the rows from ``first`` up to ``last``; those before have been done. Writes to
    ``clusters`` (height · width) for every site a site of its cluster that is not
    larger; the smallest points to itself. ``flat`` has the spins, (height · width),
    ``frozen`` and ``favored`` come from :func:`freezing`.
    """
    for y in range(first, last):
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


@njit(inline="always")
def freeze_closing_bonds(flat, width, frozen, favored, clusters, state):
    """Freeze the bonds that close the torus, after all rows."""
    end = flat.size - width
    for first in range(0, flat.size, width):
        last = first + width - 1
        if flat[first] == favored * flat[last] and (next_word(state) >> _32) < frozen:
            join(clusters, first, last)
    for x in range(width):
        last = end + x
        if flat[x] == favored * flat[last] and (next_word(state) >> _32) < frozen:
            join(clusters, x, last)


@njit(inline="always")
def hold_clusters(spins, h, clusters, turned, state, first, last):
    """Tie each spin along the field to it with probability 1 − e^{−2|h|}.

    The sites from ``first`` up to ``last``; those before have been done. Marks in
    ``turned``, at the smallest site, the clusters that hang on the field, the "ghost
    spin", with :data:`HELD`; they cannot turn.
    """
    flat = spins.ravel()
    tied = threshold(-np.expm1(-2.0 * abs(h)))
    along = np.int8(1 if h >= 0.0 else -1)
    for site in range(first, last):
        at = np.uint64(site)
        root = clusters[clusters[at]]
        clusters[at] = root
        if root == site:
            turned[at] = 0
        if flat[at] == along and (next_word(state) >> _11) < tied:
            turned[root] = HELD


@njit(inline="always")
def turn_clusters(spins, clusters, turned, held, state, first, last, bits):
    """Turn over each cluster with probability 1/2, where ``held`` only those not held.

    The sites from ``first`` up to ``last``; those before have been done, and left the
    random ``bits``, at first 0, that this returns again. Settles ``clusters`` to the
    smallest site of each cluster; there ``turned`` (height · width) says whether it
    turned.
    """
    flat = spins.ravel()
    for site in range(first, last):
        at = np.uint64(site)  # unsigned, which spares a test for negative ones
        # Pointers lead to smaller sites, which were settled before.
        root = clusters[clusters[at]]
        clusters[at] = root
        if root == site and not (held and turned[at] == HELD):
            if bits <= _1:
                bits = next_word(state) | _TOP
            turned[at] = bits & _1
            bits >>= _1
        flat[at] *= np.int8(1 - 2 * np.int64(turned[root] & 1))
    return bits


@njit()
def freeze_bonds(spins, K, clusters, state):
    """Freeze bonds all over the torus."""
    height, width = spins.shape
    flat = spins.ravel()
    frozen, favored = freezing(K)
    freeze_rows(flat, width, frozen, favored, clusters, state, 0, height)
    freeze_closing_bonds(flat, width, frozen, favored, clusters, state)


@njit()
def swendsen_wang(spins, K, clusters, turned, state):
    """Update all clusters once (Swendsen and Wang, PRL 58, 86, 1987).

    A bond that its coupling favors is frozen with probability 1 − e^{−2|K|}; then each
    cluster turns over with probability 1/2. ``clusters`` keeps those of this update,
    ``turned`` (height · width) whether they turned, at their smallest site.
    """
    freeze_bonds(spins, K, clusters, state)
    turn_clusters(spins, clusters, turned, False, state, 0, spins.size, _0)


@njit()
def swendsen_wang_in_field(spins, K, h, clusters, turned, state):
    """Update all clusters once in the field ``h``; ``turned`` also says which it held.

    The field is one more spin, coupled to all others, that never turns.
    """
    freeze_bonds(spins, K, clusters, state)
    hold_clusters(spins, h, clusters, turned, state, 0, spins.size)
    turn_clusters(spins, clusters, turned, True, state, 0, spins.size, _0)


@njit(inline="always")
def start_cluster(flat, stack, state):
    """Turn over a random site and put it on the stack, to grow a cluster from."""
    site = np.int64(next_uniform(state) * flat.size)
    flat[site] = -flat[site]
    stack[0] = site


@njit(inline="always")
def grow_cluster(flat, width, frozen, favored, stack, state, waiting, most):
    """Turn over what joins the cluster, until it is whole or ``most`` sites are done.

    Sides must be even where K is negative: a site is known to be in the cluster by its
    spin alone. ``stack`` (height · width,) holds ``waiting`` sites whose neighbors are
    still to be tried; ``flat``, ``frozen`` and ``favored`` are those of
    :func:`freeze_rows`. Returns how many still wait, how many were done, and the Σ σ
    that those had.

    Neighbors are tried without branches, which random bonds would mispredict: each is
    written to the stack, whose end moves only if it joined.
    """
    sites = flat.size
    size = 0
    total = 0
    while waiting and size < most:
        waiting -= 1
        site = np.int64(stack[waiting])
        x = site % width
        spin = flat[np.uint64(site)]
        size += 1
        total -= spin
        # Turned already, so a neighbor not yet in the cluster has this value.
        wanted = -favored * spin
        bits = next_word(state)
        other = site + 1 if x + 1 < width else site + 1 - width
        waiting += try_site(flat, stack, waiting, other, wanted, bits & _LOW, frozen)
        other = site - 1 if x > 0 else site - 1 + width
        waiting += try_site(flat, stack, waiting, other, wanted, bits >> _32, frozen)
        bits = next_word(state)
        other = site + width if site + width < sites else site + width - sites
        waiting += try_site(flat, stack, waiting, other, wanted, bits & _LOW, frozen)
        other = site - width if site >= width else site - width + sites
        waiting += try_site(flat, stack, waiting, other, wanted, bits >> _32, frozen)
    return waiting, size, total


@njit()
def wolff(spins, K, stack, state):
    """Turn over one cluster grown from a random site (Wolff, PRL 62, 361, 1989).

    ``stack`` is scratch, (height · width,). Returns the size of the cluster and the
    Σ σ it had. Sides must be even where K is negative.
    """
    flat, width = spins.ravel(), spins.shape[1]
    frozen, favored = freezing(K)
    start_cluster(flat, stack, state)
    _, size, total = grow_cluster(
        flat, width, frozen, favored, stack, state, 1, flat.size
    )
    return size, total


@njit(inline="always")
def try_site(flat, stack, at, site, wanted, bits, joined):
    """Turn the spin and stack its site if it is ``wanted`` and the bits say so."""
    spin = flat[np.uint64(site)]
    joins = np.int64(spin == wanted) & np.int64(bits < joined)
    flat[np.uint64(site)] = spin * np.int8(1 - 2 * joins)
    stack[np.uint64(at)] = site
    return joins


@njit()
def metropolis(spins, K, h, state, tries):
    """Try to turn over ``tries`` spins, drawn at random, in the field ``h``.

    A spin turns with probability min(1, e^{−2σ(K Σσ' + h)}), where its bonds with
    itself, around a side of 1, do not count. Returns how many turned. One random word
    gives the site, and what it leaves over decides: 2⁻⁶⁴ times the sites is the
    resolution, so that turns of probability 1e−10 are as rare as they should be.

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
            accept[up, neighbors] = whole_threshold(np.exp(-max(change, 0.0)))
    turned = np.int64(0)
    for _ in range(tries):
        bits = next_word(state)
        place = (bits >> _32) * np.uint64(sites)
        site = np.int64(place >> _32)
        x = site % width
        left = site - 1 if x > 0 else site - 1 + width
        right = site + 1 if x + 1 < width else site + 1 - width
        above = site - width if site >= width else site - width + sites
        below = site + width if site + width < sites else site + width - sites
        total = high * (flat[above] + flat[below]) + wide * (flat[left] + flat[right])
        spin = np.int64(flat[site])
        rest = (bits << _32) ^ place
        turns = np.int64(rest < accept[(spin + 1) // 2, (total + 4) // 2])
        flat[site] = spin * (1 - 2 * turns)
        turned += turns
    return turned


@njit()
def bond_sum(spins, first, last):
    """Return Σ σσ over the bonds to the right and down of the sites of some rows."""
    height, width = spins.shape
    total = 0
    for y in range(first, last):
        below = y + 1 if y + 1 < height else 0
        for x in range(width):
            right = x + 1 if x + 1 < width else 0
            total += spins[y, x] * (spins[y, right] + spins[below, x])
    return total


@njit()
def spin_sum(spins):
    """Return Σ σ."""
    total = 0
    for spin in spins.ravel():
        total += spin
    return total


@njit(inline="always")
def add_moments(spins, clusters, moments, first, last):
    """Add each σ from the site ``first`` up to ``last`` to its cluster's moment.

    ``moments``, int32 (height · width), has them at the smallest site of each cluster.
    """
    flat = spins.ravel()
    for site in range(first, last):
        at = np.uint64(site)
        moments[clusters[at]] += flat[at]


@njit(inline="always")
def sum_moments(clusters, turned, held, moments, first, last, kept, free):
    """Return Σ m_c over the clusters held and Σ m_c² over the others.

    m_c is the Σ σ of a cluster. ``kept`` and ``free`` are these sums over the clusters
    whose smallest site is below ``first``.
    """
    for site in range(first, last):
        at = np.uint64(site)
        if clusters[at] == site:
            moment = np.float64(moments[at])
            if held and turned[at] == HELD:
                kept += moment
            else:
                free += moment * moment
    return kept, free


@njit()
def cluster_moments(spins, clusters, turned, held, moments):
    """Return the means of Σ σ and (Σ σ)² over all ways to turn the clusters.

    Clusters that the field does not hold add nothing to the first and m_c² to the
    second. ``moments`` is scratch, int32 (height · width).
    """
    moments[:] = 0
    sites = clusters.size
    add_moments(spins, clusters, moments, 0, sites)
    kept, free = sum_moments(clusters, turned, held, moments, 0, sites, 0.0, 0.0)
    return kept, kept * kept + free


@njit()
def measure_clusters(spins, K, h, clusters, turned, moments, state, out):
    """Write what :data:`MEASURED` names after each Swendsen–Wang update to ``out``.

    ``moments`` is scratch, int32 (height · width); ``out`` is (S, :data:`MEASURED`).
    """
    held = h != 0.0
    for n in range(out.shape[0]):
        if held:
            swendsen_wang_in_field(spins, K, h, clusters, turned, state)
        else:
            swendsen_wang(spins, K, clusters, turned, state)
        out[n, 0] = bond_sum(spins, 0, spins.shape[0])
        out[n, 1] = spin_sum(spins)
        mean, square = cluster_moments(spins, clusters, turned, held, moments)
        out[n, 2] = mean
        out[n, 3] = square


@njit()
def measure_wolff(spins, K, count, stack, state, out):
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
        out[n, 0] = bond_sum(spins, 0, spins.shape[0])
        out[n, 1] = spin_sum(spins)
        out[n, 2] = 0.0
        out[n, 3] = square * spins.size / count


@njit()
def mirrors(total, h, state):
    """Return whether to turn over everything, where Σ σ is ``total``, by a heat bath.

    The probability e^{−hM}/(e^{hM} + e^{−hM}) leaves equilibrium alone, and lets single
    spins change sides in a weak field, which they hardly ever do by themselves.
    """
    return next_uniform(state) < 0.5 - 0.5 * np.tanh(h * total)


@njit()
def mean_of_mirrors(total, h):
    """Return the mean of Σ σ over both choices of :func:`mirrors`."""
    return total * np.tanh(h * total)


@njit()
def measure_metropolis(spins, K, h, state, out):
    """Write what :data:`MEASURED` names after each sweep to ``out``.

    In a field, every sweep ends with the choice of :func:`mirrors`.
    """
    for n in range(out.shape[0]):
        metropolis(spins, K, h, state, spins.size)
        total = np.float64(spin_sum(spins))
        if h != 0.0 and mirrors(total, h, state):
            total = -total
            flat = spins.ravel()
            for site in range(flat.size):
                flat[site] = -flat[site]
        out[n, 0] = bond_sum(spins, 0, spins.shape[0])
        out[n, 1] = total
        out[n, 2] = mean_of_mirrors(total, h)
        out[n, 3] = total * total


@njit()
def sample_bonds(spins, K, clusters, turned, state, out):
    """Write Σ σσ after each of S Swendsen–Wang updates to ``out`` (S,)."""
    for n in range(out.size):
        swendsen_wang(spins, K, clusters, turned, state)
        out[n] = bond_sum(spins, 0, spins.shape[0])
