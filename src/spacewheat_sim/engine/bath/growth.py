"""Emojis that join baths and leave them: ρ → ρ ⊕ 0, and back where nothing is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray, IndexArray
from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.engine.bath.state import BathState
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.evolution import ActiveSet

# A population that is rounding alone.
EMPTY = 1e-12


def check_leaving(
    before: Sequence[str], after: Sequence[str], populations: FloatArray
) -> None:
    """Refuse to leave out an emoji that any of B baths still holds.

    Args:
        before: The emojis as they are.
        after: The emojis as they are to be.
        populations: Those of the baths, (B, N) or (N,).

    Raises:
        ArgumentError: a population is more than rounding. A projective measurement
            that does not find the emoji leaves it empty.
    """
    kept = {canonical_emoji(emoji) for emoji in after}
    largest = populations.reshape(-1, len(before)).max(axis=0)
    for emoji, population in zip(before, largest.tolist(), strict=True):
        if canonical_emoji(emoji) not in kept and population > EMPTY:
            raise ArgumentError(
                f"{emoji} cannot leave, because it is still there with probability "
                f"{population:.3g}; a projective measurement that does not find it "
                "leaves it empty"
            )


def grown(state: BathState, before: Sequence[str], after: Sequence[str]) -> BathState:
    """Return baths of the emojis ``after``, of which new ones are empty.

    What stays keeps its amplitudes to the last bit, in any order; where rounding alone
    leaves with an emoji, the rest is normalized. Random streams and jump clocks go on.
    """
    here = [canonical_emoji(emoji) for emoji in before]
    there = [canonical_emoji(emoji) for emoji in after]
    if here == there:
        return state
    stays = [emoji for emoji in there if emoji in set(here)]
    old = np.array([here.index(emoji) for emoji in stays], dtype=np.intp)
    new = np.array([there.index(emoji) for emoji in stays], dtype=np.intp)
    states = _placed(state.states, old, new, len(there))
    active = tuple(
        replace(ActiveSet.empty(len(there)), neglected=each.neglected)
        for each in state.active
    )
    return replace(state, states=states, active=active)


def _placed(
    states: ComplexArray, old: IndexArray, new: IndexArray, n: int
) -> ComplexArray:
    """Return kets (B, n) or density matrices (B, n, n) with what was kept in place."""
    placed = np.zeros((len(states),) + (n,) * (states.ndim - 1), dtype=np.complex128)
    if states.ndim == 2:
        placed[:, new] = states[:, old]
        if states.shape[1] > old.size and _lost(states, old).any():
            placed /= np.linalg.norm(placed, axis=1)[:, None]
        return placed
    placed[:, new[:, None], new] = states[:, old[:, None], old]
    if states.shape[1] > old.size and _lost(states, old).any():
        placed /= np.trace(placed, axis1=1, axis2=2).real[:, None, None]
    return placed


def _lost(states: ComplexArray, kept: IndexArray) -> ComplexArray:
    """Return the amplitudes, or the diagonal, of the states that leave."""
    gone = np.setdiff1d(np.arange(states.shape[1]), kept)
    return states[:, gone] if states.ndim == 2 else states[:, gone, gone]
