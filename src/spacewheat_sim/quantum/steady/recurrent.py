"""The steady state of a bath whose jumps go on forever."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from spacewheat_sim.errors import ArgumentError, RunError
from spacewheat_sim.quantum.steady.extended import LARGEST_EXTENDED, extended_waits
from spacewheat_sim.quantum.steady.flows import Flows
from spacewheat_sim.quantum.steady.landing_chain import Settled, settle
from spacewheat_sim.quantum.steady.modes import Modes, find_modes, modal_waits
from spacewheat_sim.quantum.steady.part import Part, Waits
from spacewheat_sim.quantum.steady.refinement import refine
from spacewheat_sim.quantum.steady.sensitivity import nudged

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]
BoolArray = NDArray[np.bool_]

# Error of a population, relative to itself, or to 1 where that cannot be had.
ACCURACY = 1e-9
# Below this, populations are as good as 0.
SMALLEST = 1e-290
# Relative error of a time from which on a part is worth decimal numbers.
POOR = 1e-12
# Ratio of bounds within which waits and landings are right enough to refine with.
CRUDE = 1.1
# Change of a population by a rounding of the numbers given, above which it is no answer.
UNDECIDED = 1e-6


class Recurrence:
    """Parts of a bath between whose landings jumps go on forever.

    Attributes:
        parts: The parts.
        flows: H and the jumps among their N states, one part after the other.
        feed: W into the landings, in the same order, (C, N).
    """

    def __init__(self, parts: Sequence[Part], flows: Flows) -> None:
        self.parts = tuple(parts)
        self.flows = flows
        starts, first = [], 0
        for part in parts:
            starts.append(first + part.starts)
            first += part.size
        self.feed = flows.feed()[np.concatenate(starts)]

    def density(self) -> ComplexArray:
        """Return the steady ρ on the N states, (N, N).

        Raises:
            ArgumentError: roundings of the numbers in H decide the answer.
            RunError: more states than decimal numbers are for need more digits than
                doubles have.
        """
        modes = [find_modes(part) for part in self.parts]
        waits = [
            modal_waits(own) if own else _unknown(part)
            for own, part in zip(modes, self.parts, strict=True)
        ]
        settled = self._settle(waits)
        if _is_sure(settled):
            return self._assemble(waits, settled)
        known = [own for own in modes if own] if all(modes) else []
        everywhere = settled.populations > SMALLEST
        rho = self._refined(known, waits, settled, everywhere)
        if rho is None:
            rho = self._extended(waits)
        if rho is None:
            rho = self._refined(known, waits, settled, settled.populations > ACCURACY)
        if rho is None:
            largest = max(part.size for part in self.parts)
            raise RunError(
                "The steady state is not known to 1e-9: the rates and energies of "
                f"these {largest} states, which couplings connect, lie too far apart "
                f"for double precision, and more than {LARGEST_EXTENDED} take too long "
                "in a higher one"
            )
        return rho

    def _settle(self, waits: Sequence[Waits]) -> Settled:
        times = linalg.block_diag(*[own.times for own in waits])
        errors = linalg.block_diag(*[own.errors for own in waits])
        return settle(self.feed, times, errors)

    def _assemble(self, waits: Sequence[Waits], settled: Settled) -> ComplexArray:
        landings = np.split(
            settled.landings, np.cumsum([own.times.shape[1] for own in waits])[:-1]
        )
        rho = linalg.block_diag(
            *[own.density(f) for own, f in zip(waits, landings, strict=True)]
        )
        np.fill_diagonal(rho, settled.populations)
        return np.asarray(rho)

    def _refined(
        self,
        modes: Sequence[Modes],
        waits: Sequence[Waits],
        settled: Settled,
        wanted: BoolArray,
    ) -> ComplexArray | None:
        """Return ρ from its own slope, if waits are right enough where it is wanted."""
        crude = settled.upper[wanted] <= CRUDE * settled.lower[wanted]
        if not (modes and crude.all()):
            return None
        times = linalg.block_diag(*[own.times for own in waits])
        rho, change = refine(
            self._assemble(waits, settled),
            self.flows,
            modes,
            self.feed @ times,
            self.feed,
        )
        populations = rho.diagonal().real
        if (change > ACCURACY / 10 * np.where(wanted, populations, 1.0)).any():
            return None
        np.fill_diagonal(rho, np.maximum(populations, 0.0))
        return rho

    def _extended(self, waits: Sequence[Waits]) -> ComplexArray | None:
        """Return ρ from decimal numbers where doubles are poor, if that suffices.

        Raises:
            ArgumentError: roundings of the numbers in H decide the answer.
        """
        poor = [
            part.size <= LARGEST_EXTENDED
            and bool((own.errors > POOR * own.times)[part.reaches].any())
            for part, own in zip(self.parts, waits, strict=True)
        ]
        better, other = (
            [
                extended_waits(change(part)) if is_poor else own
                for part, own, is_poor in zip(self.parts, waits, poor, strict=True)
            ]
            for change in (lambda part: part, nudged)
        )
        settled = self._settle(better)
        if not _is_sure(settled):
            return None
        moved = np.abs(self._settle(other).populations - settled.populations)
        if not moved.max() <= UNDECIDED:
            raise ArgumentError(
                "The steady state of this bath is not decided by its numbers: a change "
                "of its energies and couplings by a rounding of double precision (one "
                f"part in 10¹⁶) changes a population by {moved.max():.2g}. Energies or "
                "paths that should cancel exactly, and do so only nearly, are the usual "
                "cause"
            )
        return self._assemble(better, settled)


def _is_sure(settled: Settled) -> bool:
    """Return whether the bounds hold each population to its ``ACCURACY``."""
    width = settled.upper - settled.lower
    return bool((width <= ACCURACY * settled.populations + SMALLEST).all())


def _unknown(part: Part) -> Waits:
    shape = part.size, part.starts.size
    nothing = np.zeros((part.size, part.size), dtype=np.complex128)
    return Waits(np.ones(shape), np.full(shape, np.inf), lambda _: nothing)
