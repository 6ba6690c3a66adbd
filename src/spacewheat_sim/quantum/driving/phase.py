"""Phases as shares of a turn, to the last digit that they have."""

from __future__ import annotations

from functools import cache

# Bits behind the point of 1/2π: the largest double has 1024 before it, and what is left
# of a product then holds two doubles' worth of digits, and some to spare.
BITS = 1280


def turns(phase: float) -> tuple[float, float]:
    """Return frac(φ/2π) of a phase φ in rad, as a sum of two floats.

    A double is an exact number, however large or small: its share of a turn is found
    in integers, with no rounding but that of the two floats.

    Args:
        phase: φ in rad, finite.

    Returns:
        The share rounded to a double in [0, 1), and the rest of it.

    Example:
        >>> import math
        >>> share, _ = turns(1e17)  # doubles lie 16 rad apart there
        >>> share, math.isclose(math.sin(2 * math.pi * share), math.sin(1e17))
        (0.5768883763372514, True)
    """
    numerator, denominator = phase.as_integer_ratio()
    share = (numerator * _reciprocal() // denominator) % (1 << BITS)
    high = share / (1 << BITS)
    if high == 1.0:  # rounded up to a whole turn
        share -= 1 << BITS
        high = 0.0
    above, below = high.as_integer_ratio()
    return high, (share - (above << BITS) // below) / (1 << BITS)


@cache
def _reciprocal() -> int:
    """Return 1/2π, times 2^BITS, by Machin's π = 16 arctan 1/5 − 4 arctan 1/239."""
    guard = BITS + 16
    pi = (16 * _arctangent(5, guard) - 4 * _arctangent(239, guard)) >> 16
    return (1 << 2 * BITS) // (2 * pi)


def _arctangent(inverse: int, bits: int) -> int:
    """Return arctan(1/inverse) times 2^bits, by its power series."""
    power = (1 << bits) // inverse
    total, odd, sign = power, 1, 1
    while power:
        power //= inverse * inverse
        odd += 2
        sign = -sign
        total += sign * (power // odd)
    return total
