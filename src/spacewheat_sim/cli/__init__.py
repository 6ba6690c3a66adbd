"""The command line.

Nothing is imported here until a command runs, so that Ctrl-C during imports shows no
traceback.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as typing has it, which takes milliseconds to import
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn


def run(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command of this process, and end the process."""
    import gc
    import signal
    import sys

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        # Until there is anything to keep, a signal ends the process silently.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    # First, so that how it ends a process comes after what others do at an exit.
    from spacewheat_sim.long_call import leave_behind

    code = main(arguments)
    from spacewheat_sim.exit_codes import SIGNALED
    from spacewheat_sim.interrupts import STOPPING

    for number in STOPPING:
        # All is done; a signal now would only disturb the interpreter's shutdown.
        signal.signal(number, signal.SIG_IGN)
    if code > SIGNALED:
        leave_behind(code)
    # The end of the process frees at once what the interpreter would look through for
    # some tenths of a second.
    gc.freeze()
    sys.exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code, which ``cli.command`` lists."""
    from spacewheat_sim.cli.command import run_command

    return run_command(arguments)
