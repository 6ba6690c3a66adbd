"""Inputs of the player, in logical pixels, without pygame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Button = Literal["left", "middle", "right"]


@dataclass(frozen=True, slots=True)
class Pressed:
    """A mouse button went down."""

    x: float
    y: float
    button: Button = "left"


@dataclass(frozen=True, slots=True)
class Released:
    """A mouse button went up."""

    x: float
    y: float
    button: Button = "left"


@dataclass(frozen=True, slots=True)
class Moved:
    """The pointer moved to (x, y)."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Wheeled:
    """The wheel turned by ``dy`` notches at (x, y); above 0 is away from the user."""

    x: float
    y: float
    dy: float


@dataclass(frozen=True, slots=True)
class Key:
    """A key went down: a character in lower case, or a name.

    Names are ``space``, ``return``, ``escape``, ``tab``, ``backspace``, ``delete``,
    ``left``, ``right``, ``up``, ``down``, ``page up``, ``page down``, ``home``,
    ``end``, ``f1`` … ``f12``.
    """

    name: str
    shift: bool = False
    ctrl: bool = False


@dataclass(frozen=True, slots=True)
class Alt:
    """The Alt key went down, or up."""

    held: bool


Input = Pressed | Released | Moved | Wheeled | Key | Alt
