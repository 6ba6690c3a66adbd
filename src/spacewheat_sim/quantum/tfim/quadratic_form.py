"""The fermions' quadratic form by dense linear algebra: a plain check of the modes.

It knows N of ``fermion_modes`` alone, no wave numbers, and costs O(L⁴) with all cuts.
Energies err by about 1e-15 L, so a gap below that is not resolved.
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.quantum.tfim.chain import Chain, GroundState
from spacewheat_sim.quantum.tfim.correlation_entropy import mode_entropy


def solve_quadratic_form(chain: Chain) -> GroundState:
    """Return energy, gap and all entropies of the even ground state."""
    return _solve(chain.in_own_units()).times(chain.unit)


def _solve(chain: Chain) -> GroundState:
    left, energies, right = np.linalg.svd(coupling_matrix(chain, odd=False))
    if np.linalg.det(left @ right) < 0:
        left[:, -1] *= -1  # of the two states of a mode of energy 0, the even one
    G = left @ right
    blocks = (G[:cut, :cut] for cut in range(1, chain.L))
    nu = (np.linalg.svd(block, compute_uv=False) for block in blocks)
    cuts = [mode_entropy(np.asarray(1.0 - own**2)) for own in nu]
    ground = -float(np.sum(energies))
    if chain.is_periodic:
        gap = _lowest_odd_energy(chain) - ground
    else:
        gap = 2.0 * float(energies[-1])
    return GroundState(ground, gap, np.array(cuts))


def coupling_matrix(chain: Chain, *, odd: bool) -> FloatArray:
    """Return N of H = −i Σ a_m N_mn b_n in a parity sector, (L, L).

    A ring's last bond is Z_L Z_1 = −i P b_L a_1, so N_1L = P J with P = ΠX.
    """
    matrix = chain.g * np.eye(chain.L) - chain.J * np.eye(chain.L, k=-1)
    if chain.is_periodic:
        matrix[0, -1] += -chain.J if odd else chain.J
    return np.asarray(matrix)


def _lowest_odd_energy(chain: Chain) -> float:
    """Return E1 of the ring: of its vacuum if that is odd, else with one fermion."""
    matrix = coupling_matrix(chain, odd=True)
    energies = np.linalg.svd(matrix, compute_uv=False)
    is_vacuum_odd = np.linalg.slogdet(matrix)[0] < 0
    return float(-np.sum(energies) + (0.0 if is_vacuum_odd else 2.0 * energies[-1]))
