"""The compiled transfers of the source document's own update of a ket."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit


@njit(error_model="numpy")
def spec_transfers(psi, sources, targets, rates, dt):
    """Move amplitude along each transfer in order, as the source document does.

    ψ_t += √(γ dt) ψ_s, then ψ_s *= √(1 − γ dt); ``psi`` (N,) in place, K transfers.
    """
    for k in range(sources.size):
        s = sources[k]
        psi[targets[k]] += np.sqrt(rates[k] * dt) * psi[s]
        psi[s] *= np.sqrt(1.0 - rates[k] * dt)
