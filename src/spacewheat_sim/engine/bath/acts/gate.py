"""Gates on axes, from what callers say to what becomes of the baths."""

from __future__ import annotations

from typing import NamedTuple

from spacewheat_sim.arrays import ComplexArray, IndexArray
from spacewheat_sim.engine.bath.acts.baths import ALONE, Baths
from spacewheat_sim.engine.bath.axes import given_axis, two_register_axes
from spacewheat_sim.engine.bath.events import Gated
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.plain_values import real
from spacewheat_sim.quantum.register.gates import (
    ON_ONE,
    apply_gate,
    checked_gate,
    gate_matrix,
    gate_places,
)


class CompiledGate(NamedTuple):
    """A gate on basis states.

    Attributes:
        event: What was said, with the emojis as the bath calls them.
        unitary: U, (d, d).
        places: The states that it mixes, (d, M).
    """

    event: Gated
    unitary: ComplexArray
    places: IndexArray


def compiled_gate(
    operators: BathOperators,
    time: float,
    gate: object,
    axis: object,
    other: object = None,
    angle: float | None = None,
) -> CompiledGate:
    """Return a gate on ``axis``, and of one on two on ``other`` as well.

    Raises:
        UnknownNameError: an unknown gate or emoji.
        ArgumentError: no axis of the bath, a gate on two axes in a level biome, one
            axis twice, a second axis too many or too few, or no such angle.
    """
    name = checked_gate(gate)
    unitary = gate_matrix(name, angle)
    emojis = operators.emojis
    if name in ON_ONE:
        if other is not None:
            raise ArgumentError(
                f"Gate {name} acts on one axis, but was given two; gates on two are "
                "CNOT, CZ, SWAP and ISWAP"
            )
        n, s = given_axis(operators, axis)
        turn = None if angle is None else real(angle)
        event = Gated(time, name, (emojis[n], emojis[s]), None, turn)
        return CompiledGate(event, unitary, gate_places(operators.qubits, (n, s)))
    if other is None and operators.qubits:
        raise ArgumentError(f"Gate {name} acts on two axes, but was given one")
    first, second = two_register_axes(operators, axis, other, f"Gate {name}")
    pairs = [(emojis[north], emojis[south]) for north, south in (first, second)]
    places = gate_places(operators.qubits, first, second)
    return CompiledGate(Gated(time, name, pairs[0], pairs[1]), unitary, places)


def apply_to(baths: Baths, which: IndexArray, what: CompiledGate) -> None:
    """Apply a gate to the baths ``which``."""
    baths.put(which, apply_gate(baths.get(which), what.unitary, what.places))


def apply_alone(bath: Baths, what: CompiledGate) -> Gated:
    """Apply a gate to a single bath; return the event."""
    apply_to(bath, ALONE, what)
    return what.event
