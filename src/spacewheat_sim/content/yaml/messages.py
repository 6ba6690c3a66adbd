"""Words, numbers and short collections as YAML; ambiguous words are quoted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from spacewheat_sim.content.yaml.scalars import core_scalar

WIDEST_LIST = 88

# Text that does not begin with a YAML indicator, contains no comment and no key, and
# has no blank at an end. A word is safe in a list or mapping on one line, a phrase is
# not.
_PHRASE = re.compile(
    r"[^\s\-?:,\[\]{}#&*!|>'\"%@`.=<~]([^\s:#]|:(?=\S)|(?<=\S)#| (?=\S))*"
)
_BRACKETS = frozenset(",[]{}")
# Characters that a YAML file may contain as they are, except line breaks.
_PRINTABLE = re.compile(
    r"[\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*"
)


def word(text: str) -> str:
    """Return ``text`` as a YAML scalar for any place: plain if safe, else quoted.

    Example:
        >>> word("Sol"), word("no: 1"), word("1e-3"), word("🌾"), word("a, b")
        ('Sol', '"no: 1"', '"1e-3"', '🌾', '"a, b"')
    """
    return _quoted(text) if _BRACKETS.intersection(text) else phrase(text)


def phrase(text: str) -> str:
    """Return ``text`` as a YAML scalar that is alone on the line of its key.

    Example:
        >>> phrase("a, b [c]"), phrase("a: b")
        ('a, b [c]', '"a: b"')
    """
    plain = _PHRASE.fullmatch(text) and _PRINTABLE.fullmatch(text)
    return text if plain and isinstance(core_scalar(text), str) else _quoted(text)


def number(value: complex) -> str:
    """Return a number as YAML, to the last bit; a complex one as ``{re, im}``.

    Example:
        >>> number(0.25), number(1e-9), number(0.3 + 0.1j)
        ('0.25', '1e-9', '{re: 0.3, im: 0.1}')
    """
    if value.imag != 0.0:
        return flow_map({"re": number(value.real), "im": number(value.imag)})
    return re.sub(r"e([-+])0*", r"e\1", repr(float(value.real)))


def free(value: Any) -> str:
    """Return plain data on one line: text, numbers, lists and mappings of them.

    Example:
        >>> free({"by": "Ada", "years": (1842, 1843.0), "sure": None})
        '{by: Ada, years: [1842, 1843.0], sure: null}'
    """
    if isinstance(value, Mapping):
        return flow_map({word(key): free(inner) for key, inner in value.items()})
    if isinstance(value, tuple):
        return f"[{', '.join(map(free, value))}]"
    if isinstance(value, str):
        return word(value)
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return str(value) if isinstance(value, int) else number(value)


def flow_map(entries: Mapping[str, str]) -> str:
    """Return a mapping on one line from keys and values that are already YAML."""
    return "{" + ", ".join(f"{key}: {value}" for key, value in entries.items()) + "}"


def flow_list(key: str, words: Iterable[str]) -> Iterator[str]:
    """Yield ``key`` with a list of words, on as many lines as needed."""
    line = f"{key}: ["
    for position, item in enumerate(map(word, words)):
        if position and len(line) + len(item) + 2 > WIDEST_LIST:
            yield f"{line},"
            line = f"  {item}"
        else:
            line += f", {item}" if position else item
    yield f"{line}]"


def _quoted(text: str) -> str:
    return '"' + "".join(_escaped(letter) for letter in text) + '"'


def _escaped(letter: str) -> str:
    if letter in '"\\':
        return f"\\{letter}"
    if _PRINTABLE.fullmatch(letter):
        return letter
    code = ord(letter)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
