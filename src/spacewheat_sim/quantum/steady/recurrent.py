"""The steady state of a bath whose jumps go on forever."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.arrays import BoolArray, ComplexArray, FloatArray
from spacewheat_sim.errors import ArgumentError, RunError
from spacewheat_sim.quantum.steady.decimals import LARGEST_EXTENDED
from spacewheat_sim.quantum.steady.extended import extended_waits
from spacewheat_sim.quantum.steady.flows import Flows
from spacewheat_sim.quantum.steady.kernels import elimination
from spacewheat_sim.quantum.steady.modal_waits import Modes, find_modes
from spacewheat_sim.quantum.steady.part import Part, Waits, nudged
from spacewheat_sim.quantum.steady.refinement import refine

Scalar = TypeVar("Scalar", np.float64, np.complex128)

# Error of a population, relative to itself, or to 1 where that cannot be had: a tenth
# of what is promised, which coherences keep to as well.
ACCURACY = 1e-10
# Below this, populations are as good as 0.
SMALLEST = 1e-290
# Relative error of a time from which on a part is worth decimal numbers.
POOR = 1e-12
# Ratio of bounds within which waits and landings are right enough to refine with.
CRUDE = 1.1
# Change of a population by a rounding of the numbers given that makes it no answer.
UNDECIDED = 1e-6


class Settled(NamedTuple):
    """Where a chain of landings settles.

    Attributes:
        landings: How often each landing is made, (C,), Σ_it M_it f_t = 1.
        populations: p_i = Σ_t M_it f_t, (N,).
        lower: Lower bounds on the populations, (N,).
        upper: Upper bounds on them, (N,).
    """

    landings: FloatArray
    populations: FloatArray
    lower: FloatArray
    upper: FloatArray


def settle(feed: FloatArray, times: FloatArray, errors: FloatArray) -> Settled:
    """Return where the chain with the probabilities q = WM settles.

    By the Markov chain tree theorem the weight of a landing is a sum of products of
    probabilities, over all trees that lead to it. So it is never less than for the
    smallest probabilities and never more than for the largest, and elimination without
    subtraction finds each of these sums to rounding.

    Args:
        feed: W, rates of jumps from each state to each landing in 1/s, (C, N).
        times: M, mean times in each state from each landing on in s, (N, C).
        errors: Bounds on the errors of M, (N, C).
    """
    less = feed @ np.maximum(times - errors, 0.0)
    more = feed @ (times + errors)
    return Settled(*elimination.settle(feed @ times, less, more, times, errors))


class Recurrence:
    """Parts of a bath between whose landings jumps go on forever.

    Attributes:
        parts: The parts.
        states: Their states, one part after the other, (N,).
        flows: H and the jumps of the whole bath.
        feed: W from these states into the landings, in the same order, (C, N).
    """

    def __init__(self, parts: Sequence[Part], flows: Flows, feed: FloatArray) -> None:
        """Take the parts, and what goes on in the whole bath."""
        self.parts = tuple(parts)
        self.states = np.concatenate([part.states for part in parts])
        self.flows = flows
        landings = np.concatenate([part.states[part.starts] for part in parts])
        self.feed = feed[landings][:, self.states]

    def density(self) -> ComplexArray:
        """Return the steady ρ on the N states, (N, N).

        Raises:
            ArgumentError: roundings of the numbers in H decide the answer.
            RunError: more states than decimal numbers are for need more digits than
                doubles have.
        """
        found = [find_modes(part) for part in self.parts]
        known = [pair for pair in found if pair]
        modes = [own for own, _ in known]
        waits = [own for _, own in known]
        settled = self._settle(waits) if len(known) == len(found) else None
        if settled and _is_sure(settled):
            return self._assemble(waits, settled)
        rho = None
        if settled:
            wanted = settled.upper > SMALLEST
            rho = self._refined(modes, waits, settled, wanted)
        if rho is None:
            rho = self._extended([pair and pair[1] for pair in found])
        if rho is None and settled:
            wanted = settled.populations > ACCURACY
            rho = self._refined(modes, waits, settled, wanted)
        if rho is None:
            raise _unknown(max(part.size for part in self.parts))
        return rho

    def _settle(self, waits: Sequence[Waits]) -> Settled:
        times = _joined([own.times for own in waits])
        if not np.isfinite(times).all():
            raise _unknown(max(part.size for part in self.parts))
        return settle(self.feed, times, _joined([own.errors for own in waits]))

    def _assemble(self, waits: Sequence[Waits], settled: Settled) -> ComplexArray:
        """Return Σ_t f_t X_t of all parts, (N, N)."""
        blocks, first = [], 0
        for own in waits:
            last = first + own.times.shape[1]
            blocks.append(own.density(settled.landings[first:last]))
            first = last
        rho = _joined(blocks)
        np.fill_diagonal(rho, settled.populations)
        return rho

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
        rho, change = refine(
            self._assemble(waits, settled),
            self.flows.among(self.states),
            modes,
            self.feed @ _joined([own.times for own in waits]),
            self.feed,
        )
        populations = rho.diagonal().real
        if (change > ACCURACY * np.where(wanted, populations, 1.0)).any():
            return None
        np.fill_diagonal(rho, np.maximum(populations, 0.0))
        return np.asarray(rho / rho.trace().real)

    def _extended(self, waits: Sequence[Waits | None]) -> ComplexArray | None:
        """Return ρ from decimal numbers where doubles are poor, if that suffices.

        Raises:
            ArgumentError: roundings of the numbers in H decide the answer.
        """
        better: list[Waits] = []
        poor: list[int] = []
        for part, own in zip(self.parts, waits, strict=True):
            if own and (part.size > LARGEST_EXTENDED or _are_good(own, part)):
                better.append(own)
            elif part.size > LARGEST_EXTENDED:
                return None
            else:
                poor.append(len(better))
                better.append(extended_waits(part))
        settled = self._settle(better)
        if not _is_sure(settled):
            return None
        rho = self._assemble(better, settled)
        for number in poor:
            other = nudged(self.parts[number])
            if other is None:
                raise _undecided(1.0)
            better[number] = extended_waits(other)
        moved = np.abs(self._assemble(better, self._settle(better)) - rho).max()
        if not moved <= UNDECIDED:
            raise _undecided(float(moved))
        return rho


def _unknown(size: int) -> RunError:
    if size <= LARGEST_EXTENDED:
        return RunError(
            "The steady state is out of reach of double precision: the mean times "
            "between its jumps lie more than 600 decades apart"
        )
    return RunError(
        f"The steady state is not known to 1e-9: the rates and energies of {size} "
        "states that couplings connect lie too far apart for double precision, and "
        f"more than {LARGEST_EXTENDED} take too long in a higher one"
    )


def _undecided(moved: float) -> ArgumentError:
    return ArgumentError(
        "The steady state of this bath is not decided by its numbers: a change of its "
        "energies and couplings by a rounding of double precision (one part in 10¹⁶) "
        f"changes a population or coherence by {moved:.2g}. Energies or paths that "
        "should cancel, and do so only nearly, are the usual cause"
    )


def _are_good(waits: Waits, part: Part) -> bool:
    return bool((waits.errors <= POOR * waits.times)[part.reaches].all())


def _is_sure(settled: Settled) -> bool:
    """Return whether the bounds hold each population to its ``ACCURACY``."""
    width = settled.upper - settled.lower
    return bool((width <= ACCURACY * settled.populations + SMALLEST).all())


def _joined(blocks: Sequence[NDArray[Scalar]]) -> NDArray[Scalar]:
    """Return a block-diagonal matrix."""
    if len(blocks) == 1:
        return blocks[0]
    rows, columns = (sum(block.shape[axis] for block in blocks) for axis in (0, 1))
    matrix = np.zeros((rows, columns), dtype=blocks[0].dtype)
    row = column = 0
    for block in blocks:
        below, right = row + block.shape[0], column + block.shape[1]
        matrix[row:below, column:right] = block
        row, column = below, right
    return matrix
