"""How axes of registers belong together, by the names of their poles."""

from __future__ import annotations

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.engine.bath.axes import given_axis, two_register_axes
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.register import entanglement
from spacewheat_sim.quantum.states import entropies

Axis = tuple[str, str]


def mutual_information(
    operators: BathOperators, states: ComplexArray, axis: Axis, other: Axis
) -> FloatArray:
    """Return S_a + S_b − S_ab of two axes in nats, (B,).

    Args:
        operators: Those of the registers.
        states: Kets (B, D) or density matrices (B, D, D).
        axis: Poles north and south of one.
        other: Of another.

    Raises:
        UnknownNameError: an emoji is not in the bath.
        ArgumentError: the bath is of levels, something is no axis, or both are one.
    """
    pair = two_register_axes(operators, axis, other, "Mutual information")
    return entanglement.mutual_information(states, *pair, operators.qubits)


def negativity(
    operators: BathOperators, states: ComplexArray, axis: Axis, other: Axis
) -> FloatArray:
    """Return Σ |λ| over the negative λ of ρ_ab, transposed on b, (B,).

    Arguments and errors as of :func:`mutual_information`.
    """
    pair = two_register_axes(operators, axis, other, "Negativity")
    return entanglement.negativity(states, *pair, operators.qubits)


def entanglement_entropy(
    operators: BathOperators, states: ComplexArray, axis: Axis
) -> FloatArray:
    """Return −tr ρ_a ln ρ_a of an axis in nats, (B,).

    Raises:
        UnknownNameError: an emoji is not in the bath.
        ArgumentError: the bath is of levels, or this is no axis of it.
    """
    if not operators.qubits:
        raise ArgumentError(
            "Entanglement entropy needs a register, whose axes are qubits; in a "
            "level biome all emojis are states of one system"
        )
    poles = given_axis(operators, axis)
    rho = entanglement.reduced_axis(states, poles, operators.qubits)
    return entropies(rho)
