"""What every command has in common: signals, streams, errors and exit codes."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from contextlib import suppress

from spacewheat_sim.errors import ArgumentError, SpacewheatError, os_reason
from spacewheat_sim.exit_codes import FAILED
from spacewheat_sim.interrupts import exit_code, raising

_STEERING = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_LONG_WORD = re.compile(r"(\S{60})\S{60,}")  # nobody reads all digits of a number


def run_command(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    It is one of :mod:`spacewheat_sim.exit_codes`. With ``--debug`` an error shows its
    traceback.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in words
    words = [word for word in words if word != "--debug"]
    try:
        with raising():
            return _run(words)
    except KeyboardInterrupt as request:
        return _report("error: interrupted", exit_code(request))
    except Exception as error:
        if debug:
            raise
        return _report(*_told(error))


def _run(words: list[str]) -> int:
    # Loading takes a while, in which there is somebody to press Ctrl-C, too.
    from cyclopts import CycloptsError

    from spacewheat_sim.cli.app import app
    from spacewheat_sim.cli.lab import prepare
    from spacewheat_sim.cli.output import guarded

    with guarded():
        try:
            prepare(words)
            return app(words) or 0
        except CycloptsError as error:
            raise ArgumentError(_LONG_WORD.sub(r"\1…", str(error))) from error


def _told(error: Exception) -> tuple[str, int]:
    """Return what to say of an error, and its exit code."""
    if isinstance(error, SpacewheatError):
        text, code = str(error), error.exit_code
    elif isinstance(error, OSError):
        place = "" if error.filename is None else f"{error.filename}: "
        text, code = f"{place}{os_reason(error)}", FAILED
    elif isinstance(error, MemoryError):
        said = f": {error}" if str(error) else ""
        text, code = f"this machine has not enough memory for that{said}", FAILED
    else:
        kind = type(error).__name__
        text = f"{kind}: {error} (a defect of this program; --debug shows where)"
        code = FAILED
    text = "\n".join((text, *getattr(error, "__notes__", ())))
    # A report of problems has a place on each line, as compilers write it.
    return text if hasattr(error, "problems") else f"error: {text}", code


def _report(text: str, code: int) -> int:
    """Write to standard error, if there is one that takes it; return the code.

    What a file says must not steer the terminal: signs that do are shown instead.
    """
    text = _STEERING.sub(lambda sign: sign[0].encode("unicode_escape").decode(), text)
    if sys.stderr is not None:
        with suppress(OSError):
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()
    return code
