"""Averages over all ways to turn the clusters of an update."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.statmech.ising.kernels.sums import bond_sum, spin_sum
from spacewheat_sim.statmech.ising.kernels.swendsen_wang import (
    HELD,
    swendsen_wang,
    swendsen_wang_in_field,
)


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
