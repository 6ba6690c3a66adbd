"""The Ising ring of any length by its 2 × 2 transfer matrix, in O(log L)."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.statmech.exact.jets import Jet
from spacewheat_sim.statmech.exact.power_trace import Sector, log_power_trace
from spacewheat_sim.statmech.exact.references import (
    reference_spins,
    thermodynamics_from_jet,
)
from spacewheat_sim.statmech.ising.thermodynamics import Conditions, Thermodynamics


def chain_thermodynamics(L: int, conditions: Conditions) -> Thermodynamics:
    """Return the thermodynamics of a ring of L spins.

        Z = Tr V^L,   V_{σσ′} = exp β[J σσ′ + h (σ + σ′)/2]

    by repeated squaring of V and of its first and second derivatives in β and h.
    There are no finite differences, and L may be as large as an integer can be. The
    absolute error of m is about 1e-16, so a field far below T gives it fewer digits.

    Raises:
        ArgumentError: L is below 1.
        MethodLimitError: an odd antiferromagnetic ring at β|J| of some hundreds.
    """
    check_length(L)
    bond, spin = reference_spins(conditions, neighbors=2)
    block, top = _transfer_matrix(conditions, bond, spin)
    log_z = log_power_trace([Sector(block)], L)
    return thermodynamics_from_jet(L, conditions, log_z, L * top, L * bond, spin)


def check_length(L: int) -> None:
    """Refuse what is not the length of a ring."""
    if L < 1:
        raise ArgumentError(f"Argument `L` must be at least 1, but is {L}")


def _transfer_matrix(
    conditions: Conditions, bond: float, spin: float
) -> tuple[Jet, float]:
    """Return e^{−top} V, its slopes those of moments from the reference, and top."""
    sigma = np.array([1.0, -1.0])
    bonds = np.outer(sigma, sigma)
    spins = 0.5 * np.add.outer(sigma, sigma)
    beta, J, h = conditions.beta, conditions.J, conditions.h
    exponent = beta * (J * bonds + h * spins)
    top = float(exponent.max())
    slopes = [J * (bonds - bond) + h * (spins - spin), beta * (spins - spin)]
    return Jet.exponential(exponent - top, slopes), top
