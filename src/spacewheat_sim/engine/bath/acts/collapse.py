"""Collapses by hand onto one emoji, in part or whole."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import FloatArray, IndexArray
from spacewheat_sim.engine.bath.acts.baths import ALONE, Baths
from spacewheat_sim.engine.bath.events import Collapsed
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.errors import ImpossibleOutcomeError
from spacewheat_sim.quantum.limits import IMPOSSIBLE
from spacewheat_sim.quantum.measurement import (
    apply_diagonals,
    checked_strength,
    partial_collapse_kraus,
    projector,
)


class CompiledCollapse(NamedTuple):
    """A collapse on basis states.

    Attributes:
        emoji: Number of the emoji that it is onto.
        kraus: The diagonal that states are multiplied by, (D,).
        strength: k of a partial collapse; None of a full one.
    """

    emoji: int
    kraus: FloatArray
    strength: float | None


def full_collapse(operators: BathOperators, emoji: str) -> CompiledCollapse:
    """Return the projector on ``emoji``; raises for one that is not in the bath."""
    i = operators.index(emoji)
    kraus = projector(operators.dimension, operators.states(i))
    return CompiledCollapse(i, kraus, None)


def partial_collapse(
    operators: BathOperators, emoji: str, strength: float
) -> CompiledCollapse:
    """Return what multiplies ``emoji`` by 1 + strength, all else by 1 − strength/10.

    Raises:
        UnknownNameError: the bath has no such emoji.
        ArgumentError: ``strength`` is not in [0, 10).
    """
    i = operators.index(emoji)
    amount = checked_strength(strength)
    kraus = partial_collapse_kraus(operators.dimension, operators.states(i), amount)
    return CompiledCollapse(i, kraus, amount)


def collapse(baths: Baths, which: IndexArray, what: CompiledCollapse) -> None:
    """Collapse the baths ``which``, and normalize.

    Raises:
        ImpossibleOutcomeError: in one of them the emoji has probability 0.
    """
    operators = baths.operators
    probabilities = operators.seen(baths.state_populations())[which, what.emoji]
    impossible = probabilities < IMPOSSIBLE
    if impossible.any():
        raise ImpossibleOutcomeError(
            f"{baths.called(which[impossible][0])} cannot collapse onto "
            f"{operators.emojis[what.emoji]}: its probability is "
            f"{probabilities[impossible][0]:.3g}"
        )
    kraus = np.repeat(what.kraus[None], which.size, axis=0)
    baths.put(which, apply_diagonals(baths.get(which), kraus))


def collapse_alone(bath: Baths, what: CompiledCollapse, time: float) -> Collapsed:
    """Collapse a single bath at ``time``; return the event."""
    collapse(bath, ALONE, what)
    return Collapsed(time, bath.operators.emojis[what.emoji], what.strength)
