"""A large Ising torus that Metropolis moves 64 spins at a time."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.arrays import FloatArray, IntArray
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.statmech.ising.kernels.metropolis import mirrors
from spacewheat_sim.statmech.ising.thermodynamics import MethodLimitError
from spacewheat_sim.statmech.multispin import kernels
from spacewheat_sim.statmech.parts import parts

Words = NDArray[np.uint64]

SPINS_AT_ONCE = 2**26
"""Spins that one call tries where it does whole sweeps: some hundredths of a second."""

WIDTH_STEP = 128
"""The width is a multiple: a word holds every second spin of a row."""

EITHER = 2
"""Stands for spins of both signs in a class of sites."""


def fits(width: int, height: int) -> bool:
    """Return whether a torus of these sides can be coded so."""
    return width >= WIDTH_STEP and width % WIDTH_STEP == 0 and _is_even(height)


class MultispinLattice:
    """Spins ±1 on a torus, one bit each, updated by checkerboard Metropolis.

    The weight of a configuration is exp(K Σ_⟨ij⟩ σσ + h Σ σ). A spin turns with
    probability min(1, e^{−2σ(K Σσ' + h)}), exact to 2⁻⁵³, by random bits of its own. It
    starts ordered. Equal generators give equal histories on every machine.

    Preis, Virnau, Paul and Schneider, Journal of Computational Physics 228, 4468 (2009)
    describe the checkerboard; Jacobs and Rebbi, ibid. 41, 203 (1981) the coding.
    """

    def __init__(
        self,
        K: float,
        width: int,
        height: int,
        rng: np.random.Generator,
        *,
        h: float = 0.0,
    ) -> None:
        """Draw the lattice's own generators from ``rng``.

        Raises:
            ArgumentError: ``K`` or ``h`` is not finite.
            MethodLimitError: the width is no multiple of 128, or the height is odd.
        """
        if not fits(width, height):
            raise MethodLimitError(
                "Multi-spin coding takes a width that is a multiple of "
                f"{WIDTH_STEP} and an even height, not {width} × {height}; "
                "IsingLattice.metropolis takes any sides"
            )
        self.width, self.height = width, height
        n = width // WIDTH_STEP
        self._cells = np.full((2, height + 2, n), ~np.uint64(0))
        self._side = np.empty((height, n), dtype=np.uint64)
        self._work = np.zeros(kernels.WORK, dtype=np.uint64)
        words = rng.integers(0, 2**64, size=4 * (kernels.LANES + 1), dtype=np.uint64)
        self._work[: 4 * kernels.LANES] = words[4:]
        self._spare = words[:4].copy()
        self.set_weights(K, h)

    def set_weights(self, K: float, h: float = 0.0) -> None:
        """Change the coupling J/T and the field h/T; the spins stay.

        Raises:
            ArgumentError: ``K`` or ``h`` is not finite.
        """
        for name, value in (("K", K), ("h", h)):
            if not math.isfinite(value):
                raise ArgumentError(f"Argument `{name}` must be finite, but is {value}")
        self.K, self.h = float(K), float(h)
        free, chosen, chances = _classes(self.K, self.h)
        self._weights = (free, chosen, *_digits(chances))

    @property
    def spins(self) -> NDArray[np.int8]:
        """A copy of the configuration, (height, width); may be set."""
        spins = np.empty((self.height, self.width), dtype=np.int8)
        kernels.unpack(self._cells, spins)
        return spins

    @spins.setter
    def spins(self, spins: NDArray[np.int8]) -> None:
        if spins.shape != (self.height, self.width):
            raise ArgumentError(
                f"Argument `spins` must have the shape {(self.height, self.width)}, "
                f"but has {spins.shape}"
            )
        kernels.pack(spins, self._cells)

    def order(self, even: int, odd: int) -> None:
        """Set all spins of even x + y to ``even`` and the others to ``odd``, ±1."""
        for color, sign in enumerate((even, odd)):
            self._cells[color] = ~np.uint64(0) if sign > 0 else np.uint64(0)

    def first_rows(self, count: int) -> NDArray[np.int8]:
        """Return a copy of the first rows, (count, width)."""
        spins = np.empty((count, self.width), dtype=np.int8)
        kernels.unpack(np.ascontiguousarray(self._cells[:, : count + 2]), spins)
        return spins

    def metropolis(self) -> int:
        """Try to turn over every spin once; return how many did."""
        return int(kernels.sweep(*self._arrays()))

    def bonds_and_spins(self) -> tuple[int, int]:
        """Return Σ σσ over the two bonds of every site, and Σ σ."""
        bonds, total = kernels.bonds_and_spins(self._cells, self._side)
        return int(bonds), int(total)

    def sample(self, sweeps: int) -> FloatArray:
        """Return Σ σσ and Σ σ after each of ``sweeps`` sweeps, (sweeps, 2).

        In a field, every sweep ends with a heat bath's choice between the configuration
        and its mirror image, between which single spins hardly ever find the way.
        Ctrl-C is answered after every 2²⁶ spins or one color of the lattice.
        """
        out: FloatArray = np.empty((sweeps, 2))
        if self.width * self.height > SPINS_AT_ONCE:
            for row in out:
                row[:] = self._sweep_in_parts()
            return out
        for first, last in parts(sweeps, SPINS_AT_ONCE // (self.width * self.height)):
            kernels.sample(out[first:last], self.h, *self._arrays())
        return out

    def _sweep_in_parts(self) -> tuple[int, int]:
        """Do what ``kernels.sample`` does for one sweep, and return what it writes."""
        for color in range(2):
            kernels.update_color(
                self._cells[color],
                self._cells[1 - color],
                color,
                self._side,
                *self._weights,
                self._work,
                self._spare,
            )
        bonds, total = self.bonds_and_spins()
        if self.h != 0.0 and mirrors(float(total), self.h, self._spare):
            np.invert(self._cells, out=self._cells)
            total = -total
        return bonds, total

    def _arrays(self) -> tuple[Any, ...]:
        return self._cells, self._side, *self._weights, self._work, self._spare


def _classes(K: float, h: float) -> tuple[IntArray, IntArray, list[float]]:
    """Return the classes always accepted, the others, and the others' probabilities.

    A class is (neighbors that agree with the spin, 0 for spins that are down, 1 for up,
    2 for either). Only a field tells up from down.
    """
    free, chosen, chances = [], [], []
    for sign, sigma in ((0, -1.0), (1, 1.0)) if h else ((EITHER, 0.0),):
        for agree in range(5):
            cost = 2.0 * (K * (2 * agree - 4) + h * sigma)
            if cost <= 0.0:
                free.append((agree, sign))
            else:
                chosen.append((agree, sign))
                chances.append(math.exp(-cost))
    return _table(free), _table(chosen), chances


def _table(classes: list[tuple[int, int]]) -> IntArray:
    return np.array(classes, dtype=np.int64).reshape(-1, 2)


def _digits(chances: list[float]) -> tuple[Words, Words]:
    """Return the leading binary digits of probabilities below 1, and the next 64."""
    planes = np.zeros((kernels.PLANES, len(chances)), dtype=np.uint64)
    rest = np.zeros(len(chances), dtype=np.uint64)
    for k, chance in enumerate(chances):
        digits = int(math.ldexp(chance, kernels.PLANES + 64))
        rest[k] = digits & (2**64 - 1)
        for plane in range(kernels.PLANES):
            if digits >> (kernels.PLANES + 63 - plane) & 1:
                planes[plane, k] = ~np.uint64(0)
    return planes, rest


def _is_even(number: int) -> bool:
    return number >= 2 and number % 2 == 0
