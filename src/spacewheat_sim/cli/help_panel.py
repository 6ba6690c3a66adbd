"""How ``--help`` shows flags: sentences flow, and a flag that is off has no default."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cyclopts.help import DefaultFormatter, InlineText

if TYPE_CHECKING:
    from cyclopts.help import HelpEntry
    from cyclopts.help import HelpPanel as Panel
    from rich.console import Console, ConsoleOptions


def show_default(value: Any) -> str | None:
    """Return a default as ``--help`` shows it; that nothing is given is not shown."""
    return None if value is None or value is False or value == () else str(value)


class HelpPanel(DefaultFormatter):
    """Prints the flags or the commands in a panel as wide as the terminal."""

    def __call__(self, console: Console, options: ConsoleOptions, panel: Panel) -> None:
        """Print ``panel``."""
        entries = [_flowing(entry) for entry in panel.entries]
        super().__call__(console, options, panel.copy(entries=entries))


def _flowing(entry: HelpEntry) -> HelpEntry:
    """Return ``entry`` with its sentences in one line, to be wrapped by the console."""
    from rich.text import Text

    if not isinstance(entry.description, InlineText):
        return entry
    said = entry.description.primary_renderable
    if not isinstance(said, Text):
        return entry
    return entry.copy(description=InlineText(Text(" ".join(said.plain.split()))))
