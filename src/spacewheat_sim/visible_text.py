"""Text from files, such that no character of it does anything to a terminal."""

from __future__ import annotations

import re

# Control characters, marks of writing direction, invisible characters and halves of
# surrogate pairs. The joiners of emojis are not among them.
_HIDDEN = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\u061c\\u200b\\u200e\\u200f\\u202a-\\u202e\\u2060-\\u206f"
    "\\ud800-\\udfff\\ufeff\\ufff9-\\ufffb]"
)


def hidden_characters(text: str) -> tuple[str, ...]:
    r"""Return the names of the characters of ``text`` that are not to be shown.

    Example:
        >>> hidden_characters("a\x1b[2J\u202e"), hidden_characters("🐇")
        (('U+001B', 'U+202E'), ())
    """
    return tuple(f"U+{ord(found):04X}" for found in _HIDDEN.findall(text))


def visible(text: str) -> str:
    r"""Return ``text`` with such characters written out.

    Example:
        >>> print(visible("a\x1b[2J🐇"))
        a\x1b[2J🐇
    """
    return _HIDDEN.sub(lambda found: _written_out(found.group()), text)


def _written_out(letter: str) -> str:
    code = ord(letter)
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"
