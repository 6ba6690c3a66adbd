"""What is solved and what comes out: a chain, and its ground state."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal, get_args

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.errors import ArgumentError

LARGEST_ENERGY = 1e307
"""Of a whole chain."""

Boundary = Literal["open", "periodic"]


@dataclass(frozen=True)
class Chain:
    """The chain H = −J Σ Z_i Z_{i+1} − g Σ X_i of L sites.

    Raises:
        ArgumentError: L < 2, J ≤ 0, g < 0, energies above :data:`LARGEST_ENERGY`, or
            another boundary than the two. Other
            signs are turned into these by rotating spins, except for J < 0 on a ring
            of odd length, which is frustrated.
    """

    L: int
    J: float = 1.0
    g: float = 1.0
    boundary: Boundary = "open"

    def __post_init__(self) -> None:
        if self.L < 2:
            raise ArgumentError(f"Argument `L` must be at least 2, but is {self.L}")
        if not 0 < self.J < math.inf:
            raise ArgumentError(
                f"Argument `J` must be positive and finite, but is {self.J:g}: only "
                "ferromagnetic chains are supported"
            )
        if not 0 <= self.g < math.inf:
            raise ArgumentError(
                f"Argument `g` must be finite and not negative, but is {self.g:g}"
            )
        if self.L * (self.J + self.g) > LARGEST_ENERGY:
            raise ArgumentError(
                f"Arguments `J` and `g` must be at most {LARGEST_ENERGY:g} / L, but "
                f"are {self.J:g} and {self.g:g}: the energy would leave the floats"
            )
        if self.boundary not in get_args(Boundary):
            raise ArgumentError(
                "Argument `boundary` must be 'open' or 'periodic', but is "
                f"{self.boundary!r}"
            )

    @property
    def unit(self) -> float:
        """A power of two near the larger energy: no digit changes by dividing by it."""
        return math.ldexp(1.0, math.frexp(max(self.J, self.g))[1] - 1)

    def in_own_units(self) -> Chain:
        """Return the chain with its energies in units of :attr:`unit`.

        The states know only the ratio of J and g; with the larger near 1 no square
        leaves the floats.
        """
        return replace(self, J=self.J / self.unit, g=self.g / self.unit)

    @property
    def is_periodic(self) -> bool:
        """Whether the last site couples to the first."""
        return self.boundary == "periodic"

    @property
    def is_critical(self) -> bool:
        """Whether g = J, where the infinite chain has no gap."""
        return self.g == self.J


@dataclass(frozen=True)
class GroundState:
    """What is known of a chain's even ground state.

    Attributes:
        ground_energy: E0.
        gap: E1 − E0 over all states, E1 being the lowest odd one.
        entropies: Entropy of the first ℓ sites, ℓ = 1 … L − 1, shape (L − 1,).
    """

    ground_energy: float
    gap: float
    entropies: FloatArray

    def times(self, unit: float) -> GroundState:
        """Return the state with its energies multiplied by ``unit``."""
        energies = self.ground_energy * unit, self.gap * unit
        return GroundState(*energies, self.entropies)

    @property
    def entropy_half_chain(self) -> float:
        """Entropy of the first ⌊L/2⌋ sites."""
        return float(self.entropies[(self.entropies.size + 1) // 2 - 1])
