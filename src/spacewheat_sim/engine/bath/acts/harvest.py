"""Harvests of an axis: who is taken, and where the baths are left."""

from __future__ import annotations

from spacewheat_sim.arrays import IndexArray
from spacewheat_sim.engine.bath.acts.baths import ALONE, Baths
from spacewheat_sim.engine.bath.axes import axis_poles
from spacewheat_sim.engine.bath.events import Harvested
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.quantum.harvest import (
    after_harvest,
    harvest_outcomes,
    harvest_probabilities,
    is_something_there,
)
from spacewheat_sim.quantum.instruments.instruments import Harvesting
from spacewheat_sim.quantum.measurement import choose_outcomes


def harvesting(operators: BathOperators, north: str, south: str) -> Harvesting:
    """Return the harvest of an axis, with its outcomes.

    Raises:
        UnknownNameError: an emoji is not in the bath.
        ArgumentError: the biome has no ground, or there is no such axis.
    """
    poles = axis_poles(operators, north, south)
    ground = operators.ground(poles[0])
    layout = operators.dimension, operators.qubits
    return Harvesting(harvest_outcomes(*poles, ground, *layout))


def harvest(
    baths: Baths, which: IndexArray, instrument: Harvesting
) -> tuple[IndexArray, IndexArray]:
    """Harvest the baths ``which``; return those with something, and their outcomes."""
    outcomes = instrument.outcomes
    chances = harvest_probabilities(baths.state_populations()[which], outcomes)
    there = is_something_there(chances)
    which, chances = which[there], chances[there]
    chosen = choose_outcomes(chances, baths.draw(which))
    for number, outcome in enumerate(outcomes):
        some = which[chosen == number]
        if some.size:
            baths.put(some, after_harvest(baths.get(some), outcome))
    return which, chosen


def harvest_alone(
    bath: Baths, instrument: Harvesting, axis: tuple[str, str], time: float
) -> Harvested:
    """Harvest an ``axis`` of a single bath at ``time``; return the event."""
    operators = bath.operators
    north, south = (operators.emojis[operators.index(pole)] for pole in axis)
    taken: str | None = None
    for number in harvest(bath, ALONE, instrument)[1].tolist():
        found = instrument.outcomes[number].taken
        taken = None if found is None else operators.emojis[found]
    amount = 0.0 if taken is None else 1.0
    return Harvested(time, north, south, taken, amount)
