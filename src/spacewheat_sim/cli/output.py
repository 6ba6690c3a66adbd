"""Standard output and error, whatever is at their other end."""

from __future__ import annotations

import codecs
import errno
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO, cast

from spacewheat_sim.errors import OutputError, os_reason

# What stands for signs of ours that an encoding lacks; emojis become escapes.
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


def _replace(error: UnicodeError) -> tuple[str | bytes, int]:
    """Return what to write for letters that the encoding lacks."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end]
    plain = (_PLAIN.get(letter) for letter in letters)
    escaped = (
        letter.encode("ascii", "backslashreplace").decode() for letter in letters
    )
    words = (p or e for p, e in zip(plain, escaped, strict=True))
    return "".join(words), error.end


codecs.register_error("spacewheat", _replace)


def speaks_unicode() -> bool:
    """Return whether standard output can carry an emoji."""
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
    """Return ``text`` with entities, as Graphviz reads them, for letters it lacks."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return text.encode(encoding, "xmlcharrefreplace").decode(encoding)


class Stream:
    """A standard stream that goes on when nobody reads it any more.

    A reader that goes away, as ``head`` does, had what it wanted: the rest is dropped
    and the command ends as it would have.

    Args:
        stream: What is written to; None where the process was started without it.
        name: What it is called in errors; None drops those of a full disk too.
    """

    def __init__(self, stream: TextIO | None, name: str | None) -> None:
        self._stream = stream
        self._name = name

    def write(self, text: str) -> int:
        """Write ``text``.

        Raises:
            OutputError: There is no room, or no such stream.
        """
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
        """Hand everything to the operating system.

        Raises:
            OutputError: As for :meth:`write`.
        """
        try:
            if self._stream is not None:
                self._stream.flush()
        except OSError as error:
            self._lose(error)

    def _lose(self, error: OSError) -> None:
        """Send what is still to come nowhere, and tell why if it matters."""
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
    """Let commands write to whatever standard output and error are.

    Raises:
        OutputError: What was written could not be kept.
    """
    plain = sys.stdout, sys.stderr
    # A letter that the encoding lacks is no reason to fail.
    strict = [s for s in plain if getattr(s, "errors", None) == "strict"]
    for stream in strict:
        cast("Any", stream).reconfigure(errors="spacewheat")
    output = Stream(plain[0], "the standard output")
    sys.stdout, sys.stderr = (
        cast("TextIO", output),
        cast("TextIO", Stream(plain[1], None)),
    )
    try:
        yield
        output.flush()
    finally:
        with suppress(OutputError):  # of another error, or told before
            output.flush()
        sys.stdout, sys.stderr = plain
        for stream in strict:
            cast("Any", stream).reconfigure(errors="strict")
