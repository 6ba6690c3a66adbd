"""Values as callers give them: plain numbers made of them, and words to show them."""

from __future__ import annotations

import math
import re
import shlex
import sys
from numbers import Integral, Real
from pathlib import Path

# Characters of a value that an error message shows.
SHOWN_LENGTH = 60
# An integer from here on is told by the number of its digits.
LONG_INTEGER = 10**30
# What moves a terminal's cursor, sets its title, or turns the direction of a text.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def real(value: object) -> float:
    """Return a real number as a float, and NaN for what is none.

    No truth value, text or array is a number, not even an array of one entry: whoever
    gives one has mistaken an argument. A number beyond all doubles is infinite.

    Example:
        >>> real(2), real(10**400), real("2"), real(True)
        (2.0, inf, nan, nan)
    """
    if type(value) is float:
        return value
    if isinstance(value, bool) or not isinstance(value, Real):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0.0 else -math.inf  # type: ignore[operator]


def whole(value: object) -> int | None:
    """Return an integer as an int, and None for what is none.

    Example:
        >>> whole(3), whole(3.0), whole(True)
        (3, None, None)
    """
    if isinstance(value, Integral) and not isinstance(value, bool):
        return int(value)
    return None


def printable(text: str) -> str:
    r"""Return ``text``, which may be of any file, with escapes for control signs.

    Example:
        >>> printable("red: \x1b[31m")
        'red: \\x1b[31m'
    """
    return CONTROL.sub(lambda sign: sign[0].encode("unicode_escape").decode(), text)


def in_one_line(text: str) -> str:
    r"""Return ``text`` with escapes for control signs and for ends of lines.

    Example:
        >>> in_one_line("one\ntwo")
        'one\\ntwo'
    """
    lines = printable(text).replace("\t", r"\t").replace("\n", r"\n")
    return lines.replace("\u2028", r"\u2028").replace("\u2029", r"\u2029")


def typed(path: Path) -> str:
    """Return ``path`` as it is typed into a shell, where it is one word and no option.

    Example:
        >>> print(typed(Path("a.jsonl")), typed(Path("my saves")), typed(Path("-a")))
        a.jsonl 'my saves' ./-a
    """
    word = in_one_line(str(path))
    word = f"./{word}" if word.startswith("-") else word
    if sys.platform == "win32":
        return f'"{word}"' if " " in word else word
    return shlex.quote(word)


def shown(value: object) -> str:
    """Return ``value`` as an error message shows it: in a line, cut where it is long.

    Example:
        >>> shown("1"), shown(-(10**400)), shown(range(3))
        ("'1'", 'an integer of about 401 digits', 'range(0, 3)')
    """
    shape = getattr(value, "shape", ())
    if isinstance(shape, tuple) and shape:
        kind = getattr(value, "dtype", type(value).__name__)
        return f"an array of {kind} with shape {shape}"
    if isinstance(value, int) and abs(value) >= LONG_INTEGER:
        digits = math.floor(abs(value).bit_length() * math.log10(2)) + 1
        return f"an integer of about {digits} digits"
    try:
        text = " ".join(repr(value).split())
    except Exception:  # an object's own fault must not hide the caller's
        text = f"a {type(value).__name__}"
    return text if len(text) <= SHOWN_LENGTH else text[: SHOWN_LENGTH - 1] + "…"
