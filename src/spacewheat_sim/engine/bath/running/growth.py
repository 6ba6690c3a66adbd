"""Emojis and axes that join baths and leave them, while they run.

Of a level biome ρ → ρ ⊕ 0, and back where nothing is left. A register gains an axis by
ρ ⊗ |p⟩⟨p|, and loses one that is at a pole for sure, by leaving it out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray, IndexArray
from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.engine.bath.state import BathState
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.evolution import ActiveSet
from spacewheat_sim.quantum.measurement import apply_diagonals
from spacewheat_sim.quantum.register.layout import summed

# A population that is rounding alone.
EMPTY = 1e-12


def check_leaving(
    before: BathOperators, after: BathOperators, populations: FloatArray
) -> None:
    """Refuse to leave out what any of B baths still holds.

    Args:
        before: What the baths are made of.
        after: What they are to be made of.
        populations: Those of the emojis ``before``, (B, N) or (N,).

    Raises:
        ArgumentError: the one is a register and the other of levels; an emoji would
            leave whose population is more than rounding, or an axis that is not at one
            of its poles. A projective measurement leaves it there.
    """
    if bool(before.qubits) != bool(after.qubits):
        kinds = [
            "a register" if each.qubits else "a level biome" for each in (before, after)
        ]
        raise ArgumentError(
            f"A running biome must stay what it is, but {kinds[0]} was to become "
            f"{kinds[1]}"
        )
    found = populations.reshape(-1, len(before))
    if before.qubits:
        _check_axes(before, after, found)
        return
    kept = _names(after)
    largest = found.max(axis=0)
    for emoji, population in zip(before.emojis, largest.tolist(), strict=True):
        if canonical_emoji(emoji) not in kept and population > EMPTY:
            raise ArgumentError(
                f"{emoji} cannot leave, because it is still there with probability "
                f"{population:.3g}; a projective measurement that does not find it "
                "leaves it empty"
            )


def grown(state: BathState, before: BathOperators, after: BathOperators) -> BathState:
    """Return baths over what ``after`` is made of.

    Emojis that join are empty, and axes that join are at the pole to which a harvest
    brings them. What stays keeps its amplitudes to the last bit, in any order; where
    rounding alone leaves, the rest is normalized. Random streams and jump clocks go on.
    """
    if _names(before) == _names(after):
        return state
    origins = _of_axes if before.qubits else _of_levels
    states = _moved(state.states, origins(state.states, before, after))
    active = tuple(
        replace(ActiveSet.empty(after.dimension), neglected=each.neglected)
        for each in state.active
    )
    return replace(state, states=states, active=active)


def _check_axes(
    before: BathOperators, after: BathOperators, populations: FloatArray
) -> None:
    partners = dict(_axes(after))
    partners |= {south: north for north, south in _axes(after)}
    pairs = zip(before.axes, _axes(before), strict=True)
    for place, (shown, (north, south)) in enumerate(pairs):
        if partners.get(north) == south:
            continue
        name = "/".join(shown)
        if north in partners or south in partners:
            raise ArgumentError(
                f"The axis {name} must stay as it is or leave, but one of its poles "
                "was to have another partner"
            )
        least = populations[:, 2 * place : 2 * place + 2].min(axis=1).max()
        if least > EMPTY:
            raise ArgumentError(
                f"The axis {name} cannot leave, because it is at neither pole for "
                "sure; a projective measurement brings it to one"
            )


def _of_levels(
    states: ComplexArray, before: BathOperators, after: BathOperators
) -> IndexArray:
    """Return the state that each of ``after`` comes from, −1 of a new one, (B, D)."""
    here = _names(before)
    origins = [here.index(n) if n in here else -1 for n in _names(after)]
    return np.tile(np.array(origins, dtype=np.intp), (len(states), 1))


def _of_axes(
    states: ComplexArray, before: BathOperators, after: BathOperators
) -> IndexArray:
    """Return what :func:`_of_levels` does, of a register."""
    here, there = _axes(before), _axes(after)
    grid = np.arange(after.dimension, dtype=np.intp)
    origins = np.zeros((len(states), grid.size), dtype=np.intp)
    is_new = np.zeros(grid.size, dtype=np.bool_)
    for place, axis in enumerate(there):
        bit = (grid >> (after.qubits - 1 - place)) & 1
        if axis in here:
            origins += bit << (before.qubits - 1 - here.index(axis))
        elif axis[::-1] in here:
            origins += (1 - bit) << (before.qubits - 1 - here.index(axis[::-1]))
        else:
            is_new |= bit != after.grounds[place] & 1
    populations = _diagonal(states)
    for place, axis in enumerate(here):
        if axis in there or axis[::-1] in there:
            continue
        shift = before.qubits - 1 - place
        is_south = (np.arange(before.dimension) >> shift) & 1 == 1
        south = summed(populations[:, is_south]) > 0.5
        origins += south[:, None].astype(np.intp) << shift
    return np.where(is_new, -1, origins)


def _moved(states: ComplexArray, origins: IndexArray) -> ComplexArray:
    """Return kets (B, D) or density matrices (B, D, D) with what was kept in place."""
    count, size = origins.shape
    baths = np.arange(count)
    inside = origins >= 0
    if states.ndim == 2:
        moved = np.where(inside, states[baths[:, None], origins], 0.0)
    else:
        picked = states[baths[:, None, None], origins[:, :, None], origins[:, None, :]]
        moved = np.where(inside[:, :, None] & inside[:, None, :], picked, 0.0)
    if _lost(states, origins):
        return apply_diagonals(moved, np.ones((count, size)))
    return moved


def _lost(states: ComplexArray, origins: IndexArray) -> bool:
    """Return whether anything but exact zeros leaves."""
    populations = _diagonal(states)
    gone = np.ones(populations.shape, dtype=np.bool_)
    rows, columns = np.nonzero(origins >= 0)
    gone[rows, origins[rows, columns]] = False
    return bool(populations[gone].any())


def _diagonal(states: ComplexArray) -> FloatArray:
    """Return the populations of kets (B, D) or density matrices (B, D, D), (B, D)."""
    if states.ndim == 2:
        return np.asarray(states.real**2 + states.imag**2)
    return np.asarray(states.diagonal(axis1=1, axis2=2).real)


def _names(operators: BathOperators) -> list[str]:
    return [canonical_emoji(emoji) for emoji in operators.emojis]


def _axes(operators: BathOperators) -> list[tuple[str, str]]:
    names: Sequence[str] = _names(operators)
    return list(zip(names[::2], names[1::2], strict=True))
