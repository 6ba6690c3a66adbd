"""What is renormalized: a four-leg tensor of one square of the lattice, and its legs.

T_{lurd} is kept as the symmetric matrix H_{(lu),(dr)} = T_{lurd}. The square's diagonal
mirror makes H commute with the exchange of the two legs of a pair, (lu) → (ul), so H is
stored in blocks over exchange-even and exchange-odd pairs. Without field, spin reversal
halves each block again: legs and pairs have a charge of 0 or 1.

Three labels belong to a leg: its charge; its own parity under exchange when it was
made, ±1; and the sign of its eigenvalue, ±1, negative only for antiferromagnets in a
field. The bond between two tensors carries sign × parity × weight.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spacewheat_sim.arrays import FloatArray, IndexArray
from spacewheat_sim.statmech.trg.duals import Jet

Sector = tuple[int, int]
"""Exchange parity (+1 or −1) and charge (0 or 1; 0 where mixed) of a pair of legs."""


@dataclass(frozen=True)
class Legs:
    """Labels of the χ values of a leg.

    Attributes:
        parity: Exchange parity, ±1, (χ,).
        charge: Charge under spin reversal, 0 or 1, (χ,); all 0 where it is not used.
        sign: Sign of the eigenvalue that made the value, ±1, (χ,).
        weight_root: Jet (χ, χ) of the root of the bond weight, or None for 1.
        mixed: Whether derivatives in the field mix charges; blocks then hold both.
    """

    parity: FloatArray
    charge: IndexArray
    sign: FloatArray
    weight_root: Jet | None = None
    mixed: bool = False

    @property
    def dimension(self) -> int:
        """χ."""
        return self.parity.size

    @property
    def bond(self) -> FloatArray:
        """Sign × parity, (χ,): what the bond between two tensors carries."""
        return self.sign * self.parity


@dataclass(frozen=True)
class Pairs:
    """An orthonormal basis of the pairs (i, j) of one sector.

    The states are |ii⟩ and (|ij⟩ + parity |ji⟩)/√2 with i < j.

    Attributes:
        parity: +1 or −1.
        i: First leg's value, (n,).
        j: Second leg's value, (n,).
        factor: 1/√2, and ½ for i = j: the state is factor (|ij⟩ + parity |ji⟩), (n,).
        split: Number of states of charge 0, which come first where charges are mixed;
            n where they are not.
    """

    parity: int
    i: IndexArray
    j: IndexArray
    factor: FloatArray
    split: int


def pair_sectors(legs: Legs) -> dict[Sector, Pairs]:
    """Return the basis of every sector that is not empty."""
    found: dict[Sector, Pairs] = {}
    for parity in (1, -1):
        i, j = np.triu_indices(legs.dimension, k=0 if parity > 0 else 1)
        charge = (legs.charge[i] + legs.charge[j]) % 2
        if legs.mixed and i.size:
            order = np.argsort(charge, kind="stable")
            split = int(np.count_nonzero(charge == 0))
            found[parity, 0] = _pairs(parity, i[order], j[order], split)
            continue
        for value in (0, 1):
            at = np.flatnonzero(charge == value)
            if at.size:
                found[parity, value] = _pairs(parity, i[at], j[at], at.size)
    return found


def _pairs(parity: int, i: IndexArray, j: IndexArray, split: int) -> Pairs:
    return Pairs(parity, i, j, np.where(i == j, 0.5, np.sqrt(0.5)), split)


@dataclass(frozen=True)
class Tensor:
    """T_{lurd} of one square.

    Attributes:
        legs: Labels of its legs, all four alike.
        blocks: H by sector, each (n, n) over the sector's pairs.
    """

    legs: Legs
    blocks: dict[Sector, Jet]

    def dense(self) -> Jet:
        """Return T with a root of the bond weight on each leg, (χ, χ, χ, χ) as lurd."""
        pairs = pair_sectors(self.legs)
        chi = self.legs.dimension
        directions = range(len(next(iter(self.blocks.values())).first))

        def scatter(parts: dict[Sector, FloatArray]) -> FloatArray:
            out = np.zeros((chi,) * 4)
            for sector, block in parts.items():
                basis = pairs[sector]
                scaled = basis.factor[:, None] * block * basis.factor
                for a, b, s in _orders(basis):
                    for c, d, t in _orders(basis):
                        # The column pair is (d, r): leg 3, then leg 2.
                        out[a[:, None], b[:, None], d, c] += s * t * scaled
            return out

        dense = Jet(
            scatter({k: jet.value for k, jet in self.blocks.items()}),
            tuple(
                scatter({k: jet.first[n] for k, jet in self.blocks.items()})
                for n in directions
            ),
            tuple(
                scatter({k: jet.second[n] for k, jet in self.blocks.items()})
                for n in directions
            ),
        )
        if self.legs.weight_root is None:
            return dense
        for _ in range(4):
            dense = turn_last_leg(dense, self.legs.weight_root)
        return dense


def _orders(basis: Pairs) -> tuple[tuple[IndexArray, IndexArray, int], ...]:
    return (basis.i, basis.j, 1), (basis.j, basis.i, basis.parity)


def turn_last_leg(tensor: Jet, matrix: Jet) -> Jet:
    """Apply a symmetric ``matrix`` to the last leg and bring that leg to the front."""
    chi = matrix.value.shape[0]
    rows = tensor.linear(lambda part: part.reshape(-1, chi))
    turned = rows @ matrix
    shape = tensor.value.shape
    return turned.linear(
        lambda part: np.ascontiguousarray(np.moveaxis(part.reshape(shape), -1, 0))
    )
