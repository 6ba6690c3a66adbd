"""``spacewheat --install-completion``: what shells complete."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from spacewheat_sim.cli.arguments import PathWord
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.exit_codes import DONE

if TYPE_CHECKING:
    from collections.abc import Callable


def installing(app: App) -> Callable[..., int]:
    """Return the command that installs completion of ``app`` in a shell."""

    def install_completion(
        *,
        shell: Literal["bash", "zsh", "fish", "powershell"] | None = None,
        out: Annotated[PathWord | None, Parameter(show_default=False)] = None,
    ) -> int:
        """Let the shell complete commands and flags, from its next start on.

        Args:
            shell: The shell, instead of the one that runs this command.
            out: The script's file; only it is written, and the shell's start-up file
                is left alone.

        Raises:
            ArgumentError: The shell cannot be told.
        """
        from cyclopts.completion.detect import ShellDetectionError

        try:
            path = app.install_completion(
                shell=shell, output=out, add_to_startup=out is None
            )
        except ShellDetectionError:
            raise ArgumentError(
                "The shell that runs this command is not known; name it: --shell "
                "bash, zsh, fish or powershell"
            ) from None
        sys.stdout.write(f"{path}\n")
        if out is None:
            sys.stderr.write("Start a new shell to use it.\n")
        return DONE

    return install_completion
