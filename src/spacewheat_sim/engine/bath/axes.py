"""What callers say of an axis and its measurement, made plain to the physics."""

from __future__ import annotations

from collections.abc import Iterable

from spacewheat_sim.choices import DEFAULT_STRENGTH, MeasurementKind
from spacewheat_sim.engine.bath.arguments import checked_items
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.plain_values import shown
from spacewheat_sim.quantum.measurement import (
    check_kind,
    checked_sharpness,
    checked_strength,
)


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


def chosen_strength(
    kind: MeasurementKind, strength: float | None, collapse_strength: float
) -> float | None:
    """Return which of two strengths a measurement of ``kind`` was given.

    ``collapse_strength`` is that of a game measurement which is given no ``strength``.

    Raises:
        ArgumentError: there is no such kind, or ``collapse_strength`` is out of its
            range, even where it is not in use.
    """
    check_kind(kind)
    collapse = checked_strength(collapse_strength, "collapse_strength")
    return collapse if kind == "game" and strength is None else strength


def measurement_strength(kind: MeasurementKind, strength: float | None) -> float:
    """Return the strength that a measurement of ``kind`` is made with.

    Raises:
        ArgumentError: there is no such kind, the strength is out of its range, or a
            projective measurement was given one.
    """
    check_kind(kind)
    if kind == "projective":
        if strength is not None:
            raise ArgumentError(
                "A projective measurement has no `strength`, but was given "
                f"{shown(strength)}"
            )
        return 1.0
    if strength is None:
        return DEFAULT_STRENGTH
    return checked_strength(strength) if kind == "game" else checked_sharpness(strength)
