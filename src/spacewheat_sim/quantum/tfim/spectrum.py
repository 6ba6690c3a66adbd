"""The lowest levels of a chain, from its free fermions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spacewheat_sim.arrays import BoolArray, FloatArray
from spacewheat_sim.quantum.tfim.chain import Chain
from spacewheat_sim.quantum.tfim.fermion_modes import (
    dispersion,
    open_modes,
    ring_wave_numbers,
)
from spacewheat_sim.quantum.tfim.free_fermion import gap


@dataclass(frozen=True)
class Levels:
    """The lowest levels, each as often as it is degenerate.

    Attributes:
        excitations: E − E0 in increasing order, (count,).
        is_odd: Whether the level's parity ΠX_i is −1, (count,).
    """

    excitations: FloatArray
    is_odd: BoolArray


def lowest_levels(chain: Chain, count: int) -> Levels:
    """Return the lowest ``count`` levels, or all where there are fewer.

    Filling modes of cost 2ε_k gives all levels. On the open chain each mode changes the
    parity. On a ring both sectors allow even numbers of changes only: the even one from
    its vacuum, the odd one from its lowest state, whose fermion at q = 0 costs
    2(J − g) to take away.
    """
    levels = _lowest_levels(chain.in_own_units(), count)
    return Levels(levels.excitations * chain.unit, levels.is_odd)


def _lowest_levels(chain: Chain, count: int) -> Levels:
    if chain.is_periodic:
        q = ring_wave_numbers(chain.L, even=False)
        costs = 2 * dispersion(chain, q)
        costs[np.abs(q) < 1e-12] = 2 * (chain.J - chain.g)
        even = _fillings(2 * dispersion(chain, ring_wave_numbers(chain.L, even=True)))
        odd = _fillings(costs)
        levels = [even[0][~even[1]], gap(chain) + odd[0][~odd[1]]]
        is_odd = np.repeat([False, True], [levels[0].size, levels[1].size])
        excitations = np.concatenate(levels)
    else:
        excitations, is_odd = _fillings(2 * open_modes(chain).energies)
    order = np.argsort(excitations, kind="stable")[:count]
    return Levels(excitations[order], is_odd[order])


# Modes whose fillings are all listed: the levels below the next mode's cost are right.
LISTED_MODES = 12


def _fillings(
    costs: FloatArray,
) -> tuple[FloatArray, BoolArray]:
    """Return the cost of each filling of the cheapest modes, and if it is odd."""
    cheapest = np.sort(costs)[:LISTED_MODES]
    fillings = np.arange(1 << cheapest.size)
    is_filled = (fillings[:, None] >> np.arange(cheapest.size)) & 1
    return is_filled @ cheapest, np.bitwise_count(fillings) % 2 == 1
