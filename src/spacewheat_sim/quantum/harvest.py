"""Harvest as a quantum instrument: what is taken is gone.

In a level biome with the ground g the Kraus operators of the axis n, s are

    |g⟩⟨n|,   |g⟩⟨s|,   1 − |n⟩⟨n| − |s⟩⟨s|,

which sum to the identity as Σ K†K. A pole that is the ground itself keeps its
projector. In a register they are |h⟩⟨h̄| and |h⟩⟨h| on the axis, h the pole to which a
harvest brings it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import BoolArray, ComplexArray, FloatArray, IndexArray
from spacewheat_sim.quantum.limits import IMPOSSIBLE
from spacewheat_sim.quantum.measurement import apply_diagonals
from spacewheat_sim.quantum.register.layout import emoji_states, partner


class HarvestOutcome(NamedTuple):
    """One outcome, with its Kraus operator Σ |t⟩⟨s|, a partial permutation.

    Attributes:
        taken: Number of the emoji that is taken; None where nothing is.
        sources: Its states s, (M,).
        targets: Where it moves each of them, t, (M,).
    """

    taken: int | None
    sources: IndexArray
    targets: IndexArray


def harvest_outcomes(
    north: int, south: int, ground: int, dimension: int, qubits: int
) -> tuple[HarvestOutcome, ...]:
    """Return the outcomes of a harvest: north, south and, of levels, neither.

    Args:
        north: Emoji at the north pole.
        south: Emoji at the south pole.
        ground: Where what is taken goes: an emoji; of a register, a pole of the axis.
        dimension: Number of basis states D.
        qubits: The layout.
    """
    outcomes = []
    for pole in (north, south):
        sources = emoji_states(pole, qubits)
        if qubits:
            targets = emoji_states(partner(pole) if pole != ground else pole, qubits)
        else:
            targets = emoji_states(ground, qubits)
        taken = None if pole == ground else pole
        outcomes.append(HarvestOutcome(taken, sources, targets))
    if not qubits:
        rest = np.setdiff1d(np.arange(dimension), [north, south])
        outcomes.append(HarvestOutcome(None, rest, rest))
    return tuple(outcomes)


def harvest_probabilities(
    populations: FloatArray, outcomes: Sequence[HarvestOutcome]
) -> FloatArray:
    """Return tr K†Kρ of each outcome, (…, O), or 0 where that is below 1e-30.

    ``populations`` are of the basis states, (…, D).
    """
    found = np.zeros((*populations.shape[:-1], len(outcomes)))
    for o, outcome in enumerate(outcomes):
        # One by one: added up in one order.
        for state in outcome.sources:
            found[..., o] += populations[..., state]
    return np.where(found < IMPOSSIBLE, 0.0, found)


def is_something_there(probabilities: FloatArray) -> BoolArray:
    """Return whether either pole may be found, (…,), from probabilities (…, O)."""
    return np.asarray(probabilities[..., :2].any(axis=-1))


def after_harvest(states: ComplexArray, outcome: HarvestOutcome) -> ComplexArray:
    """Return Kψ/‖Kψ‖ of kets (W, D), or KρK†/tr of matrices (W, D, D).

    Raises:
        ImpossibleOutcomeError: a state has no amplitude where K takes any.
    """
    moved = np.zeros_like(states)
    sources, targets = outcome.sources, outcome.targets
    if states.ndim == 2:
        moved[:, targets] = states[:, sources]
    else:
        moved[:, targets[:, None], targets] = states[:, sources[:, None], sources]
    return apply_diagonals(moved, np.ones(moved.shape[:2]))
