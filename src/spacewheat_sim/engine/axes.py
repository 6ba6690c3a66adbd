"""What callers say of an axis and its measurement, made plain to the physics."""

from __future__ import annotations

from spacewheat_sim.engine.operators import BathOperators
from spacewheat_sim.errors import ArgumentError

DEFAULT_STRENGTH = 0.5


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


def measurement_strength(kind: str, strength: float | None) -> float:
    """Return the strength that a measurement of ``kind`` is made with.

    Raises:
        ArgumentError: a projective measurement was given one.
    """
    if kind == "projective":
        if strength is not None:
            raise ArgumentError("A projective measurement has no `strength`")
        return 1.0
    return DEFAULT_STRENGTH if strength is None else strength
