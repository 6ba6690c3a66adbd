"""The command line; every command is thin over a plain function."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError

from spacewheat_sim import __version__
from spacewheat_sim.cli.content import app as content_app
from spacewheat_sim.cli.lab import app as lab_app
from spacewheat_sim.cli.lab import prepare
from spacewheat_sim.cli.play import play
from spacewheat_sim.cli.replay import replay
from spacewheat_sim.cli.simulate import simulate
from spacewheat_sim.errors import SpacewheatError

EXIT_FAILED, EXIT_USAGE, EXIT_INTERRUPTED = 1, 2, 130

app = App(
    name="spacewheat",
    help="Emoji ecosystems that run on real quantum mechanics.",
    version=__version__,
    help_format="plaintext",
    # A command's return value is the exit code; main() reports errors itself.
    result_action="return_value",
    exit_on_error=False,
    print_error=False,
    suppress_keyboard_interrupt=False,
)
app.command(simulate)
app.command(play)
app.command(replay)
app.command(content_app)
app.command(lab_app)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Codes: 0 ok, 1 the run failed, 2 usage or invalid content, 3 results differ, 4 a
    sweep finished with failed points, 130 interrupted. With ``--debug`` an error shows
    its traceback.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in words
    words = [word for word in words if word != "--debug"]
    try:
        prepare(words)
        return app(words) or 0
    except CycloptsError as error:
        return _report(str(error), EXIT_USAGE)
    except SpacewheatError as error:
        if debug:
            raise
        # A report of problems has a place on each line, as compilers write it.
        text = str(error) if hasattr(error, "problems") else f"error: {error}"
        sys.stderr.write(f"{text}\n")
        return error.exit_code
    except KeyboardInterrupt:
        return _report("interrupted", EXIT_INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output went away, as `head` does; that is its right.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if debug:
            raise
        kind = type(error).__name__
        return _report(
            f"{kind}: {error} (a defect of this program; --debug shows where)",
            EXIT_FAILED,
        )


def _report(message: str, code: int) -> int:
    sys.stderr.write(f"error: {message}\n")
    return code
