"""Updates of one cluster at a time."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.statmech.ising.kernels.random_words import next_uniform, next_word
from spacewheat_sim.statmech.ising.kernels.sums import bond_sum, spin_sum
from spacewheat_sim.statmech.ising.kernels.swendsen_wang import freezing

_32 = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)


@njit(inline="always")
def start_cluster(flat, stack, state):
    """Turn over a random site and put it on the stack, to grow a cluster from."""
    site = np.int64(next_uniform(state) * flat.size)
    flat[site] = -flat[site]
    stack[0] = site


@njit(inline="always")
def try_site(flat, stack, at, site, wanted, bits, joined):
    """Turn the spin and stack its site if it is ``wanted`` and the bits say so."""
    spin = flat[np.uint64(site)]
    joins = np.int64(spin == wanted) & np.int64(bits < joined)
    flat[np.uint64(site)] = spin * np.int8(1 - 2 * joins)
    stack[np.uint64(at)] = site
    return joins


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
