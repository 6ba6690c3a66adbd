"""Updates of single spins, and of all spins where there is a field."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.statmech.ising.kernels.random_words import (
    next_uniform,
    next_word,
    whole_threshold,
)
from spacewheat_sim.statmech.ising.kernels.sums import bond_sum, spin_sum

_32 = np.uint64(32)


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
