"""Levels of small rings and tori, counted in integers and summed in long numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache

import mpmath as mp
import numpy as np

from spacewheat_sim.statmech.exact.enumeration import enumerate_torus
from spacewheat_sim.statmech.ising.thermodynamics import Conditions, Thermodynamics

Levels = Mapping[tuple[int, int], int]
"""Number of states by B = Σ σσ′ and M = Σ σ."""


@cache
def ring_levels(L: int) -> Levels:
    """n up spins in k runs: (L/k) (n−1 over k−1) (L−n−1 over k−1) rings of 2k walls."""
    if L == 1:
        return {(1, 1): 1, (1, -1): 1}
    found = {(L, L): 1, (L, -L): 1}
    for n in range(1, L):
        for k in range(1, min(n, L - n) + 1):
            ways = math.comb(n - 1, k - 1) * math.comb(L - n - 1, k - 1)
            found[L - 4 * k, 2 * n - L] = L * ways // k
    return found


@cache
def torus_levels(Lx: int, Ly: int) -> Levels:
    """From the enumeration, whose counts are integers."""
    density = enumerate_torus(Lx, Ly)
    rows, columns = np.nonzero(density.counts)
    return {
        (int(density.bond_sums[i]), int(density.magnetizations[j])): int(
            density.counts[i, j]
        )
        for i, j in zip(rows, columns, strict=True)
    }


def long_sums(levels: Levels, sites: int, at: Conditions) -> dict[str, mp.mpf]:
    """All quantities per site, to 40 digits relative to a ground state's weight."""
    with mp.workdps(40):
        T, J, h = mp.mpf(at.T), mp.mpf(at.J), mp.mpf(at.h)
        energies = {level: -J * level[0] - h * level[1] for level in levels}
        ground = min(energies.values())
        weights = {
            level: count * mp.exp(-(energies[level] - ground) / T)
            for level, count in levels.items()
        }
        Z = mp.fsum(weights.values())
        above = mp.fsum(w * (energies[k] - ground) for k, w in weights.items()) / Z
        M = mp.fsum(w * k[1] for k, w in weights.items()) / Z if at.h else mp.mpf(0)
        spread = mp.fsum(
            w * (energies[k] - ground - above) ** 2 for k, w in weights.items()
        )
        scatter = mp.fsum(w * (k[1] - M) ** 2 for k, w in weights.items())
        return {
            "free_energy": (ground - T * mp.log(Z)) / sites,
            "energy": (ground + above) / sites,
            "magnetization": M / sites,
            "susceptibility": scatter / Z / T / sites,
            "heat_capacity": spread / Z / T**2 / sites,
        }


def check_digits(
    found: Thermodynamics, exact: Mapping[str, mp.mpf], at: Conditions, digits: float
) -> None:
    """Fail where a number is off by more than ``digits`` relative to itself.

    Energies may be off relative to the largest energy, and what depends on e^{−βΔ} by
    what rounding of βΔ does to it.
    """
    largest = max(abs(at.J), abs(at.h))
    for name, right in exact.items():
        value = getattr(found, name)
        if value is None:
            continue
        scale = abs(right)
        if name in ("free_energy", "energy"):
            scale = max(scale, mp.mpf(largest))
        scale *= max(1.0, 0.1 * largest / at.T)
        # Below the smallest floats nothing is left; an exact 0 may come out as
        # rounding.
        least = mp.mpf(10) ** (-300 if right else -15)
        error = abs(mp.mpf(value) - right)
        assert error <= digits * scale + least, (name, at, value, right)
