"""What all commands share: signals, streams, errors and exit codes."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress

from spacewheat_sim.errors import ArgumentError, SpacewheatError, os_reason
from spacewheat_sim.exit_codes import FAILED
from spacewheat_sim.interrupts import exit_code, raising
from spacewheat_sim.plain_values import printable

PACKS = "SPACEWHEAT_PACKS"
_LONG_WORD = re.compile(r"(\S{60})\S{60,}")  # a very long word is cut


def run_command(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    It is one of :mod:`spacewheat_sim.exit_codes`. With ``--debug`` an error shows its
    traceback.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in words
    words = [word for word in words if word != "--debug"]
    before = os.environ.get(PACKS)
    try:
        words = _with_packs(words)
        with raising():
            return _run(words)
    except KeyboardInterrupt as request:
        return _report("error: interrupted", exit_code(request))
    except Exception as error:
        if debug:
            raise
        text, code = _message(error)
        return _report(f"{text}{_misread(words)}", code)
    finally:
        _restore(before)


def _with_packs(words: list[str]) -> list[str]:
    """Return ``words`` without ``--pack DIR``, which every command takes.

    The packs go before those of the environment, where whatever loads content, in this
    process or in one that it starts, looks for them.

    Raises:
        ArgumentError: ``--pack`` has no folder, or its name cannot be passed on.
    """
    rest: list[str] = []
    packs: list[str] = []
    given = iter(words)
    for word in given:
        name, equals, value = word.partition("=")
        if name != "--pack":
            rest.append(word)
            continue
        folder = value if equals else next(given, "")
        if not folder:
            raise ArgumentError("--pack needs the folder of a pack: --pack DIR")
        if os.pathsep in folder:
            raise ArgumentError(
                f"--pack {folder}: the path of a pack cannot hold {os.pathsep!r}"
            )
        packs.append(os.path.abspath(folder))  # noqa: PTH100 -- links keep their names
    if packs:
        known = os.environ.get(PACKS)
        os.environ[PACKS] = os.pathsep.join([*packs, *([known] if known else [])])
    return rest


def _restore(packs: str | None) -> None:
    if packs is None:
        os.environ.pop(PACKS, None)
    else:
        os.environ[PACKS] = packs


def _run(words: list[str]) -> int:
    # Imports take a while, and Ctrl-C must work during them, too.
    from cyclopts import CycloptsError, UnusedCliTokensError

    from spacewheat_sim.cli.app import app
    from spacewheat_sim.cli.lab import prepare
    from spacewheat_sim.cli.output import guarded

    with guarded():
        try:
            prepare(words)
            return app(words) or 0
        except UnusedCliTokensError as error:
            unused = ", ".join(error.unused_tokens or ())
            raise ArgumentError(
                _LONG_WORD.sub(r"\1…", f"Nothing takes these words: {unused}")
            ) from error
        except CycloptsError as error:
            raise ArgumentError(_LONG_WORD.sub(r"\1…", str(error))) from error


def _message(error: Exception) -> tuple[str, int]:
    """Return the message of an error, and its exit code."""
    if isinstance(error, SpacewheatError):
        text, code = str(error), error.exit_code
    elif isinstance(error, OSError):
        place = "" if error.filename is None else f"{error.filename}: "
        text, code = f"{place}{os_reason(error)}", FAILED
    elif isinstance(error, MemoryError):
        said = f": {error}" if str(error) else ""
        text, code = f"this machine does not have enough memory{said}", FAILED
    else:
        kind = type(error).__name__
        text = (
            f"{kind}: {error} (a defect of this program; --debug shows the traceback)"
        )
        code = FAILED
    text = "\n".join((text, *getattr(error, "__notes__", ())))
    # Each line of a report of problems starts with its place, as in compilers.
    return text if hasattr(error, "problems") else f"error: {text}", code


def _misread(words: Sequence[str]) -> str:
    """Return a line on emojis that the locale's encoding has made something else."""
    encoding = sys.getfilesystemencoding()
    if encoding == "utf-8" or all(word.isascii() for word in words):
        return ""
    return (
        f"\nnote: this locale reads arguments as {encoding}, which has no emojis; set "
        "LC_ALL=C.UTF-8 or PYTHONUTF8=1"
    )


def _report(text: str, code: int) -> int:
    """Write to standard error, if it can be written to; return the code.

    Control characters, which may come from a file, are shown as escapes.
    """
    text = printable(text)
    if sys.stderr is not None:
        with suppress(OSError):
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()
    return code
