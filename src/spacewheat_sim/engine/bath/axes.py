"""Axes of two emojis, as callers name them."""

from __future__ import annotations

from collections.abc import Iterable

from spacewheat_sim.engine.bath.arguments import checked_items
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.plain_values import shown
from spacewheat_sim.quantum.register.layout import axis_of, partner


def axis_poles(operators: BathOperators, north: str, south: str) -> tuple[int, int]:
    """Return the indices of the emojis at an axis's poles.

    Raises:
        UnknownNameError: one of them is not in the bath.
        ArgumentError: they are the same; or, in a register, of two different axes.
    """
    n, s = operators.index(north), operators.index(south)
    if n == s:
        raise ArgumentError(
            f"An axis must have two different emojis, but has {north} at both poles"
        )
    if operators.qubits and partner(n) != s:
        first, second = (operators.axes[axis_of(pole)] for pole in (n, s))
        raise ArgumentError(
            f"{north} and {south} are poles of two axes of this register, "
            f"{'/'.join(first)} and {'/'.join(second)}; an axis is one such pair"
        )
    return n, s


def checked_axes(
    operators: BathOperators, axes: Iterable[tuple[str, str]]
) -> tuple[tuple[str, str], ...]:
    """Return ``axes`` as pairs (north, south), each an axis of the bath.

    Raises:
        UnknownNameError: an emoji is not in the bath.
        ArgumentError: something is no pair, or an axis of one emoji.
    """
    pairs = []
    for axis in checked_items(axes, "axes", "pairs (north, south)"):
        if not isinstance(axis, tuple | list) or len(axis) != 2:
            raise ArgumentError(
                "Argument `axes` must hold pairs (north, south), but has " + shown(axis)
            )
        axis_poles(operators, *axis)
        pairs.append((axis[0], axis[1]))
    return tuple(pairs)


def given_axis(
    operators: BathOperators, axis: object, name: str = "axis"
) -> tuple[int, int]:
    """Return the indices of the poles of an ``axis`` (north, south).

    Raises:
        UnknownNameError: one of them is not in the bath.
        ArgumentError: it is no pair, or no axis of the bath.
    """
    if not isinstance(axis, tuple | list) or len(axis) != 2:
        raise ArgumentError(
            f"Argument `{name}` must be a pair (north, south), but is {shown(axis)}"
        )
    return axis_poles(operators, *axis)


def register_axis(operators: BathOperators, axis: object, what: str) -> tuple[int, int]:
    """Return the poles of an axis of a register; ``what`` needs one.

    Raises:
        UnknownNameError: an emoji is not in the bath.
        ArgumentError: the bath is of levels, or this is no axis of it.
    """
    if not operators.qubits:
        raise ArgumentError(
            f"{what} needs a register, whose axes are qubits; in a level biome all "
            "emojis are states of one system"
        )
    return given_axis(operators, axis)


def two_register_axes(
    operators: BathOperators, axis: object, other: object, what: str
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the poles of two different axes of a register.

    Args:
        operators: Those of the bath.
        axis: A pair (north, south).
        other: Another.
        what: What needs two axes, for the message.

    Raises:
        UnknownNameError: an emoji is not in the bath.
        ArgumentError: the bath is of levels, something is no axis, or both are one.
    """
    if not operators.qubits:
        raise ArgumentError(
            f"{what} needs a register, whose axes are qubits; in a level biome all "
            "emojis are states of one system, and no two axes are parts of it"
        )
    first = given_axis(operators, axis)
    second = given_axis(operators, other, "other")
    if axis_of(first[0]) == axis_of(second[0]):
        raise ArgumentError(
            f"{what} needs two different axes, but was given "
            f"{'/'.join(operators.axes[axis_of(first[0])])} twice"
        )
    return first, second
