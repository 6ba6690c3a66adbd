"""Plain scalars by the YAML 1.2 core schema: ``1e-3`` is a number, ``no`` is a word."""

from __future__ import annotations

import math
import re

MAX_INTEGER_DIGITS = 300  # each of them fits in a float

_CONSTANTS: dict[str, object] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
    ".nan": math.nan,
    ".NaN": math.nan,
    ".NAN": math.nan,
}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INFINITY = re.compile(r"[-+]?\.(inf|Inf|INF)")


def core_scalar(text: str) -> object:
    """Return the value of an unquoted ``text``.

    An integer too long for a float becomes an infinity, which is then reported.

    Example:
        >>> [core_scalar(text) for text in ("1e-3", "no", "0o17", "~")]
        [0.001, 'no', 15, None]
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text):
        return int(text) if len(text) <= MAX_INTEGER_DIGITS else float(text)
    for pattern, base in ((_OCTAL, 8), (_HEXADECIMAL, 16)):
        if pattern.fullmatch(text):
            long = len(text) > MAX_INTEGER_DIGITS * math.log(10, base)
            return math.inf if long else int(text[2:], base)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _INFINITY.fullmatch(text):
        return -math.inf if text.startswith("-") else math.inf
    return text
