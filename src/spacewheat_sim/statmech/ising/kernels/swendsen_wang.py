"""Updates of all clusters at once, with or without a field."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.statmech.ising.kernels.random_words import (
    half_threshold,
    next_word,
    threshold,
)
from spacewheat_sim.statmech.ising.kernels.sums import bond_sum

HELD = 2
"""Marks a cluster that the field holds."""

_0 = np.uint64(0)
_1 = np.uint64(1)
_11 = np.uint64(11)
_32 = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)
_TOP = np.uint64(0x8000000000000000)


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


@njit()
def sample_bonds(spins, K, clusters, turned, state, out):
    """Write Σ σσ after each of S Swendsen–Wang updates to ``out`` (S,)."""
    for n in range(out.size):
        swendsen_wang(spins, K, clusters, turned, state)
        out[n] = bond_sum(spins, 0, spins.shape[0])
