"""What a static bath does, to more than double precision, whatever its scales.

e^{Gt} by scaling and squaring: in float64 where ‖G‖t is small, else in fixed-point
numbers with so many bits that 2^s roundings leave 10⁻¹⁵. Both semigroups contract, so
that an error made on the way does not grow.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

import fixed_point
import numpy as np
from plain_bath import PlainBath
from real_generators import as_digits, as_floats, density_tensor, ket_tensor
from scipy.linalg import expm

from spacewheat_sim.arrays import BoolArray, FloatArray

# ‖G‖t up to which float64 loses no more than two digits.
PLAIN_REACH = 64.0
# Bits that are to be right after all squarings.
WANTED_BITS = 56


class Propagation:
    """e^{Gt} on the entries that ``start`` reaches and that ``wanted`` depends on.

    Args:
        bath: A bath without drives.
        kind: ``density``, G the Liouvillian on N² numbers, or ``ket``, G = −iH − Γ/2 on
            2N numbers.
        start: Which entries are not 0 at the beginning, (M,).
        wanted: Which entries are asked for, (M,).
    """

    def __init__(
        self,
        bath: PlainBath,
        kind: Literal["density", "ket"],
        start: BoolArray,
        wanted: BoolArray,
    ) -> None:
        tensor = (
            density_tensor(bath.size) if kind == "density" else ket_tensor(bath.size)
        )
        whole = as_floats(bath, tensor)
        links = whole != 0.0
        self.kept = np.flatnonzero(_closure(links, start) & _closure(links.T, wanted))
        self._bath = bath
        self._tensor = np.ascontiguousarray(
            tensor[:, self.kept[:, None], self.kept[None, :]]
        )
        self.generator = whole[np.ix_(self.kept, self.kept)]
        self.norm = float(np.abs(self.generator).sum(axis=0).max(initial=0.0))

    def over(self, seconds: Fraction) -> FloatArray:
        """Return e^{Gt}, (M', M')."""
        return self.powers(seconds, [1])[0]

    def powers(self, seconds: Fraction, counts: Sequence[int]) -> list[FloatArray]:
        """Return e^{Gt·count} for each count ≥ 1, from one exponential of Gt."""
        reach = self.norm * float(seconds)
        if not self.kept.size:
            return [np.zeros((0, 0)) for _ in counts]
        if reach * max(counts) <= PLAIN_REACH:
            return [expm(self.generator * float(seconds * count)) for count in counts]
        once = self._digits(seconds, max(counts))
        return [fixed_point.to_float(fixed_point.power(once, c)) for c in counts]

    def dyadic(self, seconds: Fraction, levels: int) -> list[FloatArray]:
        """Return e^{Gt/2^j} for j = ``levels`` … 0."""
        if not self.kept.size:
            return [np.zeros((0, 0))] * (levels + 1)
        state = self._digits(seconds / 2**levels, 2**levels)
        matrices = [fixed_point.to_float(state)]
        for _ in range(levels):
            state = fixed_point.product(state, state)
            matrices.append(fixed_point.to_float(state))
        return matrices

    def _digits(self, seconds: Fraction, count: int) -> fixed_point.Digits:
        """Return e^{Gt} with the bits that a power of ``count`` takes."""
        norm = self.norm * float(seconds)
        halvings = fixed_point.halvings(norm)
        growth = halvings + count.bit_length() + 2 * self.kept.size.bit_length()
        digits = fixed_point.digits_for(WANTED_BITS + growth)
        small = as_digits(self._bath, self._tensor, seconds / 2**halvings, digits)
        state = fixed_point.exponential(small, norm / 2.0**halvings)
        for _ in range(halvings):
            state = fixed_point.product(state, state)
        return state


def _closure(links: BoolArray, start: BoolArray) -> BoolArray:
    """Return what is reached from ``start``, where links[i, j] leads from j to i."""
    reached = start.copy()
    while True:
        more = reached | links[:, reached].any(axis=1)
        if (more == reached).all():
            return reached
        reached = more
