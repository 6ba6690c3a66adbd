"""Standard output and error, for any encoding, reader or disk."""

from __future__ import annotations

import codecs
import errno
import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO, cast

from spacewheat_sim.errors import OutputError, os_reason
from spacewheat_sim.plain_values import CONTROL, printable

# Replacements for characters that an encoding lacks; emojis become names.
_PLAIN = dict(zip("─━│┃╭╮╰╯┌┐└┘├┤┬┴┼", "--||+++++++++++++", strict=True)) | {
    "█": "#",
    "…": "...",
    "→": "->",
    "–": "-",
    "—": "-",
    "×": "x",
    "≤": "<=",
    "≥": ">=",
    "’": "'",
    "“": '"',
    "”": '"',
    "·": "*",
}
_TRANSLATED = {ord(sign): plain for sign, plain in _PLAIN.items()}
# How streams treat such characters if nobody says so; the second is the C locale's.
_RAISING = ("strict", "surrogateescape")
# Control characters that a file may have brought; not the colors of a terminal.
_HARMFUL = re.compile(r"(?!\x1b\[[0-9;]*m)" + CONTROL.pattern)


def _replace(error: UnicodeError) -> tuple[str | bytes, int]:
    """Return the replacement of characters that the encoding lacks."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    from spacewheat_sim.emoji import canonical_emoji, emoji_name, first_emoji

    rest, words = canonical_emoji(error.object[error.start : error.end]), []
    while rest:
        size = first_emoji(rest)
        escaped = rest[0].encode("ascii", "backslashreplace").decode()
        words.append(
            f":{emoji_name(rest[:size])}:" if size else _PLAIN.get(rest[0], escaped)
        )
        rest = rest[size or 1 :]
    # Names may have letters that an encoding lacks, too, as in piñata.
    said = "".join(words).translate(_TRANSLATED)
    return said.encode("ascii", "backslashreplace").decode(), error.end


codecs.register_error("spacewheat", _replace)


def speaks_unicode() -> bool:
    """Return whether the encoding of standard output has emojis."""
    try:
        "🌾".encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeError, LookupError):
        return False
    return True


def write_json(value: Any) -> None:
    """Write ``value`` to standard output as one JSON document, in any encoding."""
    from spacewheat_sim.jsonio import pretty_json

    sys.stdout.write(pretty_json(value, ascii_only=not speaks_unicode()))


def with_entities(text: str) -> str:
    """Return ``text`` with entities for characters that the encoding lacks."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return text.encode(encoding, "xmlcharrefreplace").decode(encoding)


class Stream:
    """A standard stream that can be written to after its reader has closed it.

    If the reader closes it, as ``head`` does, the rest is discarded and the command
    continues.

    Args:
        stream: The stream; None if the process was started without it.
        name: Its name in error messages; None ignores all errors.
    """

    def __init__(self, stream: TextIO | None, name: str | None) -> None:
        self._stream = stream
        self._name = name

    def write(self, text: str) -> int:
        """Write ``text``.

        Raises:
            OutputError: The disk is full, or there is no such stream.
        """
        if self._name is not None:
            text = _HARMFUL.sub(lambda sign: printable(sign[0]), text)
        try:
            if self._stream is None:
                raise OSError(errno.EBADF, "it is closed")
            return self._stream.write(text)
        except OSError as error:
            self._lose(error)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each of ``lines``."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Pass everything to the operating system.

        Raises:
            OutputError: As for :meth:`write`.
        """
        try:
            if self._stream is not None:
                self._stream.flush()
        except OSError as error:
            self._lose(error)

    def _lose(self, error: OSError) -> None:
        """Discard all further output; raise unless only the reader has gone."""
        if self._stream is not None:
            with suppress(OSError, ValueError):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, self._stream.fileno())
                os.close(nowhere)
        if self._name is not None and not isinstance(error, BrokenPipeError):
            reason = os_reason(error)
            raise OutputError(f"Cannot write to {self._name}: {reason}") from error

    def __getattr__(self, name: str) -> Any:
        # Whether it is a terminal, its encoding, and the rest.
        return getattr(self._stream, name)


@contextmanager
def guarded() -> Iterator[None]:
    """Wrap standard output and error in a :class:`Stream` each.

    Raises:
        OutputError: Standard output could not be written.
    """
    plain = sys.stdout, sys.stderr
    # A character that the encoding lacks is not an error.
    raising = {s: s.errors for s in plain if getattr(s, "errors", None) in _RAISING}
    for stream in raising:
        cast("Any", stream).reconfigure(errors="spacewheat")
    output = Stream(plain[0], "standard output")
    sys.stdout, sys.stderr = (
        cast("TextIO", output),
        cast("TextIO", Stream(plain[1], None)),
    )
    try:
        yield
        output.flush()
    finally:
        with suppress(OutputError):  # after another error, or reported already
            output.flush()
        sys.stdout, sys.stderr = plain
        for stream, errors in raising.items():
            cast("Any", stream).reconfigure(errors=errors)
