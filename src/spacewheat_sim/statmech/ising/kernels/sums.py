"""What is summed over a configuration."""

from __future__ import annotations

from spacewheat_sim.kernel_cache import njit

MEASURED = 4
"""Σ σσ and Σ σ, then estimates of ⟨Σ σ⟩ and ⟨(Σ σ)²⟩.

The estimates may be means over more configurations than the one at hand.
"""


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
