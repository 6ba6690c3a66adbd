"""Axes of two emojis, as callers name them."""

from __future__ import annotations

from collections.abc import Iterable

from spacewheat_sim.engine.bath.arguments import checked_items
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.plain_values import shown


def axis_poles(operators: BathOperators, north: str, south: str) -> tuple[int, int]:
    """Return the basis indices of an axis's poles.

    Raises:
        UnknownNameError: one of them is not in the bath.
        ArgumentError: they are the same.
    """
    n, s = operators.index(north), operators.index(south)
    if n == s:
        raise ArgumentError(
            f"An axis must have two different emojis, but has {north} at both poles"
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
