"""Converters from words of the command line to values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from spacewheat_sim.errors import ArgumentError

if TYPE_CHECKING:
    from cyclopts import Token

Flag = Annotated[bool, Parameter(negative=())]
"""A flag that is off unless it is given: there is no ``--no-`` form of it."""

# Double precision cannot distinguish larger whole numbers.
LARGEST_COUNT = 2**53


def _to_path(_type: Any, tokens: Sequence[Token]) -> Path:
    """Return a path; pathlib would read an empty word as the current folder."""
    (token,) = tokens
    if not token.value:
        raise ArgumentError("a path cannot be empty")
    return Path(token.value)


PathWord = Annotated[Path, Parameter(converter=_to_path)]


def checked_number(value: int | None, name: str, most: int = LARGEST_COUNT) -> None:
    """Raise if ``value`` is below 1 or above ``most``; None is allowed."""
    if value is not None and not 1 <= value <= most:
        shown = str(value) if abs(value) < 1e20 else "much more"
        raise ArgumentError(f"Argument `{name}` must be 1 to {most:,}, but is {shown}")


def parse_whole(text: str) -> int:
    """Return a whole number, also from ``30.0`` or ``1e6``; others are not rounded.

    Raises:
        ArgumentError: ``text`` is not a whole number.
    """
    try:
        return int(text, 0)
    except ValueError:
        pass
    try:
        number = Fraction(text)
    except (ValueError, ZeroDivisionError):
        number = None
    if number is None or number.denominator != 1:
        raise ArgumentError(f"{text!r} is not a whole number")
    return number.numerator


def _to_whole(_type: Any, tokens: Sequence[Token]) -> int:
    (token,) = tokens
    return parse_whole(token.value)


WholeNumber = Annotated[int, Parameter(converter=_to_whole)]


def parse_seconds(text: str) -> float:
    """Return seconds from a number or a fraction such as ``1/60``."""
    try:
        return float(Fraction(text)) if "/" in text else float(text)
    except OverflowError:  # beyond double precision, where a float would be infinite
        return -math.inf if text.lstrip().startswith("-") else math.inf
    except (ValueError, ZeroDivisionError):
        raise ArgumentError(
            f"{text!r} is not a time in seconds; write a number or a fraction such as "
            "1/60"
        ) from None


def parse_axis(text: str) -> tuple[str, str]:
    """Return (north, south) from ``🌾/💀``."""
    north, slash, south = text.partition("/")
    if not (north and slash and south) or "/" in south:
        raise ArgumentError(
            f"{text!r} is not an axis; write NORTH/SOUTH, such as 🌾/💀"
        )
    return north, south


def parse_timed(text: str, pattern: str) -> tuple[float, str, str | None]:
    """Return time, subject and rest (or None) from ``T:SUBJECT[:REST]``."""
    parts = text.split(":")
    if len(parts) not in (2, 3) or not all(parts):
        raise ArgumentError(f"{text!r} is not of the form {pattern}")
    return parse_seconds(parts[0]), parts[1], parts[2] if len(parts) == 3 else None


def parse_number(text: str, what: str) -> float:
    """Return a float; the error message says ``what`` it is."""
    try:
        return float(text)
    except ValueError:
        raise ArgumentError(
            f"{text!r} is not a number, but {what} must be one"
        ) from None


def parse_mapping(text: str) -> dict[str, Any]:
    """Return a mapping that was written as YAML, such as a quantity."""
    from spacewheat_sim.content.yaml.loader import parse_yaml

    document = parse_yaml(text.encode(), "the mapping")
    if document.problems or not isinstance(document.data, dict):
        raise ArgumentError(
            f"{text!r} is no mapping; wanted one like {{population: 🐺, at: 6}}"
        )
    return document.data
