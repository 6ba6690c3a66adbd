"""How words of the command line become values."""

from __future__ import annotations

from fractions import Fraction

from spacewheat_sim.errors import ArgumentError


def parse_seconds(text: str) -> float:
    """Return seconds from a number or a fraction such as ``1/60``."""
    try:
        return float(Fraction(text)) if "/" in text else float(text)
    except (ValueError, ZeroDivisionError):
        raise ArgumentError(
            f"{text!r} is no time in seconds; write a number or a fraction such as 1/60"
        ) from None


def parse_axis(text: str) -> tuple[str, str]:
    """Return (north, south) from ``🌾/💀``."""
    north, slash, south = text.partition("/")
    if not (north and slash and south) or "/" in south:
        raise ArgumentError(f"{text!r} is no axis; write NORTH/SOUTH, such as 🌾/💀")
    return north, south


def parse_timed(text: str, pattern: str) -> tuple[float, str, str | None]:
    """Return time, subject and what follows it from ``T:SUBJECT[:REST]``."""
    parts = text.split(":")
    if len(parts) not in (2, 3) or not all(parts):
        raise ArgumentError(f"{text!r} is not of the form {pattern}")
    return parse_seconds(parts[0]), parts[1], parts[2] if len(parts) == 3 else None


def parse_number(text: str, what: str) -> float:
    """Return a float, or say ``what`` was meant to be one."""
    try:
        return float(text)
    except ValueError:
        raise ArgumentError(f"{text!r} is no number for {what}") from None
