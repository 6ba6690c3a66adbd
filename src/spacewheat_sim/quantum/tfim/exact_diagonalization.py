"""Ground state, gap and entropies of a short chain by Lanczos in its parity sectors."""

from __future__ import annotations

from dataclasses import dataclass

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.tfim.chain import Chain, GroundState
from spacewheat_sim.quantum.tfim.lanczos import Lowest, lowest_state
from spacewheat_sim.quantum.tfim.sectors import OpenSector, RingSector, orbit_bound
from spacewheat_sim.quantum.tfim.state_entropy import state_entropies

MOST_SITES = 24
# Residuals relative to ‖H‖: an energy errs by their square, a vector by themselves.
ENERGY_RESIDUAL = 1e-8
VECTOR_RESIDUAL = 3e-13


@dataclass(frozen=True)
class LowestStates:
    """The lowest states of both parities.

    Attributes:
        even: The ground state, with its vector.
        odd: The lowest odd state, without.
        amplitudes: The ground state in the labels y of ``kernels``, (2^(L−1),).
    """

    even: Lowest
    odd: Lowest
    amplitudes: FloatArray


def solve_exactly(chain: Chain) -> GroundState:
    """Return energy, gap and all entropies of the even ground state.

    Raises:
        ArgumentError: The chain has more than ``MOST_SITES`` sites.
    """
    states = lowest_states(chain.in_own_units())
    found = GroundState(
        states.even.energy,
        states.odd.energy - states.even.energy,
        state_entropies(states.amplitudes),
    )
    return found.times(chain.unit)


def lowest_states(chain: Chain) -> LowestStates:
    """Return the lowest states of both parities.

    All entries of H off its diagonal are negative and connect all states of a sector
    (Perron and Frobenius), so each sector's lowest state is unique and shares all
    symmetries of the chain; on a ring that leaves one amplitude per orbit. The lowest
    odd state is the first excited one of all: an even excitation takes two fermions.

    Raises:
        ArgumentError: The chain has more than ``MOST_SITES`` sites.
    """
    if chain.L > MOST_SITES:
        raise ArgumentError(
            f"Argument `L` must be at most {MOST_SITES} for exact diagonalization, but "
            f"is {chain.L}; free fermions solve chains of any length"
        )
    kind = RingSector if chain.is_periodic else OpenSector
    odd = lowest_state(
        kind(chain, odd=True), tolerance=ENERGY_RESIDUAL, with_vector=False
    )
    sector = kind(chain, odd=False)
    even = lowest_state(sector, tolerance=VECTOR_RESIDUAL, with_vector=True)
    assert even.vector is not None  # noqa: S101 - asked for one line above
    return LowestStates(even, odd, sector.amplitudes(even.vector))


def dimension(chain: Chain) -> int:
    """Return the number of amplitudes that Lanczos works with, at most for a ring."""
    return orbit_bound(chain.L) if chain.is_periodic else 1 << (chain.L - 1)


def memory_needed(chain: Chain) -> float:
    """Return about how many bytes ``solve_exactly`` holds at its peak.

    Three vectors of doubles; a ring adds the orbit of every state and the expanded
    ground state. The entropies copy a quarter of it and take three square matrices.
    """
    states = 2.0 ** (chain.L - 1)
    side = 2.0 ** (chain.L // 2 - 1)
    entropies = 8 * (states / 2 + 3 * side**2)
    if chain.is_periodic:
        return 4 * states + 8 * states + 8 * 8 * dimension(chain) + entropies
    return 8 * max(3 * states, states + entropies / 8)
