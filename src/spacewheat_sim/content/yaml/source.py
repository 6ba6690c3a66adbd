"""The text of a file, made such that a parser of YAML 1.1 reads it as YAML 1.2.

In YAML 1.2 the characters U+0085, U+2028 and U+2029 end no line, and a character beyond
U+FFFF may be written as two escapes, as JSON does. The parser is shown characters for
private use in place of the former, and one longer escape in place of the latter; what
it finds is put right afterwards.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Any

from spacewheat_sim.content.yaml.document import Place

# Characters that end a line in YAML 1.1 alone.
_NO_BREAKS = "\x85\u2028\u2029"
PRIVATE_USE = range(0xE000, 0xF900)
_PAIR = re.compile(
    r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})"
    r"\\u([dD][c-fC-F][0-9a-fA-F]{2})"
)
# An escape of a pair has twelve characters, the one in its place ten.
SHORTER = 2
# What authors meet most, and how a line begins that has it.
_TAB = re.compile(r"^ *\t", re.MULTILINE)
_NO_BREAK_SPACE = re.compile(r"^[ \t]*\u00a0", re.MULTILINE)
_LINE_END = re.compile(r"\r\n|\r|\n")
_BEYOND_16_BITS = re.compile("[\U00010000-\U0010ffff]")
_KEYCAP = re.compile(r"(?<![\"'\w])[#*]\ufe0f?\u20e3")


class SourceText:
    """The text of a file.

    Attributes:
        parsed: What the parser is to read.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        free = (chr(code) for code in PRIVATE_USE if chr(code) not in text)
        found = [letter for letter in _NO_BREAKS if letter in text]
        # Where an author uses all of them, there is nothing to stand in.
        self._originals = str.maketrans(dict(zip(free, found, strict=False)))
        stand_ins = {ord(v): chr(k) for k, v in self._originals.items()}
        self.parsed = _PAIR.sub(_joined, text.translate(stand_ins))
        # Of each line that has some: where pairs of escapes end, and emojis begin.
        self._pairs: dict[int, list[int]] = {}
        self._wide: dict[int, list[int]] = {}
        if not text.isascii() or self.parsed != text:
            self._note_lines()

    def _note_lines(self) -> None:
        for number, line in enumerate(_LINE_END.split(self._text), 1):
            ends = [
                found.end() - SHORTER * (k + 1)
                for k, found in enumerate(_PAIR.finditer(line))
            ]
            wide = [found.start() for found in _BEYOND_16_BITS.finditer(line)]
            if ends:
                self._pairs[number] = ends
            if wide:
                self._wide[number] = wide

    def place(self, mark: Any) -> Place:
        """Return the line and column in the file of a place that the parser tells."""
        line, column = mark.line + 1, mark.column
        before = bisect_left(self._pairs.get(line, ()), column + 1)
        return line, self._counted(line, column + SHORTER * before)

    def _counted(self, line: int, characters: int) -> int:
        """Return a column as editors count it, from how many characters precede it."""
        return 1 + characters + bisect_left(self._wide.get(line, ()), characters)

    def scalar(self, value: str) -> str:
        """Return a scalar that the parser has read as its author wrote it."""
        return value.translate(self._originals)

    def likely_cause(self) -> tuple[Place, str, str] | None:
        """Return what most often keeps a file from being YAML, with its place.

        It is a place, what is wrong there, and what is wanted.
        """
        for found, message, wanted in (
            (_TAB, "the line is indented by a tab", "spaces"),
            (
                _NO_BREAK_SPACE,
                "the line is indented by a no-break space (U+00A0)",
                "ordinary spaces",
            ),
        ):
            if match := found.search(self._text):
                return self._place_at(match.end() - 1), message, wanted
        if match := _KEYCAP.search(self._text):
            begins = "a comment" if match.group()[0] == "#" else "an alias"
            return (
                self._place_at(match.start()),
                f"`{match.group()[0]}` begins {begins} in YAML",
                f'"{match.group()}" in quotes',
            )
        for letter in _NO_BREAKS:
            position = self._text.find(letter)
            if position >= 0:
                return (
                    self._place_at(position),
                    f"U+{ord(letter):04X} ends no line in YAML 1.2",
                    "a line feed",
                )
        return None

    def _place_at(self, position: int) -> Place:
        return place_after(self._text[:position])


def place_after(text: str) -> Place:
    r"""Return the line and column that follow ``text``, as editors count columns.

    They count code units of UTF-16, as language servers do: an emoji beyond U+FFFF is
    two of them.

    Example:
        >>> place_after("schema: 1\nemojis: [☀, 🐇, ")
        (2, 17)
    """
    *lines, last = _LINE_END.split(text)
    return len(lines) + 1, 1 + len(last) + len(_BEYOND_16_BITS.findall(last))


def _joined(pair: re.Match[str]) -> str:
    high, low = int(pair.group(2), 16), int(pair.group(3), 16)
    code = 0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF)
    return f"{pair.group(1)}\\U{code:08x}"
