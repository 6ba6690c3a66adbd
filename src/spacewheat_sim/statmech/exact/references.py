"""The configuration that energies and magnetizations are counted from.

Derivatives of ln Z are moments. Counted from a ground state, all but the rare excited
configurations contribute 0 to them, so that heat capacity and susceptibility keep their
relative accuracy when they become exponentially small at low T.
"""

from __future__ import annotations

from spacewheat_sim.statmech.exact.jets import Jet
from spacewheat_sim.statmech.ising.thermodynamics import (
    Conditions,
    Thermodynamics,
    from_log_z,
)


def reference_spins(conditions: Conditions, neighbors: int) -> tuple[float, float]:
    """Return σσ′ of a bond, and σ of a site, in a ground state.

    A site has ``neighbors`` bonds. σ is 0 where the ground state is staggered, or is
    one of two that a field of 0 does not tell apart.
    """
    J, h = conditions.J, conditions.h
    sign = (h > 0.0) - (h < 0.0)
    if J < 0.0 and abs(h) <= neighbors * abs(J):
        return -1.0, 0.0
    return 1.0, float(sign)


def thermodynamics_from_jet(
    sites: int,
    conditions: Conditions,
    log_z: Jet,
    offset: float,
    reference_bonds: float,
    reference_spin: float,
) -> Thermodynamics:
    """Return what ln Z implies.

    Args:
        sites: N.
        conditions: T, J, h.
        log_z: ln Z less ``offset``, its slopes those of moments counted from the
            reference, a scalar.
        offset: Part of ln Z that was taken out of the weights.
        reference_bonds: Σ σσ′ over the bonds of the reference.
        reference_spin: σ of a site of the reference.
    """
    J, h = conditions.J, conditions.h
    total_spin = reference_spin * sites
    return from_log_z(
        sites,
        conditions,
        log_z=float(log_z.value) + offset,
        d_beta=float(log_z.first[0]) + J * reference_bonds + h * total_spin,
        d_beta2=max(0.0, float(log_z.second[0])),
        d_h=(float(log_z.first[1]) + conditions.beta * total_spin if h else 0.0),
        d_h2=max(0.0, float(log_z.second[1])),
    )
