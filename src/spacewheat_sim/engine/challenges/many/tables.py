"""The moves of a challenge as arrays: what each costs and does."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from spacewheat_sim.arrays import BoolArray, FloatArray, IntArray
from spacewheat_sim.choices import MeasurementKind
from spacewheat_sim.content.challenge.act import Act
from spacewheat_sim.content.challenge.challenge import Challenge
from spacewheat_sim.content.resolved_icons import resolve_icons
from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.engine.bath.acts.harvest import harvesting
from spacewheat_sim.engine.bath.acts.measurement import measuring
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.quantum.instruments.instruments import Instrument, Instruments

NONE = -1
LOOKS = ("measure", "weak", "harvest")


class MoveTable:
    """What each move of a challenge is.

    Attributes:
        costs: What each costs, (M,).
        instrument: Number of the instrument that it uses, −1 for none, (M,).
        is_guess: Which name the hidden number, (M,).
        values: What is set or guessed, NaN for the others, (M,).
        gates: The numbers of those that apply a gate.
        edits: The numbers of those that change what the biome is made of.
    """

    def __init__(self, challenge: Challenge) -> None:
        self.moves = challenge.moves
        self.costs: FloatArray = np.array([move.cost for move in self.moves])
        kinds = [None if m.act is None else m.act.kind for m in self.moves]
        looks = np.array([kind in LOOKS for kind in kinds])
        self.instrument: IntArray = np.where(looks, np.cumsum(looks) - 1, NONE)
        self.is_guess: BoolArray = np.array([kind == "guess" for kind in kinds])
        self.values: FloatArray = np.array(
            [np.nan if m.value is None else m.value for m in self.moves]
        )
        self.gates = tuple(i for i, kind in enumerate(kinds) if kind == "gate")
        self.edits = tuple(i for i, k in enumerate(kinds) if k in ("edit", "weight"))

    @cached_property
    def looking(self) -> tuple[Act, ...]:
        """The acts that use an instrument, in the order of these."""
        used = np.flatnonzero(self.instrument != NONE).tolist()
        return tuple(act for act in (self.moves[i].act for i in used) if act)

    def act(self, move: int) -> Act:
        """Return the act of a move that is not to wait."""
        act = self.moves[move].act
        assert act is not None  # noqa: S101 - only asked of those that are acts
        return act


def instruments_of(acts: tuple[Act, ...], operators: BathOperators) -> Instruments:
    """Return the instruments of ``acts`` in a bath."""
    return Instruments([_instrument(act, operators) for act in acts])


def yields(
    challenge: Challenge, biome: CompiledBiome, instruments: Instruments
) -> FloatArray:
    """Return what each outcome yields of each emoji of the goal, (O, H)."""
    icons = resolve_icons(biome.biome, biome.registry)
    goal = list(challenge.goal.harvested)
    found = np.zeros((instruments.found.size, len(goal)))
    for number, taken in enumerate(instruments.taken.tolist()):
        if taken == NONE:
            continue
        emoji = canonical_emoji(biome.operators.emojis[taken])
        if emoji in goal:
            icon = icons.get(emoji)
            found[number, goal.index(emoji)] = 1.0 if icon is None else icon.value
    return found


def _instrument(act: Act, operators: BathOperators) -> Instrument:
    north, south = act.subject
    if act.harvest is not None:
        return harvesting(operators, north, south)
    kind: MeasurementKind = "projective" if act.weak is None else "weak"
    strength = None if act.weak is None else act.strength
    return measuring(operators, north, south, kind, strength, 0.0)
